"""How long ago all that works was heard: the word at the foot of the sidebar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer

from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.moments import clock_or_day
from ui.theme.theme import Theme
from ui.theme.widgets import Label

_LOOK_MS = 20_000
_JUST, _MINUTES = 1, 60


class Synced(Label):
    """Goes by the account that was heard least recently: what it says holds for all of them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, size=fonts.META, tone="meta")
        self.eliding()
        self.setAlignment(Qt.AlignmentFlag.AlignVCenter | self.alignment())
        self._since: datetime | None = None
        self._in_trouble = False
        self._clock = QTimer(self, interval=_LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._clock.start()

    def show_accounts(self, rows: Sequence[AccountRow]) -> None:
        """Those that are paused or signed out say so themselves; while one was never heard there is nothing to say."""
        heard = [row.last_success for row in rows if row.state is AccountState.ACTIVE]
        known = [moment for moment in heard if moment is not None]
        self._since = min(known) if known and len(known) == len(heard) else None
        self._in_trouble = any(row.error for row in rows)
        self._look()

    def _look(self) -> None:
        now = datetime.now(UTC)
        # "Just now" beside a service that is away reads as if it were not: there the time itself says when.
        told = at_which_time if self._in_trouble else how_long_ago
        self.say("" if self._since is None else told(self._since, now))


def how_long_ago(since: datetime, now: datetime) -> str:
    """In minutes for an hour, then since when."""
    minutes = int((now - since).total_seconds() // 60)
    if minutes < _JUST:
        return _("Synced just now")
    if minutes < _MINUTES:
        return _("Synced {minutes}m ago").format(minutes=minutes)
    return at_which_time(since, now)


def at_which_time(since: datetime, now: datetime) -> str:
    """Since when nothing came."""
    return _("Synced {time}").format(time=clock_or_day(since, now))
