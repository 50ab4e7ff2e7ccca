"""Desktop notifications through the tray, where there is one; the program is whole without."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from inbox_app.domain.ids import ConversationId
from inbox_app.i18n import _, ngettext


class News(Protocol):
    """What the engine has to say to a person."""

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def conversation(self) -> ConversationId | None: ...

    @property
    def count(self) -> int: ...


class Notifier(QObject):
    """Quiet while the window is in front: there it is seen anyway."""

    opened = Signal(str)
    """A notification was clicked: the conversation it is about."""

    def __init__(self, icon: QIcon, parent: QObject) -> None:
        super().__init__(parent)
        self._about: ConversationId | None = None
        self._quiet = False
        self._tray: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(icon, self)
            self._tray.setToolTip("Portavoce")
            self._tray.messageClicked.connect(self._clicked)
            self._tray.show()

    def hush(self, in_front: bool) -> None:
        """Whether the window is in front."""
        self._quiet = in_front

    def tell(self, news: News) -> None:
        """Say it, unless it is seen anyway."""
        if self._tray is None or self._quiet or news.kind == "sent":
            return
        self._about = news.conversation
        self._tray.showMessage("Portavoce", news.text or _words(news), self._tray.icon())

    def _clicked(self) -> None:
        self.opened.emit(self._about or "")


def _words(news: News) -> str:
    if news.kind == "new_messages":
        return ngettext("{count} new message", "{count} new messages", news.count).format(count=news.count)
    if news.kind == "reminder":
        return _("A reminder is due.")
    return _("A reply needs your attention.")
