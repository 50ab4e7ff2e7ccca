"""Under the result of an import: whom its people may be, each with the one step that says so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.actions import members as act
from inbox_app.domain.ids import MemberId
from inbox_app.domain.people_words import ground_sentence
from inbox_app.i18n import _
from inbox_app.queries import members as ask
from inbox_app.queries.members import Likeness
from ui import dialogs
from ui.core import Core
from ui.members.link_dialog import LinkDialog
from ui.tasks import Tasks
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton


class Likenesses(QWidget):
    """Hidden until there is somebody to show.

    Signals:
        settled: somebody was linked, and is not shown any more.
    """

    settled = Signal()

    def __init__(self, core: Core, tasks: Tasks, theme: Theme) -> None:
        super().__init__()
        self._core, self._tasks, self._theme = core, tasks, theme
        self.compare: dict[MemberId, PushButton] = {}
        self._room = QWidget()
        self._room.setProperty("plain", True)
        self._lines = QVBoxLayout(self._room)
        self._lines.setContentsMargins(0, 0, 6, 0)
        area = scrolling(self._room, _("People of the import whom you may know already"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        said = _("Perhaps you know these people already. Nothing is linked by itself, and a link can be taken back.")
        column.addWidget(Label(theme, said).wrapping())
        column.addWidget(area, 1)
        self.hide()

    def show_people(self, found: Sequence[Likeness]) -> None:
        """Show these instead of those before."""
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.compare = {}
        for one in found:
            self._lines.addWidget(self._line(one))
        self._lines.addStretch(1)
        self.setVisible(bool(found))

    def _line(self, one: Likeness) -> QWidget:
        first = one.resembles[0]
        said = _("{name} may be {other}: {why}").format(
            name=one.member.name,
            other=", ".join(each.member.name for each in one.resembles),
            why=ground_sentence(first.grounds[0]),
        )
        button = PushButton(self._theme, _("Compare…"), "plain")
        button.setAccessibleName(_("Compare {name} with whom it may be").format(name=one.member.name))
        button.clicked.connect(lambda: self._tasks.start(self._compare(one.member.id), "who is the same person"))
        self.compare[one.member.id] = button
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(self._theme, said, tone="second").wrapping(), 1)
        row.addWidget(button)
        return line

    async def _compare(self, wanted: MemberId) -> None:
        store, me = self._core.store, self._core.me
        card = await ask.card(store, me, wanted)
        dialog = LinkDialog(self._core, self._tasks, self._theme, self.window(), card)
        dialog.apart.connect(
            lambda other: self._tasks.start(self._keep_apart(card.id, MemberId(other), dialog), "two people")
        )
        if await dialogs.ask(dialog) and dialog.chosen is not None:
            await act.link(store, me, dialog.chosen, card.id, dialog.reason)
        self.settled.emit()

    async def _keep_apart(self, one: MemberId, other: MemberId, dialog: LinkDialog) -> None:
        await act.keep_apart(self._core.store, self._core.me, one, other)
        dialog.look_again()
