"""What waits to be sent, was not sent, or may have been: each with what a person can do about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QVBoxLayout, QWidget

from inbox_app.domain.ids import OutboxId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.i18n import _
from ui.conversation.deeds import act_name
from ui.conversation.sending_row import SendingRow
from ui.theme import fonts
from ui.theme.moments import COUNTDOWN_MS
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, ToolButton

_SNIPPET = 200


class OutboxPage(QDialog):
    """Follows the outbox while it is open.

    Signals:
        undo_asked: the `OutboxRow` to take back.
        resolve_asked: an outbox id with `sent`, `again` or `discard`.
        conversation_asked: the conversation to show.
    """

    undo_asked = Signal(OutboxRow)
    resolve_asked = Signal(str, str)
    conversation_asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Outbox"))
        self.resize(640, 420)
        self._theme = theme
        self._rows: dict[str, OutboxRow] = {}
        self._room = QWidget()
        self._room.setProperty("plain", True)
        self._column = QVBoxLayout(self._room)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        area = scrolling(self._room, sideways=True)
        whole = titled_column(theme, self)
        whole.addWidget(area)
        self._clock = QTimer(self, interval=COUNTDOWN_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    def show_outbox(self, rows: Sequence[OutboxRow]) -> None:
        """List these, newest first."""
        self._rows = {row.id: row for row in rows}
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for row in rows:
            self._column.addWidget(self._card(row))
        if not rows:
            self._column.addWidget(Label(self._theme, _("Everything was sent."), tone="second"))
        self._column.addStretch(1)

    def _card(self, row: OutboxRow) -> QWidget:
        card = QFrame()
        card.setProperty("card", "bare")
        column = QVBoxLayout(card)
        text = " ".join(row.text.split())[:_SNIPPET] or act_name(row)
        column.addWidget(Label(self._theme, text, size=fonts.BODY).wrapping())
        column.addWidget(Label(self._theme, _way(row), size=fonts.META, tone="meta").wrapping())
        sending = SendingRow(self._theme, row)
        sending.undo_asked.connect(self._undo)
        sending.resolve_asked.connect(self.resolve_asked)
        column.addWidget(sending)
        if row.conversation is not None:
            show = ToolButton(self._theme, "arrow-right", _("Show the conversation"), "link")
            show.clicked.connect(lambda: self._show(row))
            column.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _undo(self, wanted: str) -> None:
        row = self._rows.get(OutboxId(wanted))
        if row is not None:
            self.undo_asked.emit(row)

    def _show(self, row: OutboxRow) -> None:
        self.conversation_asked.emit(row.conversation or "")
        self.accept()

    def _tick(self) -> None:
        for sending in self._room.findChildren(SendingRow):
            sending.tick()


def _way(row: OutboxRow) -> str:
    """From which of our names to whom, and whether nobody else reads it."""
    if not row.to:
        return _("From {sender}").format(sender=row.sender)
    said = _("From {sender}, privately to {name}") if row.is_private_answer else _("From {sender}, to {name}")
    return said.format(sender=row.sender, name=row.to)
