"""The quiet bar above the composer: what is about to leave, and can be taken back until then."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal

from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.words import OutboxState
from inbox_app.i18n import _, ngettext
from ui.commands import Does, with_key
from ui.conversation.deeds import act_name
from ui.conversation.sending_row import waits_long
from ui.theme.moments import COUNTDOWN_MS, seconds_until
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton
from ui.toast import Toast
from ui.trouble import Bar

_SNIPPET = 60


class Leaving(Bar):
    """Counts down until the last reply leaves; until then it can be taken back."""

    undo_asked = Signal(OutboxRow)

    def __init__(self, theme: Theme) -> None:
        undo = PushButton(theme, with_key(_("Undo"), Does.UNDO))
        super().__init__(theme, undo)
        self._waiting: list[OutboxRow] = []
        self._tick = QTimer(self, interval=COUNTDOWN_MS)
        self._tick.timeout.connect(self._count)
        undo.clicked.connect(self.undo)
        self.setAccessibleName(_("About to be sent"))

    def show_outbox(self, rows: Sequence[OutboxRow]) -> None:
        """Take over what waits; the newest first."""
        waiting = [row for row in rows if row.state is OutboxState.QUEUED and row.attempts == 0]
        self._waiting = [row for row in waiting if not waits_long(row)]
        self._count()

    @property
    def waiting(self) -> tuple[OutboxRow, ...]:
        """All that can still be taken back."""
        return () if self.last is None else tuple(self._waiting)

    @property
    def last(self) -> OutboxRow | None:
        """What was decided last and has not left."""
        self._waiting = [row for row in self._waiting if seconds_until(row.not_before) > 0]
        return self._waiting[0] if self._waiting else None

    def undo(self) -> bool:
        """Take the last one back; False when there is none."""
        last = self.last
        if last is not None:
            self.undo_asked.emit(last)
        return last is not None

    def undo_last(self, toast: Toast) -> bool:
        """Take back what was done last, a send or what the toast tells; False when there is neither."""
        last = self.last
        if toast.offers_undo(last.decided_at if last else None):
            toast.take_back()
            return True
        return self.undo()

    def _count(self) -> None:
        last = self.last
        self.setVisible(last is not None)
        if last is None:
            self._tick.stop()
            return
        self._tick.start()
        text = " ".join(last.text.split())[:_SNIPPET] or act_name(last)
        seconds = seconds_until(last.not_before)
        words = ngettext("Sending in {count} second: {text}", "Sending in {count} seconds: {text}", seconds)
        if last.is_private_answer:
            words = ngettext(
                "Sending privately in {count} second: {text}", "Sending privately in {count} seconds: {text}", seconds
            )
        self.words.say(f"{last.held_up} {text}" if last.held_up else words.format(count=seconds, text=text))
