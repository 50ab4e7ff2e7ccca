"""Whom an answer goes to, and how addresses are written: pure rules for kinds of conversation that have recipients."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

Recipient = tuple[str, str, str]
"""(role, address, name); the role is `to`, `cc` or `bcc`, and `reply_to` where answers are wanted elsewhere."""

ROLES = ("to", "cc", "bcc")
REPLY_TO = "reply_to"
MENTION = "mention"
"""The role of somebody whom a comment names."""
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@\x00-\x20\x7f]{1,200}@[^\s<>,;:\"()\\@\x00-\x20\x7f]{1,250}")
_PLAIN_NAME = re.compile(r"[\w .'&!*+/=?^`{|}~#$%-]*")


def is_address(text: str) -> bool:
    """Whether a mail could be sent to this."""
    return _ADDRESS.fullmatch(text) is not None and text.isprintable()


def answer_recipients(
    author: tuple[str, str], sent_to: Iterable[Recipient], own: Collection[str], *, ours: bool, everybody: bool
) -> tuple[Recipient, ...]:
    """Who gets the answer to a message of `author` (address, name).

    What we wrote is taken up again: it goes to whom it went. Otherwise the answer goes where the author wants it, and
    with `everybody` also to all others who got the message, but not to ourselves.
    """
    known = tuple(sent_to)
    if ours:
        return _once((one for one in known if one[0] in (ROLES if everybody else ("to", "cc"))), ())
    wanted = [("to", address, name) for role, address, name in known if role == REPLY_TO] or [("to", *author)]
    if not everybody:
        return _once(wanted, ())
    others = [("cc", address, name) for role, address, name in known if role in ("to", "cc")]
    return _once(wanted, ()) + _once(others, {*map(str.lower, own), *(one[1].lower() for one in wanted)})


def _once(recipients: Iterable[Recipient], without: Collection[str]) -> tuple[Recipient, ...]:
    found: dict[str, Recipient] = {}
    for one in recipients:
        if one[1] and one[1].lower() not in without:
            found.setdefault(one[1].lower(), one)
    return tuple(found.values())


def written(recipients: Iterable[Recipient], role: str) -> str:
    """The addresses of a role as a person types them, each with its name."""
    return ", ".join(_written(address, name) for of, address, name in recipients if of == role)


def _written(address: str, name: str) -> str:
    if not name or name == address:
        return address
    plain = name if _PLAIN_NAME.fullmatch(name) else '"{}"'.format(name.replace("\\", "").replace('"', "'"))
    return f"{plain} <{address}>"


def bad_addresses(recipients: Iterable[Recipient]) -> Iterator[str]:
    """What was typed among the recipients and is no address."""
    return (address or name for _role, address, name in recipients if not is_address(address))
