"""Taking a note, or wording one anew: whom it is about, what it says, what it said before. Ctrl+Enter keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import LONGEST_NOTE
from inbox_app.domain.people_words import noted_words
from inbox_app.i18n import _
from inbox_app.queries.members import EarlierNote
from ui.ctrl_enter import CtrlEnter
from ui.theme import fonts
from ui.theme.moments import at, short_date
from ui.theme.numbers import number
from ui.theme.paper import Lamp
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import CheckBox, Label, PushButton, ToolButton

_MOST_EARLIER = 5


class NoteDialog(QDialog):
    """`text` and `pinned` are what was decided; `about_member` whether it is about the person rather than here."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        *,
        member: str = "",
        conversation: str = "",
        on_member: bool = True,
        note: NoteRow | None = None,
        earlier: Sequence[EarlierNote] = (),
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(_("Note") if note is None else _("Change the note"))
        self.resize(460, 300)
        self.field = QPlainTextEdit(note.text if note else "")
        self.field.setAccessibleName(_("Text of the note"))
        self.field.setPlaceholderText(_("For you and your colleagues. It can never be sent."))
        self.field.setFont(theme.font(fonts.MESSAGE))
        self.field.setTabChangesFocus(True)
        self.pin = CheckBox(_("Pin it first"))
        self.pin.setChecked(bool(note and note.pinned))
        self.keep = PushButton(theme, _("Keep the note"), "primary")
        self.keep.setToolTip("Ctrl+Enter")
        self.keep.clicked.connect(self.accept)
        column = titled_column(theme, self)
        self._about = QButtonGroup(self)
        if note is None:
            column.addLayout(self._choose(member, conversation, on_member=on_member))
        column.addWidget(self._paper(), 1)
        for said in said_before(theme, earlier):
            column.addWidget(said)
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        column.addWidget(self.problem)
        foot = QHBoxLayout()
        foot.addWidget(self.pin)
        foot.addStretch(1)
        foot.addWidget(self.keep)
        column.addLayout(foot)
        self.field.textChanged.connect(self._settle)
        CtrlEnter(self.field, self.accept)
        self._settle()
        self.field.setFocus()

    @property
    def text(self) -> str:
        """What it says."""
        return self.field.toPlainText().strip()

    @property
    def pinned(self) -> bool:
        """Whether it stands first."""
        return self.pin.isChecked()

    @property
    def about_member(self) -> bool:
        """Whether it is about the person."""
        return self._about.checkedId() == 1

    def accept(self) -> None:
        """A note without words is none, and one that is too long stays here."""
        if self.keep.isEnabled():
            super().accept()

    def _choose(self, member: str, conversation: str, *, on_member: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        names = [(1, _("About {name}").format(name=member))] if member else []
        for place, name in (*names, *([(0, conversation)] if conversation else [])):
            button = ToolButton(self._theme, "user" if place else "chat-text", name, "segment")
            button.setText(f" {name}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setChecked(bool(place) == (on_member and bool(member)))
            self._about.addButton(button, place)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _paper(self) -> QFrame:
        paper = QFrame()
        paper.setProperty("card", "note")
        inner = QVBoxLayout(paper)
        inner.setContentsMargins(10, 8, 10, 8)
        inner.addWidget(self.field)
        Lamp(paper, self.field)
        return paper

    def _settle(self) -> None:
        count = len(self.text)
        told = _("A note may have {most} characters, this has {count}.")
        self.problem.setText(told.format(most=number(LONGEST_NOTE), count=number(count)))
        self.problem.setVisible(count > LONGEST_NOTE)
        self.keep.setEnabled(0 < count <= LONGEST_NOTE)


def said_before(theme: Theme, earlier: Sequence[EarlierNote]) -> list[Label]:
    """What a note said before, the latest first; of an encounter also how and when it was."""
    told = [(at(one.until), noted_words(one.text, one.met, short_date)) for one in earlier[:_MOST_EARLIER]]
    said = [_("Until {when}: {text}").format(when=when, text=text) for when, text in told]
    return [Label(theme, one, size=fonts.META, tone="meta").wrapping() for one in said]
