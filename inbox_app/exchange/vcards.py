"""vCards, as address books write them, as lines of people. https://www.rfc-editor.org/rfc/rfc6350"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator

from inbox_app.domain.errors import WrongUse
from inbox_app.i18n import _

_COLUMNS = {"FN": "name", "NICKNAME": "preferred_name", "LANG": "language", "CATEGORIES": "tags", "EMAIL": "email"}
_SOCIAL = frozenset({"IMPP", "SOCIALPROFILE", "X-SOCIALPROFILE"})
_LINE = re.compile(r'([\w.-]+)((?:;(?:[^":]|"[^"]*")*)?):(.*)')
_QUOTED = "QUOTED-PRINTABLE"
"""How telephones write vCards of version 2.1; a line of it goes on after an equals sign at its end."""
_ESCAPED = re.compile(r"\\(.)")
_MOST_CHARACTERS = 10_000_000


def read_cards(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each card under the number of its first line, in the columns of a table of members.

    Raises:
        WrongUse: it is no file of vCards.
    """
    if len(text) > _MOST_CHARACTERS or "BEGIN:VCARD" not in text.upper():
        raise WrongUse(_("This is no file of vCards."))
    card: dict[str, str] = {}
    begun = 0
    for number, line in _unfolded(text):
        name, value = _parts(line)
        if name == "BEGIN":
            card, begun = {}, number
        elif name == "END":
            yield begun, card
        elif name in _COLUMNS:
            _join(card, _COLUMNS[name], value)
        elif name == "TEL":
            _join(card, telephone().casefold(), value.removeprefix("tel:"))
        elif name in _SOCIAL:
            _join(card, "handle", value.partition(":")[2] or value)


def telephone() -> str:
    """The field in which telephone numbers are kept: nobody can be written to by one here."""
    return _("Telephone")


def _join(card: dict[str, str], column: str, value: str) -> None:
    if value.strip():
        card[column] = f"{card[column]}; {value}" if column in card else value


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    whole, begun = "", 0
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if whole.endswith("=") and _QUOTED in whole.partition(":")[0].upper():
            whole = whole[:-1] + line.lstrip()
            continue
        if line[:1] in (" ", "\t"):
            whole += line[1:]
            continue
        if whole:
            yield begun, whole
        whole, begun = line, number
    if whole:
        yield begun, whole


def _parts(line: str) -> tuple[str, str]:
    """The property without its group, and its value; nothing where the line makes no sense."""
    found = _LINE.match(line)
    if found is None:
        return "", ""
    said = found[3]
    if _QUOTED in found[2].upper():
        said = quopri.decodestring(said.encode()).decode("utf-8", "replace")
    value = _ESCAPED.sub(lambda escaped: " " if escaped[1] in "nN" else escaped[1], said)
    return found[1].rpartition(".")[2].upper(), value
