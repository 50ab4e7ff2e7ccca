"""How long the channel still takes an answer, counted down where one writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal

from inbox_app.i18n import _
from ui.theme.moments import COUNTDOWN_MS, in_full, seconds_until
from ui.theme.theme import Theme
from ui.theme.widgets import Chip

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_SLOW_MS = 10_000
"""How often it looks at the clock while only minutes are told."""


class ReplyWindow(Chip):
    """Hidden where the channel sets no end, and once it has come."""

    ended = Signal()

    def __init__(self, theme: Theme, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(theme, "", ink="warn", ground="warn_soft", icon="hourglass")
        self._clock = clock
        self._until: datetime | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)
        self.hide()

    def watch(self, until: datetime | None) -> None:
        """Count down to this moment; one that has passed is nothing to count."""
        self._until = until if until is not None and seconds_until(until, self._clock()) else None
        self.setToolTip(in_full(until) if until is not None else "")
        self.tick()

    def tick(self) -> None:
        """Say what is left as of now, and when it is over, that it is."""
        left = 0 if self._until is None else seconds_until(self._until, self._clock())
        self.setVisible(left > 0)
        if left:
            self.say(_("{time} left to answer").format(time=span(left)))
            self._timer.start(_SLOW_MS if left > _HOUR else COUNTDOWN_MS)
            return
        self._timer.stop()
        if self._until is not None:
            self._until = None
            self.ended.emit()


def span(seconds: int) -> str:
    """A stretch of time in its two largest units, never more than there is."""
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    if days:
        return _("{days} d {hours} h").format(days=days, hours=hours)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=seconds % _MINUTE)
    return _("{seconds} s").format(seconds=seconds)
