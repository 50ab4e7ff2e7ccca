"""The history book: a folder that any browser reads, with its search, without a network."""

from __future__ import annotations

from inbox_app.exchange.book.files import Files
from inbox_app.exchange.book.writing import write_book
from inbox_app.exchange.target import Target
from inbox_app.storage.exporting.reading import History


def write(history: History, target: Target) -> None:
    """Write the book."""
    write_book(history, target, Files(history, target) if history.chosen.attachments else None)
