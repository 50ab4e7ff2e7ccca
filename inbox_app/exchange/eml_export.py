"""Every message as a mail in a file of its own, one folder a conversation, in thread order."""

from __future__ import annotations

from inbox_app.content.names import safe_name
from inbox_app.exchange.mails import mails
from inbox_app.exchange.target import Target
from inbox_app.storage.exporting.reading import History


def write(history: History, target: Target) -> None:
    """Write a folder for each conversation."""
    for told in history.conversations():
        folder = safe_name(told.row.id)
        for place, mail in enumerate(mails(history, told), 1):
            with target.file(f"{folder}/{place:05}.eml") as file:
                file.write(mail.raw)
