"""Attachments beside the pages, each content once, under names by which a click runs nothing.

A browser runs HTML, SVG and their like from a folder as it does from a server, and a desktop runs programs. So a file
keeps its ending only where opening it is known to be harmless; any other gets one more, which opens nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from inbox_app.content.names import safe_name
from inbox_app.content.sniff import HEAD_BYTES, sniff
from inbox_app.exchange.book.source import Shelf, Source

FOLDER = "files"
_HARMLESS = frozenset({
    "png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "heic", "avif", "txt", "csv", "md", "log", "pdf", "rtf",
    "odt", "ods", "odp", "docx", "xlsx", "pptx", "ics", "vcf", "eml", "mp3", "m4a", "ogg", "oga", "opus", "wav", "flac",
    "mp4", "m4v", "webm", "mov", "mkv", "zip", "gz", "7z", "tar",
})  # fmt: skip
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
"""The pictures that a page shows, and what they are called where their names say something else."""
INERT = ".bin"


class Kept(NamedTuple):
    """A file of the book: where it lies, seen from the top, and whether it is a picture that a page may show."""

    path: str
    is_picture: bool


class Files:
    """Copies contents as they are asked for."""

    def __init__(self, source: Source, shelf: Shelf) -> None:
        self._source = source
        self._shelf = shelf
        self._kept: dict[str, Kept] = {}

    def keep(self, digest: str, name: str) -> Kept | None:
        """Bring a content along; None where its bytes are not here."""
        if digest not in self._kept:
            content = self._source.open(digest)
            if content is None:
                return None
            with content:
                media = sniff(content.read(HEAD_BYTES))
                content.seek(0)
                kept = Kept(f"{FOLDER}/{digest[:16]}/{_inert(safe_name(name), media)}", media in _ENDINGS)
                self._shelf.copy(kept.path, content)
            self._kept[digest] = kept
        return self._kept[digest]


def _inert(name: str, media: str) -> str:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if media in _ENDINGS:
        return name if ending in ("jpeg", *_ENDINGS.values()) else f"{name}.{_ENDINGS[media]}"
    return name if ending in _HARMLESS else f"{name}{INERT}"
