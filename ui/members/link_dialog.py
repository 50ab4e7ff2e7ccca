"""Who is the same person: those who may be, with what speaks for and against it, and anybody by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inbox_app.domain.ids import MemberId
from inbox_app.domain.people import Card, Ground, MemberLine, Suggestion
from inbox_app.i18n import _
from inbox_app.queries import members as ask
from ui.asking import Asking
from ui.core import Core
from ui.members.grounds import about, ground_row
from ui.members.section import empty
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Avatar, Label, PushButton

_MOST_FOUND = 20


class LinkDialog(QDialog):
    """`chosen` is the member to link, with why it was; None when the person gave up.

    Signals:
        apart: a `MemberId` that was said to be somebody else.
    """

    apart = Signal(str)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, card: Card) -> None:
        super().__init__(parent)
        self._core, self._theme, self._card = core, theme, card
        self.chosen: MemberId | None = None
        self.reason = ""
        self._asking = Asking(tasks, "who is the same person")
        self.setWindowTitle(_("Who else is {name}?").format(name=card.name))
        self.resize(560, 520)
        self.field = QLineEdit()
        self.field.setAccessibleName(_("Find a member by name or handle"))
        self.field.setPlaceholderText(_("Find a member by name or handle"))
        self.field.textChanged.connect(lambda _words: self._asking.ask(self._look))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        room = QWidget()
        room.setProperty("plain", True)
        inner = QVBoxLayout(room)
        inner.setContentsMargins(0, 0, 6, 0)
        inner.addLayout(self._lines)
        inner.addStretch(1)
        area = scrolling(room, _("Members who may be the same person"))
        hint = _("Nothing is merged: each keeps what is theirs, and a link can be taken back at any time.")
        column = titled_column(theme, self)
        column.addWidget(self.field)
        column.addWidget(Label(theme, hint, tone="second").wrapping())
        column.addWidget(area, 1)
        self._asking.ask(self._look)

    @property
    def is_settled(self) -> bool:
        """Whether what is shown answers what was typed."""
        return self._asking.is_idle

    async def _look(self) -> None:
        words = self.field.text().strip()
        if words:
            page = await ask.page(self._core.store, words=words, limit=_MOST_FOUND)
            self._show([(one, ()) for one in page.lines if one.id != self._card.id], _("Nobody is called so."))
        else:
            found = await ask.suggestions(self._core.store, self._card.id)
            self._show_suggestions(found)

    def _show_suggestions(self, found: Sequence[Suggestion]) -> None:
        nothing = _("Nobody seems to be the same person. Find them by name above.")
        self._show([(one.member, one.grounds) for one in found], nothing, suggested=True)

    def _show(
        self, found: Sequence[tuple[MemberLine, Sequence[Ground]]], nothing: str, *, suggested: bool = False
    ) -> None:
        empty(self._lines)
        for member, grounds in found:
            self._lines.addWidget(self._member(member, grounds, suggested=suggested))
        if not found:
            self._lines.addWidget(Label(self._theme, nothing, tone="second").wrapping())

    def _member(self, member: MemberLine, grounds: Sequence[Ground], *, suggested: bool) -> QFrame:
        card = QFrame()
        card.setProperty("card", "plain")
        card.setAccessibleName(member.name)
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(Avatar(self._theme, member.name, 34, picture=member.picture), 0, Qt.AlignmentFlag.AlignTop)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(Label(self._theme, member.name, size=fonts.MESSAGE, weight=fonts.BOLD).eliding())
        said.addWidget(Label(self._theme, about(member), size=fonts.META, tone="meta").eliding())
        for ground in grounds:
            said.addLayout(ground_row(self._theme, ground))
        row.addLayout(said, 1)
        row.addLayout(self._buttons(member, grounds, suggested=suggested))
        return card

    def _buttons(self, member: MemberLine, grounds: Sequence[Ground], *, suggested: bool) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        link = PushButton(self._theme, _("Link"))
        link.setAccessibleName(_("Link {name}").format(name=member.name))
        link.clicked.connect(partial(self._choose, member, grounds))
        column.addWidget(link)
        if suggested:
            other = PushButton(self._theme, _("Not the same"))
            other.setAccessibleName(_("{name} is not the same person").format(name=member.name))
            other.clicked.connect(partial(self._dismiss, member))
            column.addWidget(other)
        column.addStretch(1)
        return column

    def _choose(self, member: MemberLine, grounds: Sequence[Ground]) -> None:
        self.chosen = member.id
        self.reason = ", ".join(ground.reason.value for ground in grounds)
        self.accept()

    def _dismiss(self, member: MemberLine) -> None:
        self.apart.emit(member.id)

    def look_again(self) -> None:
        """Ask once more who may be the same person."""
        self._asking.ask(self._look)

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._asking.forget()
        super().done(result)
