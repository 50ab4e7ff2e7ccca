"""Fetching a file of a post from the server of whoever wrote it, and proving that it is the one.

https://docs.bsky.app/docs/api/com-atproto-sync-get-blob, https://atproto.com/specs/data-model#blob-type
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlencode

from connectors.bluesky.identity import find_server
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.contract.http import Http
from inbox_app.contract.texts import _

_RAW_SHA256: Final = bytes((1, 0x55, 0x12, 0x20))
"""CID version 1, raw bytes, SHA-256 of 32 bytes."""


async def fetch_blob(http: Http, home: str, directory: str, did: str, cid: str) -> AsyncIterator[bytes]:
    """The bytes in pieces; from our own server where that keeps them, else from their author's.

    Raises:
        BadAnswer: they are not what the post names.
        ConnectorError: nobody gave them.
    """
    query = urlencode({"did": did, "cid": cid})
    pieces, digest = http.download(_address(home, query)), hashlib.sha256()
    try:
        first = await anext(pieces, b"")
    except Rejected:
        pieces = http.download(_address(await find_server(directory, did, http), query))
        first = await anext(pieces, b"")
    digest.update(first)
    yield first
    async for piece in pieces:
        digest.update(piece)
        yield piece
    if cid_of(digest.digest()) != cid:
        raise BadAnswer(_("The server sent another file than the one of this message."))


def cid_of(digest: bytes) -> str:
    """The name of a file's content."""
    return "b" + b32encode(_RAW_SHA256 + digest).decode().lower().rstrip("=")


def _address(server: str, query: str) -> str:
    return f"{server}/xrpc/com.atproto.sync.getBlob?{query}"
