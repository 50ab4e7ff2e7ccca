"""Files, up and down (https://spec.matrix.org/latest/client-server-api/#content-repository).

Newer servers give files only to those who are signed in, older ones know only the paths without that.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

from connectors.matrix.client import Client, Refusal, authorization, path_of
from connectors.matrix.fields import Fields
from connectors.matrix.wire import media_parts
from inbox_app.contract.acts import OutgoingFile
from inbox_app.contract.errors import BadAnswer, Offline, Rejected
from inbox_app.contract.http import Question
from inbox_app.contract.texts import _

_OLDER = "/_matrix/media/v3"


async def largest(client: Client) -> int | None:
    """How large a file may be, in bytes; None where the server does not say."""
    for path in (path_of("media", "config", version="v1"), f"{_OLDER}/config"):
        try:
            return (await client.get(path)).number("m.upload.size") or None
        except Refusal:
            continue
    return None


async def upload(client: Client, file: OutgoingFile) -> str:
    """Where the server put a file. It is seen by nobody before a message names it, so one in doubt was not sent."""
    question = Question(
        "POST",
        f"{_OLDER}/upload?filename={quote(file.name, safe='')}",
        headers={"Content-Type": file.media_type},
        content=file.data,
        changes=False,
    )
    try:
        return Fields.of((await client.ask(question)).json()).need_id("content_uri")
    except BadAnswer as bad:
        raise Offline(_("The server did not say whether it took {name}.").format(name=file.name)) from bad


async def download(client: Client, mxc: str) -> AsyncIterator[bytes]:
    """A file's bytes in pieces."""
    parts = media_parts(mxc)
    if parts is None:
        raise Rejected(_("This file is no longer on the server."))
    newer, older = path_of("media", "download", *parts, version="v1"), f"{_OLDER}/download/" + "/".join(parts)
    begun = False
    try:
        async for piece in client.http.download(newer, headers=authorization(await client.shown())):
            begun = True
            yield piece
    except Rejected:
        if begun:
            raise
    else:
        return
    async for piece in client.http.download(older):
        yield piece
