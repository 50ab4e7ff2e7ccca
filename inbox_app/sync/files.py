"""Fetching a file from its service, on a connection of its own: a long download must not hold up a reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from inbox_app.contract.connector import FetchesAttachments
from inbox_app.contract.errors import BadAnswer, Offline
from inbox_app.domain.errors import Refused
from inbox_app.i18n import _
from inbox_app.sync.links import Link

DEADLINE = 300.0
"""Seconds for one file."""
LARGEST = 100 << 20
"""Bytes of one file; more than any service takes from a person."""


async def fetch_file(link: Link, message: str, file: str) -> bytes:
    """The bytes of a file, by the remote ids of its message and of itself; closes the link.

    Raises:
        Refused: the channel gives out no files.
        ConnectorError: the service did not give it.
    """
    try:
        async with asyncio.timeout(DEADLINE), link.talk() as talk:
            if not isinstance(talk.connector, FetchesAttachments):
                raise Refused(_("Files of this channel cannot be fetched. Open the message on the service itself."))
            return await _gather(talk.connector.fetch_attachment(message, file))
    except TimeoutError as late:
        raise Offline(_("The service did not give the file in time. Try again later.")) from late
    finally:
        await link.keep_pace()
        await link.close()


async def _gather(pieces: AsyncIterator[bytes]) -> bytes:
    data = bytearray()
    async for piece in pieces:
        data += piece
        if len(data) > LARGEST:
            raise BadAnswer(_("The file is larger than {count} MiB.").format(count=LARGEST >> 20))
    return bytes(data)
