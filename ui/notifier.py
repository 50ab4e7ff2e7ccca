"""Desktop notifications: what is worth one, when it is quiet, and on which way it is shown; whole without any."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon

from inbox_app.domain.ids import AccountId, ConversationId, MessageId, ReminderId, ViewId
from inbox_app.domain.reminders import ReminderRow
from inbox_app.i18n import _
from inbox_app.queries import accounts, knocking
from inbox_app.settings import Settings
from ui.core import Core
from ui.desktop.bus import NotificationBus
from ui.desktop.notes import Act, Note, of_knocks, of_reminders, plain
from ui.desktop.tray import Tray
from ui.tasks import Tasks

_MINUTE_MS = 60_000


class News(Protocol):
    """What the engine has to say to a person."""

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def account(self) -> AccountId | None: ...

    @property
    def conversation(self) -> ConversationId | None: ...


class Notifier(QObject):
    """Quiet while the window is in front: there it is seen anyway.

    Signals:
        opened: the `Note` that leads to what is to be shown; None for the window alone.
        pressed: a `Note` and the `Act` that was pressed on it.
    """

    opened = Signal(object)
    pressed = Signal(Note, Act)

    def __init__(self, icon: QIcon, tasks: Tasks, parent: QObject, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(parent)
        self._tasks, self._now = tasks, now
        self._core: Core | None = None
        self._since = 0
        self._told: set[MessageId] = set()
        self._due: set[tuple[ReminderId, datetime | None]] = set()
        """What fell due and was heard of, and when: a window that is made anew tells of it again."""
        self._in_front = False
        self._held: dict[str, ReminderRow] = {}
        self.bus = NotificationBus(self._act)
        self.tray: Tray | None = None
        if Tray.is_there():
            self.tray = Tray(icon, self)
            self.tray.opened.connect(lambda: self.opened.emit(None))
            self.tray.note_pressed.connect(lambda note: self._act(note, Act.OPEN))
        self._waits = QTimer(self, interval=_MINUTE_MS)
        self._waits.timeout.connect(self.tell_held)

    def serve(self, core: Core) -> None:
        """Speak of this workspace from now on; of the one spoken of already, in the language of now."""
        if core is not self._core:
            self._core, self._since = core, core.store.now()
            self._told.clear()
            self._due.clear()
            self._held.clear()
        if self.tray is not None:
            self.tray.speak()

    def hush(self, in_front: bool) -> None:
        """Whether the window is in front."""
        self._in_front = in_front

    def tell(self, news: News) -> None:
        """Say it, unless it is seen anyway. Reminders are told by `remind`, whoever fired them."""
        if self._core is None or news.kind in ("sent", "reminder"):
            return
        if news.kind != "new_messages":
            self._tasks.start(self._tell_trouble(self._core, news), "notification")
        elif news.account is not None:
            self._tasks.start(self._tell_knocks(self._core, news.account), "notification")

    def remind(self, rows: tuple[ReminderRow, ...]) -> None:
        """Say what fell due; in quiet hours it waits for their end, and what was dealt with by then is left out."""
        self._held |= {row.id: row for row in rows if (row.id, row.fired_at) not in self._due}
        self._due.update((row.id, row.fired_at) for row in rows)
        self.tell_held()

    def settle(self, still_due: frozenset[str]) -> None:
        """Forget what was dealt with before it could be told."""
        self._held = {one: row for one, row in self._held.items() if one in still_due}

    def tell_held(self) -> None:
        """Say what waited, once it is not quiet any more."""
        if self._held and not self._is_quiet:
            rows, self._held = tuple(self._held.values()), {}
            self._say(of_reminders(rows))
        (self._waits.start if self._held else self._waits.stop)()

    async def close(self) -> None:
        """Hear nothing more."""
        self._waits.stop()
        await self.bus.close()

    @property
    def _settings(self) -> Settings:
        return Settings() if self._core is None else self._core.settings.current

    @property
    def _is_quiet(self) -> bool:
        hours = self._settings.quiet_hours
        return hours is not None and hours.cover(self._now().time())

    async def _tell_trouble(self, core: Core, news: News) -> None:
        """A service's sentence names no account, and there may be several on it."""
        whose = "Portavoce" if news.account is None else (await accounts.one(core.store, news.account)).handle
        self._say(Note(plain(whose), plain(news.text) or _("A reply needs your attention."), news.conversation))

    async def _tell_knocks(self, core: Core, account: AccountId) -> None:
        now = self._settings
        telling, silent = (frozenset(map(ViewId, ids)) for ids in (now.telling_views, now.silent_views))
        ears = knocking.Ears(account not in now.muted_accounts, telling, silent)
        knocks = await knocking.since(core.store, core.me, account, self._since, ears)
        new = [one for one in knocks if one.message not in self._told]
        if new:
            self._told.update(one.message for one in new)
            self._say(of_knocks(new))

    def _say(self, note: Note) -> None:
        if self._settings.notifications and not self._in_front and not self._is_quiet:
            self._tasks.start(self._show(note), "notification")

    async def _show(self, note: Note) -> None:
        if not await self.bus.show(note) and self.tray is not None:
            self.tray.show_note(note)

    def _act(self, note: Note, act: Act) -> None:
        if act is Act.OPEN:
            self.opened.emit(note)
        else:
            self.pressed.emit(note, act)
