"""Where the pictures are taken: the real window on the real core, and hands that wait until all is on screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from connectors import CATALOGUE
from inbox_app.app import App
from inbox_app.domain.ids import ConversationId
from inbox_app.paths import find_places, resolve_workspace
from inbox_app.queries import inbox
from inbox_app.settings import SettingsFile
from ui.app_window import AppWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace
from ui.workspaces import shown_name

_LOOK, _PATIENCE = 0.02, 60.0


@dataclass
class Stage:
    """A window at its first start; `open` puts the practice room into it. `shown` is what the picture is taken of."""

    theme: Theme
    tasks: Tasks
    window: AppWindow
    core: App | None = None
    shown: QWidget | None = None
    after: list[Callable[[], object]] = field(default_factory=list)

    @property
    def place(self) -> Workplace:
        """The opened workspace."""
        assert self.window.workplace is not None
        return self.window.workplace

    async def open(self) -> None:
        """Open the community and wait until its list is there."""
        settings = SettingsFile(find_places().settings_file)
        self.core = await App.open(resolve_workspace("practice"), CATALOGUE, settings)
        place = Workplace(self.core, self.tasks, self.theme)
        place.bridge.set_in_front(False)
        self.window.name_workspace(shown_name(self.core.address))
        self.window.put_in(place)
        await self.until(lambda: place.is_settled and bool(place.bridge.ids))

    async def show(self, member: str) -> None:
        """Open the newest conversation of somebody."""
        assert self.core is not None
        rows = await inbox.conversation_rows(self.core.store, self.core.me, list(self.place.bridge.ids))
        wanted = next(row.id for row in rows if member in row.members)
        await self.show_id(wanted)

    async def show_id(self, wanted: ConversationId) -> None:
        """Open a conversation."""
        self.place.open(wanted)
        await self.until(lambda: self.place.is_settled and self.place.bridge.on_screen is not None)

    async def until(self, question: Callable[[], bool]) -> None:
        """Painting asks for rows and pictures, so it is painted until the answer is true, and once more."""
        async with asyncio.timeout(_PATIENCE):
            settled = 0
            while settled < 3:
                (self.shown or self.window).grab()
                await asyncio.sleep(_LOOK)
                settled = settled + 1 if question() else 0

    async def dialog(self) -> QDialog:
        """The dialog that was asked for."""
        found: list[QDialog] = []

        def there() -> bool:
            shown = (one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())
            found[:] = list(shown)[:1]
            return bool(found)

        await self.until(there)
        return found[0]

    def take(self, path: Path) -> None:
        """Write the picture."""
        picture: QPixmap = (self.shown or self.window).grab()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not picture.save(str(path), "PNG", 0):
            raise OSError(path)

    async def close(self) -> None:
        """Leave the community as it was, and take all down."""
        self.shown = None
        for one in self.after:
            if isinstance(undoing := one(), Awaitable):
                await undoing
            await self.until(lambda: self.place.is_settled)
        if self.window.workplace is not None:
            await self.place.close_down()
        self.window.hide()
        await self.tasks.close()
        if self.core is not None:
            await self.core.close()
        self.window.deleteLater()
