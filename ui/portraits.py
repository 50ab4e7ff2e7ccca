"""Brings what the galleries want: avatars, posts' pictures and files of ours, all decoded off the window's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject

from inbox_app.content.sniff import sniff
from ui.composer.thumbnail import bytes_of
from ui.conversation.pictures import decode
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.gallery import Gallery
from ui.theme.theme import Theme

WIDEST = 320
"""Pixels; what is shown is never larger than a post's picture at twice its size."""
SMALL = 128
"""Pixels of a file of ours beside its name, at twice its size."""


class Portraits(QObject):
    """One for each opened workspace.

    Files of ours have a gallery of their own: no address that a service names can lead to one.
    """

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = (
            _Bringing(tasks, theme.gallery, core.fetch_picture, WIDEST, self),
            _Bringing(tasks, theme.own_files, lambda address: bytes_of(core, address), SMALL, self),
        )

    @property
    def is_idle(self) -> bool:
        """Whether all that was wanted is there, or cannot be had."""
        return all(one.is_idle for one in self._parts)

    def close(self) -> None:
        """Want nothing more, and show nothing of this workspace in the next."""
        for one in self._parts:
            one.close()


class _Bringing(QObject):
    """Brings what one gallery wants."""

    def __init__(
        self,
        tasks: Tasks,
        gallery: Gallery,
        fetch: Callable[[str], Awaitable[bytes | None]],
        widest: int,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._gallery, self._fetch, self._widest = tasks, gallery, fetch, widest
        self._under_way = 0
        self._is_open = True
        gallery.clear()
        gallery.wanted.connect(self._want)

    @property
    def is_idle(self) -> bool:
        return not self._under_way

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._gallery.wanted.disconnect(self._want)
            self._gallery.clear()

    def _want(self, address: str) -> None:
        self._under_way += 1
        task = self._tasks.begin(self._bring(address), "picture")
        task.add_done_callback(self._ended)

    def _ended(self, _task: asyncio.Task[None]) -> None:
        self._under_way -= 1

    async def _bring(self, address: str) -> None:
        data = await self._fetch(address)
        if data is not None:
            image = await asyncio.to_thread(decode, data, sniff(data), self._widest)
            if image is not None and self._is_open:
                self._gallery.keep(address, image)
