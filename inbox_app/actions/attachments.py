"""Files of messages: brought here when a person asks for one, and saved where the person wants it. None is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inbox_app.content.names import safe_name
from inbox_app.content.parsed import Unparsable
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import AccountId
from inbox_app.i18n import _
from inbox_app.storage import attachments
from inbox_app.storage.attachments import FileSource
from inbox_app.storage.blobs import read_whole
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

if TYPE_CHECKING:
    from inbox_app.content.worker import Worker

AskService = Callable[[AccountId, str, str], Awaitable[bytes]]
"""Asks an account's service for a file, by the remote ids of its message and of itself."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file with its bytes; `name` is safe to save under on every system."""

    name: str
    media_type: str
    data: bytes


async def fetch(store: Store, content: Worker, ask: AskService, wanted: str) -> Fetched:
    """A file's bytes: those that are here, else from the raw mail, else from the service; then they are kept here.

    Raises:
        NotFound: there is no such file.
        Refused: its bytes cannot be had; the message says why.
        ConnectorError: the service did not give it.
    """
    source = await store.read(partial(attachments.source, wanted=wanted))
    data = await _stored(store, source.blob)
    if data is None:
        data = await _bring(store, content, ask, source)
        await store.write(partial(_keep, store=store, source=source, data=data))
    return Fetched(safe_name(source.name), source.media_type, data)


async def save(fetched: Fetched, path: Path, *, replace: bool = False) -> Path:
    """Write a file to `path`, into it where it is a folder; only with `replace` over what is there. Returns where.

    Raises:
        Refused: there is a file already, or nothing can be written there.
    """
    target = path / fetched.name if await asyncio.to_thread(path.is_dir) else path
    try:
        await asyncio.to_thread(_write, target, fetched.data, "wb" if replace else "xb")
    except FileExistsError as there:
        raise Refused(_("{path} exists already. Choose another name.").format(path=target)) from there
    except OSError as problem:
        raise Refused(
            _("{name} cannot be saved as {path}: {reason}.").format(
                name=fetched.name, path=target, reason=problem.strerror
            )
        ) from problem
    return target


async def _stored(store: Store, digest: str | None) -> bytes | None:
    if digest is None:
        return None
    try:
        return await store.read(partial(read_whole, blobs=store.blobs, digest=digest))
    except NotFound:
        return None


async def _bring(store: Store, content: Worker, ask: AskService, source: FileSource) -> bytes:
    raw = await _stored(store, source.raw)
    if raw is not None and source.part is not None:
        return await _extract(content, raw, source.part, source.name)
    if source.remote_message is None or source.remote_id is None:
        raise Refused(
            _("The file {name} is no longer here, and there is nowhere to ask for it.").format(name=source.name)
        )
    return await ask(source.account, source.remote_message, source.remote_id)


async def _extract(content: Worker, raw: bytes, part: int, name: str) -> bytes:
    found = await content.extract(raw, part)
    if isinstance(found, Unparsable):
        raise Refused(
            _("The file {name} cannot be taken out of its mail, which is damaged or too large.").format(name=name)
        )
    return found.data


def _keep(tx: Tx, store: Store, source: FileSource, data: bytes) -> None:
    attachments.keep_content(tx, source, store.blobs.put(tx, data), len(data))


def _write(target: Path, data: bytes, mode: str) -> None:
    with target.open(mode) as file:
        file.write(data)
