"""Brings what the gallery wants, avatars and posts' pictures: fetched by the core, decoded off the window's thread."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject

from inbox_app.content.sniff import sniff
from ui.conversation.pictures import decode
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.gallery import Gallery

WIDEST = 320
"""Pixels; what is shown is never larger than a post's picture at twice its size."""


class Portraits(QObject):
    """One for each opened workspace."""

    def __init__(self, core: Core, tasks: Tasks, gallery: Gallery, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._gallery = core, tasks, gallery
        self._under_way = 0
        self._is_open = True
        gallery.clear()
        gallery.wanted.connect(self._want)

    @property
    def is_idle(self) -> bool:
        """Whether all that was wanted is there, or cannot be had."""
        return not self._under_way

    def close(self) -> None:
        """Want nothing more, and show nothing of this workspace in the next."""
        if self._is_open:
            self._is_open = False
            self._gallery.wanted.disconnect(self._want)
            self._gallery.clear()

    def _want(self, address: str) -> None:
        self._under_way += 1
        task = self._tasks.begin(self._bring(address), "portrait")
        task.add_done_callback(self._ended)

    def _ended(self, _task: asyncio.Task[None]) -> None:
        self._under_way -= 1

    async def _bring(self, address: str) -> None:
        data = await self._core.fetch_picture(address)
        if data is not None:
            image = await asyncio.to_thread(decode, data, sniff(data), WIDEST)
            if image is not None:
                self._gallery.keep(address, image)
