"""Whose mail an archive holds, guessed from a sample of its headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from connectors.email.mbox import HEADER
from inbox_app.content.parsed import ParsedMail

SAMPLE = 400
"""Mails that are looked at."""
_MOST_OWN = 5
_FEWEST = 3
_DELIVERED = re.compile(
    rb"^(?:Delivered-To|X-Original-To|Envelope-To):[ \t]*<?([!-;=?-~]{1,200}@[!-;=?-~]{1,200})>?[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)


def guess_own(sample: Sequence[tuple[bytes, ParsedMail]]) -> frozenset[str]:
    """The addresses that are ours as far as headers show: raw headers with what was read of them.

    A server writes to whom it delivered: what stands there in one mail of ten is ours. Without that it is whoever takes
    part in most mails, as their sender or among their recipients; nobody, where no address stands out.
    """
    delivered = Counter(address for raw, _mail in sample for address in delivered_to(raw))
    often = frozenset(one for one, times in delivered.most_common(_MOST_OWN) if times * 10 >= len(sample))
    if often:
        return often
    takes_part = Counter(address for _raw, mail in sample for address in _addresses(mail))
    (address, times), (_next, less) = [*takes_part.most_common(2), ("", 0), ("", 0)][:2]
    stands_out = times >= _FEWEST and times * 5 >= len(sample) * 3 and less < times
    return frozenset({address}) if stands_out else frozenset()


def delivered_to(raw: bytes) -> frozenset[str]:
    """The addresses that servers noted as the mailbox."""
    return frozenset(found.decode("ascii", "replace").lower() for found in _DELIVERED.findall(raw[:HEADER]))


def _addresses(mail: ParsedMail) -> Iterable[str]:
    everybody = (*mail.sender, *mail.to, *mail.cc, *mail.bcc)
    return frozenset(one.address.lower() for one in everybody if one.address)
