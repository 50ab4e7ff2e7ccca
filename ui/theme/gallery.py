"""The pictures at hand, by their address: who paints asks for one and is told when it is there; nobody waits."""

from __future__ import annotations

from collections import OrderedDict
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

_MOST: Final = 500
_AGAIN: Final = 600.0
"""Seconds after which one that could not be had is asked for once more."""


class Gallery(QObject):
    """Images as small as they are shown. One that is not there yet is wanted once; until then there are initials."""

    wanted = Signal(str)
    arrived = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: OrderedDict[str, QImage] = OrderedDict()
        self._asked: dict[str, float] = {}

    def image(self, address: str) -> QImage | None:
        """The picture at an address, if it is here."""
        if not address:
            return None
        image = self._images.get(address)
        if image is not None:
            self._images.move_to_end(address)
        elif monotonic() - self._asked.get(address, -_AGAIN) >= _AGAIN:
            self._asked[address] = monotonic()
            self.wanted.emit(address)
        return image

    def keep(self, address: str, image: QImage) -> None:
        """It is there: whoever shows it paints anew. Those shown longest ago are let go of."""
        self._images[address] = image
        while len(self._images) > _MOST:
            gone, _image = self._images.popitem(last=False)
            self._asked.pop(gone, None)
        self.arrived.emit(address)

    def clear(self) -> None:
        """Another workspace: nothing of this one stays."""
        self._images.clear()
        self._asked.clear()
