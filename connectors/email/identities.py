"""The addresses that mean us, and from which of them an answer leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbox_app.contract.acts import Act
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _

_PLAIN = r"[^\s\x00-\x1f\x7f<>:\"()\[\]\\@]+@[^\s\x00-\x1f\x7f<>:\"()\\@]+"
_ALIAS = re.compile(rf"(?P<name>[^<>@\x00-\x1f\x7f]*)<(?P<named>{_PLAIN})>|(?P<address>{_PLAIN})")


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """One address of ours, and the name that stands before it in the mails we send."""

    address: str
    name: str


def read_aliases(text: str, name: str) -> tuple[OwnAddress, ...]:
    """`help@example.org, Shop <shop@example.org>`; without a name of its own an address has the account's.

    Raises:
        Rejected: one of them is no address.
    """
    return tuple(_read_alias(part.strip(), name) for part in re.split(r"[,;\n]", text) if part.strip())


def _read_alias(text: str, name: str) -> OwnAddress:
    match = _ALIAS.fullmatch(text)
    if match is None:
        raise Rejected(
            _("“{address}” among the aliases is not an e-mail address. Separate several by commas.").format(
                address=text
            )
        )
    return OwnAddress(match["named"] or match["address"], (match["name"] or "").strip(' "') or name)


def choose_identity(act: Act, own: tuple[OwnAddress, ...]) -> OwnAddress:
    """Whom an act speaks as: whom the person chose, else whom the mail was sent to (or from, if it is ours)."""
    known = {one.address.lower(): one for one in reversed(own)}
    target = act.target
    named = [] if target is None else [target.author_handle, *(one.handle for one in target.recipients)]
    named = [act.sender, *named]
    return next((known[handle.lower()] for handle in named if handle.lower() in known), own[0])
