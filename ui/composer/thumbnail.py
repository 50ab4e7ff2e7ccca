"""A picture that is attached, small, beside its name; where it cannot be shown its place is left empty."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from inbox_app.domain.errors import UserFacingError
from inbox_app.queries.writing import own_file
from ui.conversation.pictures import LARGEST_FILE
from ui.core import Core
from ui.theme.dressed import Dressed
from ui.theme.theme import Theme
from ui.theme.told import told_as

_SIDE, _RADIUS = 32, 5.0
_ON_DISK, _PASSED_ON = "disk:", "message:"


def address_of(id_: str, path: Path | None, passed_on: str = "") -> str:
    """Where its bytes are: on the disk as long as they come from there, in what is passed on, else in the workspace."""
    if passed_on:
        return f"{_PASSED_ON}{passed_on}"
    return id_ if path is None else f"{_ON_DISK}{id_}\n{path}"  # attached once more, it may be another picture


async def bytes_of(core: Core, address: str) -> bytes | None:
    """The bytes of a picture that is attached; None where they cannot be had, or are too many."""
    if address.startswith(_ON_DISK):
        return await asyncio.to_thread(_read, Path(address.partition("\n")[2]))
    if address.startswith(_PASSED_ON):
        try:
            return (await core.fetch_attachment(address.removeprefix(_PASSED_ON))).data
        except UserFacingError:
            return None  # sending it says why
    return await own_file(core.store, address, LARGEST_FILE)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST_FILE else None
    except OSError:
        return None


class Thumbnail(Dressed, QWidget):
    """Cut to a square from the middle; it grows with the size of text."""

    def __init__(self, theme: Theme, address: str, name: str) -> None:
        super().__init__()
        self._theme, self._address = theme, address
        self.dress()
        self.setAccessibleName(name)
        told_as(self, QAccessible.Role.Graphic)
        theme.own_files.arrived.connect(self._see)

    def dress(self) -> None:
        side = self._theme.scaled(_SIDE)
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, event: QPaintEvent) -> None:
        image = self._theme.own_files.image(self._address)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        painter.fillPath(frame, self._theme.colour("line"))
        if image is not None:
            painter.setClipPath(frame)
            cut = QRectF(0, 0, *self.size().scaled(image.size(), Qt.AspectRatioMode.KeepAspectRatio).toTuple())
            cut.moveCenter(QRectF(image.rect()).center())
            painter.drawImage(QRectF(self.rect()), image, cut)
            painter.setPen(self._theme.colour("line2"))  # else a white one would have no edge
            painter.drawPath(frame)
        painter.end()

    def _see(self, arrived: str) -> None:
        if arrived == self._address:
            self.update()
