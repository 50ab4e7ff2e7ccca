"""What a member said, or what was noted or done about them, in one line of their history."""

from __future__ import annotations

from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.member_deeds import DeedLine
from inbox_app.domain.people import AnyLine
from inbox_app.i18n import _
from ui.theme.theme import Theme


def words_of(theme: Theme, line: AnyLine, otherwise: str = "") -> str:
    """The text, or what stands for it where there is none; that it was deleted, where such texts are withheld."""
    if isinstance(line, NoteRow | DeedLine):
        return " ".join(line.text.split())
    if line.deleted and theme.withholds_deleted:
        return _("(deleted)")
    return line.text or otherwise or _("(no text)")
