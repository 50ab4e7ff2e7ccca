"""Where the passwords of a workspace are kept, settled before any is typed: the keyring, a passphrase, or nowhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.actions.keeping_secrets import Obstacle, Way
from inbox_app.i18n import _
from ui import dialogs
from ui.core import Core
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton


async def open_key(core: Core, theme: Theme, parent: QWidget) -> bool:
    """Open the key, asking how as often as it takes; False when the person gave up.

    Raises:
        UserFacingError: the key's file is damaged or cannot be used.
    """
    return await settle_key(core.open_key, theme, parent)


async def settle_key(open_it: Callable[[Way], Awaitable[Obstacle | None]], theme: Theme, parent: QWidget) -> bool:
    """The same for a workspace that is not open."""
    obstacle = await open_it(Way.AGAIN)
    while obstacle is not None and obstacle.ways:
        dialog = KeyringDialog(theme, parent, obstacle)
        await dialogs.ask(dialog)
        if dialog.chosen is None:
            return False
        obstacle = await open_it(dialog.chosen)
    return obstacle is None


class KeyringDialog(QDialog):
    """Says what is wrong with the place for passwords, and a button for each way on."""

    def __init__(self, theme: Theme, parent: QWidget, obstacle: Obstacle) -> None:
        super().__init__(parent)
        self.chosen: Way | None = None
        self.buttons: dict[Way, PushButton] = {}
        title = _("Where passwords are kept")
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        column = titled_column(theme, self)
        column.addWidget(Label(theme, obstacle.reason, tone="second").wrapping())
        for way in obstacle.ways:
            self._offer(theme, column, way)
        give_up = PushButton(theme, _("Cancel"), "plain")
        give_up.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(give_up)
        column.addLayout(foot)

    def _offer(self, theme: Theme, column: QVBoxLayout, way: Way) -> None:
        name, about = _said(way)
        button = self.buttons[way] = PushButton(theme, name, "primary" if not self.buttons else "plain")
        button.clicked.connect(lambda: self._choose(way))
        column.addWidget(button)
        if about:
            column.addWidget(Label(theme, about, size=fonts.META, tone="meta").wrapping())

    def _choose(self, way: Way) -> None:
        self.chosen = way
        self.accept()


def _said(way: Way) -> tuple[str, str]:
    return {
        Way.PASSPHRASE: (
            _("Protect them with a passphrase"),
            _("You type it once each time Portavoce is started and first needs a password."),
        ),
        Way.SESSION: (
            _("Keep them for this session only"),
            _("When Portavoce is closed they are forgotten, and every account must sign in again."),
        ),
        Way.NEW_KEY: (_("Make a new key"), ""),
        Way.AGAIN: (_("Try again"), ""),
    }[way]
