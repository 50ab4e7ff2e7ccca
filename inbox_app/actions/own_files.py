"""Files of ours on their way into the workspace: they go out from there, whatever becomes of where they came from."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from inbox_app.domain.inbox import DraftFile
from inbox_app.storage.blobs import BlobStore
from inbox_app.storage.draft_files import Enclosed
from inbox_app.storage.outbox import File
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file to send: its name for people, its media type and its bytes."""

    name: str
    media_type: str
    data: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """What becomes of a draft's files: `new` ones by ids made when they were attached, those taken off, their words.

    So a draft may be kept as often as one likes, by any window, and has each file once.
    """

    new: Mapping[str, OwnFile] = field(default_factory=dict)
    without: Collection[str] = ()
    described: Mapping[str, str] = field(default_factory=dict)


NO_FILES = Files()


def keep_files(tx: Tx, blobs: BlobStore, files: Sequence[OwnFile]) -> tuple[File, ...]:
    """The files' bytes are in the workspace, and go out from there."""
    return tuple(
        File(blobs.put(tx, file.data), file.name, file.media_type, len(file.data), file.description) for file in files
    )


async def lay_down(store: Store, files: Files) -> Collection[str]:
    """Bring the bytes to the disk before the transaction, in which nobody else can write."""
    return await asyncio.to_thread(store.blobs.lay_down, [one.data for one in files.new.values()]) if files.new else ()


def enclosed(tx: Tx, blobs: BlobStore, files: Files, laid: Collection[str]) -> Enclosed:
    """The same, with the bytes in the workspace."""
    new = [
        DraftFile(id_, one.name, one.media_type, len(one.data), one.description, blobs.put(tx, one.data, laid))
        for id_, one in files.new.items()
    ]
    return Enclosed(new, files.without, files.described)
