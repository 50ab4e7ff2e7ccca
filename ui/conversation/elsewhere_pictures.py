"""Pictures that mails would fetch from elsewhere: brought when somebody asks, for one mail or always for its sender.

They come through the core's guarded fetcher and its shelf, and are decoded away from the window's thread like others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from inbox_app.actions import trusting
from inbox_app.content.elsewhere import addresses, content_id
from inbox_app.content.sniff import sniff
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import MessageRow, Thread
from inbox_app.domain.words import Direction
from inbox_app.queries import pictures
from ui.conversation.elsewhere_line import Wish
from ui.conversation.pictures import decode
from ui.conversation.safe_document import no_picture
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.tasks import Tasks, Work

MOST = 60
"""Pictures of one message."""
MOST_BYTES = 96 * 2**20
"""Decoded, of one conversation."""
_AT_ONCE = 6
_UNSEEN = 2
"""Pixels; a picture that is no wider and no higher is there to count readers."""


class ElsewherePictures(QObject):
    """One for each pane that shows a conversation."""

    def __init__(self, core: Core, tasks: Tasks, view: ThreadView) -> None:
        super().__init__(view)
        self._core, self._tasks, self._view = core, tasks, view
        self._rows: dict[MessageId, MessageRow] = {}
        self._of: ConversationId | None = None
        self._asked: set[MessageId] = set()
        self._bytes = 0
        self._running: set[asyncio.Task[None]] = set()
        view.elsewhere_wished.connect(self._heed)

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked for is there, or cannot be had."""
        return not self._running

    def bring(self, thread: Thread) -> None:
        """A conversation is shown: what its senders may show at once is fetched."""
        if thread.row.id != self._of:
            self._of, self._bytes = thread.row.id, 0
            self._asked.clear()
        self._rows = {row.id: row for row in thread.messages if addresses(row.html or "")}
        if self._rows:
            self._begin(self._look())

    def _heed(self, message: MessageId, wish: Wish) -> None:
        row = self._rows.get(message)
        if row is None:
            return
        if wish is Wish.SHOW:
            self._fetch_for(row)
        else:
            self._begin(self._decide(row.author.handle, wish))

    async def _decide(self, sender: str, wish: Wish) -> None:
        change = trusting.show_pictures_of if wish is Wish.ALWAYS else trusting.block_pictures_of
        await change(self._core.store, sender)
        await self._look()

    async def _look(self) -> None:
        """Whose pictures are shown at once; those in sight that are not here yet are fetched."""
        senders = await pictures.senders_shown(self._core.store)
        self._view.trust(senders)
        for row in self._rows.values():
            incoming = row.direction is Direction.INCOMING
            if incoming and row.author.handle.lower() in senders and row.id not in self._asked:
                self._fetch_for(row)

    def _fetch_for(self, row: MessageRow) -> None:
        self._asked.add(row.id)
        there = self._view.pictures_of(row.id)
        wanted = [one for one in addresses(row.html or "")[:MOST] if content_id(one) not in there]
        if self._of is not None:
            self._begin(self._fetch(self._of, row.id, wanted))

    async def _fetch(self, of: ConversationId, message: MessageId, wanted: Sequence[str]) -> None:
        """Some at a time, each lot painted as it is there; what did not come is told at the end."""
        for place in range(0, len(wanted), _AT_ONCE):
            now = wanted[place : place + _AT_ONCE]
            found = await asyncio.gather(*map(self._picture, now))
            images = {content_id(one): image for one, image in zip(now, found, strict=True) if image is not None}
            self._bytes += sum(image.sizeInBytes() for image in images.values())
            if self._of != of or self._bytes > MOST_BYTES:
                break
            self._view.add_pictures(message, images)
        if self._of == of:
            self._view.note_tried(message)

    async def _picture(self, address: str) -> QImage | None:
        data = await self._core.fetch_picture(address)
        image = None if data is None else await asyncio.to_thread(decode, data, sniff(data))
        counts = image is not None and max(image.width(), image.height()) <= _UNSEEN
        return no_picture() if counts else image

    def _begin(self, work: Work) -> None:
        task = self._tasks.begin(work, "pictures from elsewhere")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
