"""Draws the real window to a file; where it is drawn there needs to be no screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtGui import QPixmap

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.picture import PictureOrder
from inbox_app.i18n import _
from ui.app_window import AppWindow
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

DEADLINE = 30.0
_LOOK = 0.01


class PictureFailed(UserFacingError):
    """The window could not be drawn."""

    code = "picture_failed"


async def draw(core: Core, theme: Theme, order: PictureOrder) -> None:
    """Draw the window as it looks when all is read; nothing is synced and nothing is marked read by it."""
    tasks = Tasks(asyncio.get_running_loop())
    troubles: list[str] = []
    tasks.failed.connect(troubles.append)
    window = AppWindow(tasks, theme)
    workplace = Workplace(core, tasks, theme)
    workplace.bridge.thread_failed.connect(troubles.append)
    workplace.bridge.set_in_front(False)
    window.resize(*order.size)
    window.show()
    window.put_in(workplace)
    try:
        await _until(lambda: workplace.is_settled, window)
        wanted = order.open or next(iter(workplace.bridge.ids), None)
        if wanted is not None:
            workplace.open(wanted)
        await _until(lambda: workplace.is_settled, window)
        if troubles and order.open is not None:
            raise PictureFailed(troubles[0])
        picture = window.grab()
    finally:
        window.hide()
        await workplace.close_down()
        await tasks.close()
    _save(picture, order)


async def _until(settled: Callable[[], bool], window: AppWindow) -> None:
    """Painting asks for rows and rows ask to be painted: go on until nothing is asked any more."""
    async with asyncio.timeout(DEADLINE):
        while True:
            window.grab()
            await asyncio.sleep(_LOOK)
            if settled():
                return


def _save(picture: QPixmap, order: PictureOrder) -> None:
    order.out.parent.mkdir(parents=True, exist_ok=True)
    if not picture.save(str(order.out), "PNG"):
        raise PictureFailed(_("The picture could not be written to {path}.").format(path=order.out))
