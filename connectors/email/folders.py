"""Which folders of a mailbox we follow, where sent mail lies, and where everything lies.

Special uses: https://www.rfc-editor.org/rfc/rfc6154
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

INBOX = "INBOX"

# What servers without special-use marks call the folder of sent mail, in the order of likelihood.
_SENT_NAMES = (
    "sent", "sent items", "sent messages", "sent mail", "posta inviata", "inviati", "inviata", "messaggi inviati",
    "gesendet", "gesendete objekte", "gesendete elemente", "envoyés", "éléments envoyés", "messages envoyés",
    "enviados", "elementos enviados", "itens enviados", "verzonden", "verzonden items", "skickat", "sendt", "wysłane",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as the server lists it; `flags` are lower-case, without the backslash."""

    name: str
    flags: frozenset[str] = frozenset()
    delimiter: str = "/"

    @property
    def can_be_opened(self) -> bool:
        """Some names are only branches of the tree."""
        return not self.flags & {"noselect", "nonexistent"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What we do with a mailbox's folders."""

    followed: tuple[str, ...]
    sent: str | None = None
    everything: str | None = None
    """The folder that holds a copy of every mail, where the server has one."""
    missing: tuple[str, ...] = ()
    """Folders the settings ask for and the server does not have."""
    ours: frozenset[str] = frozenset()
    """Every folder that only we fill, whichever of our programs made it."""


def plan_folders(listed: Sequence[Folder], wanted: Sequence[str]) -> Plan:
    """INBOX, the sent mail, and what the settings name, each once."""
    usable = [folder for folder in listed if folder.can_be_opened]
    names = {_fold(folder.name): folder.name for folder in usable}
    sent, everything = _find_sent(usable), _find_marked(usable, "all")
    asked = [names.get(_fold(name)) for name in wanted]
    followed = [names.get(_fold(INBOX), INBOX), sent, *asked]
    return Plan(
        followed=tuple(dict.fromkeys(name for name in followed if name)),
        sent=sent,
        everything=everything,
        missing=tuple(name for name, found in zip(wanted, asked, strict=True) if found is None),
        ours=frozenset(filter(None, (sent, *(folder.name for folder in usable if "sent" in folder.flags)))),
    )


def _find_sent(usable: Sequence[Folder]) -> str | None:
    marked = _find_marked(usable, "sent")
    if marked is not None:
        return marked
    by_leaf = {_leaf(folder): folder.name for folder in reversed(usable)}
    return next((by_leaf[name] for name in _SENT_NAMES if name in by_leaf), None)


def _find_marked(usable: Sequence[Folder], use: str) -> str | None:
    return next((folder.name for folder in usable if use in folder.flags), None)


def _leaf(folder: Folder) -> str:
    """The last part of `INBOX.Sent` or `[Mail]/Sent`, lower-case."""
    name = folder.name
    return (name.rpartition(folder.delimiter)[2] if folder.delimiter else name).lower()


def _fold(name: str) -> str:
    """INBOX is the same in any case (RFC 3501, 5.1); other names are what they are."""
    return INBOX if name.upper() == INBOX else name
