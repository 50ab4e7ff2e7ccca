"""What the book's search looks through: rows of text in pieces of a size that a browser loads quickly.

A page that lies in a folder may not read other files; it may run them. So each piece is a script that hands its rows
over.
"""

from __future__ import annotations

import json

from inbox_app.exchange.book.messages import called
from inbox_app.exchange.book.pages import INNER, day
from inbox_app.exchange.book.source import Shelf
from inbox_app.storage.exporting.threads import Said

_PIECE = 1_000_000
"""Characters, about."""


class Words:
    """Gathers rows: where, who, when, in what, and the words."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._rows: list[str] = []
        self._size = 0
        self.pieces = 0

    def add(self, page: str, said: Said, title: str) -> None:
        """A message with the names of its files."""
        row = said.row
        words = "\n".join(filter(None, (row.title, row.text, *(one.name for one in row.attachments))))
        # ASCII alone: no sign of anybody's can end a line, or be half of one.
        self._rows.append(
            json.dumps([f"{page}#m{row.id}", called(row), day(row.sent_at), title, words], separators=(",", ":"))
        )
        self._size += len(self._rows[-1])
        if self._size >= _PIECE:
            self.close()

    def close(self) -> None:
        """Write what was gathered."""
        if not self._rows:
            return
        self.pieces += 1
        with self._shelf.file(f"{INNER}/words-{self.pieces}.js") as file:
            file.write(b"portavoce.take([\n" + ",\n".join(self._rows).encode() + b"\n]);\n")
        self._rows, self._size = [], 0
