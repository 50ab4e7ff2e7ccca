"""Mails read in the worker process, each as a message: at worst by its headers alone, or kept as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from connectors.email import wire
from connectors.email.mailbox import Fetched
from connectors.email.wire import Own
from inbox_app.content.parsed import ParsedMail, Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.remote import RemoteMessage

_A_MOMENT = 25
"""Mails after which the loop, which may be the window's, is let go for a moment."""


async def read_mails(
    worker: Worker, mails: Sequence[Fetched], own: Own, history: frozenset[int]
) -> list[RemoteMessage]:
    """The messages in the order of the mails; `history` are the places of those that were there before."""
    parsed = await worker.parse([mail.raw for mail in mails])
    messages = []
    for place, (mail, read) in enumerate(zip(mails, parsed, strict=True)):
        if place % _A_MOMENT == 0:
            await asyncio.sleep(0)
        messages.append(await _read_mail(worker, mail, read, own, history=place in history))
    return messages


async def _read_mail(
    worker: Worker, mail: Fetched, read: ParsedMail | Unparsable, own: Own, *, history: bool
) -> RemoteMessage:
    """A mail that cannot be read gets a second chance with its headers alone."""
    if isinstance(read, Unparsable):
        headers = await worker.parse_one(wire.header_part(mail.raw))
        if isinstance(headers, ParsedMail):
            return wire.with_headers_only(mail, headers, own, history=history)
    return wire.to_message(mail, read, own, history=history)
