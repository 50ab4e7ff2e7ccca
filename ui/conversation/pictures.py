"""Pictures inside mails: fetched from the kept mail, decoded away from the window's thread under caps, shown in place.

Nothing here asks the network: a picture that a mail brings along lies in the mail itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import AttachmentRow, MessageRow, Thread
from ui.asking import Asking
from ui.core import Core
from ui.tasks import Tasks

WIDEST = 720
"""Pixels; a wider picture is made smaller, as wide as messages are."""
LARGEST_FILE = 12 * 2**20
LARGEST_SIDE = 12_000
MOST_PIXELS = 40_000_000
MOST_PICTURES = 60
"""Of one conversation; the others stay files that can be saved."""
_FORMATS = {"image/png": b"png", "image/jpeg": b"jpeg", "image/gif": b"gif", "image/webp": b"webp"}
"""What is decoded, each by its own decoder and no other."""


class Pictures(QObject):
    """Brings the pictures of the conversation on screen."""

    ready = Signal(object, dict)
    """A message's id and its pictures by content id."""

    def __init__(self, core: Core, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._core = core
        self._asking = Asking(tasks, "pictures")
        self._of: ConversationId | None = None
        self._known: set[str] = set()

    @property
    def is_idle(self) -> bool:
        """Whether all pictures that can be shown are shown."""
        return self._asking.is_idle

    def bring(self, thread: Thread) -> None:
        """Fetch what the messages of this conversation show and what was not fetched yet."""
        if thread.row.id != self._of:
            self._of, self._known = thread.row.id, set()
        wanted = [(row, files) for row in thread.messages if (files := self._missing(row))]
        if wanted:
            self._asking.ask(lambda: self._bring(wanted))

    def _missing(self, row: MessageRow) -> list[AttachmentRow]:
        shown = list(shown_files(row))
        return shown if any(one.id not in self._known for one in shown) else []

    async def _bring(self, wanted: list[tuple[MessageRow, list[AttachmentRow]]]) -> None:
        for row, files in reversed(wanted):
            found: dict[str, QImage] = {}
            for file in files:
                if len(self._known) < MOST_PICTURES or file.id in self._known:
                    self._known.add(file.id)
                    image = await self._fetch(file)
                    if image is not None:
                        found[file.content_id] = image
            if found:
                self.ready.emit(MessageId(row.id), found)

    async def _fetch(self, file: AttachmentRow) -> QImage | None:
        try:
            fetched = await self._core.fetch_attachment(file.id)
        except UserFacingError:
            return None  # it stays a gap in the text; saving the file says why
        return await asyncio.to_thread(decode, fetched.data, fetched.media_type)


def shown_files(row: MessageRow) -> Iterator[AttachmentRow]:
    """The pictures that a message shows in its text."""
    for one in row.attachments:
        if one.content_id and one.media_type in _FORMATS and f"cid:{one.content_id}" in (row.html or ""):
            yield one


def is_picture(media_type: str) -> bool:
    """Whether it is one of the kinds that are decoded here."""
    return media_type in _FORMATS


def decode(data: bytes, media_type: str, widest: int = WIDEST) -> QImage | None:
    """A picture no wider than that, else than a message; None for what is none, or too large to be one."""
    if len(data) > LARGEST_FILE or media_type not in _FORMATS:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(_FORMATS[media_type]))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > LARGEST_SIDE:
        return None
    if size.width() * size.height() > MOST_PIXELS:
        return None
    if size.width() > widest:
        reader.setScaledSize(size.scaled(QSize(widest, LARGEST_SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
