"""Pictures pasted into a text, as files for as long as the window is open; the encoding is done elsewhere."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtGui import QImage

from inbox_app.domain.errors import Refused
from inbox_app.i18n import _


class Pasted:
    """A private folder that is gone with the window; what was sent or kept lives in the workspace by then."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._count = 0

    async def keep(self, picture: QImage) -> Path:
        """Write the picture as a file of its own."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="portavoce-")
        self._count += 1
        place = Path(self._folder.name) / f"picture-{self._count}.png"
        await asyncio.to_thread(_write, picture, place)
        return place

    def forget(self) -> None:
        """Remove the folder with everything in it."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _write(picture: QImage, place: Path) -> None:
    if not picture.save(str(place)):
        raise Refused(_("The picture could not be attached: there is no room for it on the disk."))
