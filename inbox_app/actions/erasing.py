"""Erasing a person for good: the rows, and then every file of the workspace in which something of them lies."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from functools import partial
from pathlib import Path

from inbox_app.domain.erasure import Erasing, Erasure, Extent
from inbox_app.domain.ids import MemberId
from inbox_app.logs import forget_words
from inbox_app.paths import WorkspaceAddress, WorkspaceKind
from inbox_app.storage import erasing, kept_beside, old_copies, suppression
from inbox_app.storage.store import Store
from inbox_app.storage.suppression import ErasedList
from inbox_app.storage.workspace import cut_off


async def preview(store: Store, wanted: MemberId) -> Extent:
    """What will go with a member.

    Raises:
        NotFound: there is no such member.
    """
    return await store.read(partial(erasing.preview, wanted=wanted))


async def erase(
    store: Store, address: WorkspaceAddress, logs: Path, wanted: MemberId, how: Erasing, confirmed: str
) -> Extent:
    """Erase a member, from the workspace's own backups too, and see to it that nothing of them stays in any file.

    Raises:
        NotFound: there is no such member.
        Refused: `confirmed` is not the member's name; nothing was erased.
    """
    gone = await store.write(partial(erasing.erase, wanted=wanted, how=how, confirmed=confirmed))
    await store.write(partial(store.blobs.remove, digests=gone.files))
    known = await store.read(suppression.everything)
    await asyncio.to_thread(_clean_files, address, logs, known, gone.marks, store.now())
    await store.scrub()
    return gone.extent


async def erase_what_came_back(store: Store) -> None:
    """Erase again whom an import that was killed brought back, before anybody sees it; one that goes on does so itself.

    What it brought is counted by the next import.
    """
    async with store.coming_in() as alone:
        if alone:
            gone = await store.write(erasing.erase_suppressed)
            await store.write(partial(store.blobs.remove, digests=gone.files))
            await store.write(cut_off)
            await store.scrub()


async def erasures(store: Store) -> list[Erasure]:
    """When somebody was erased, and how much that was; nobody is named."""
    return await store.read(erasing.erasures)


def _clean_files(address: WorkspaceAddress, logs: Path, known: ErasedList, marks: tuple[str, ...], now: int) -> None:
    # Pictures of people are fetched again when somebody looks at them.
    with contextlib.suppress(OSError):
        shutil.rmtree(address.cache)
    forget_words(logs, marks)
    kept_beside.forget(address.accounts, marks, address.key)
    if address.kind is WorkspaceKind.SQLITE:
        suppression.write_list(address.erased, known, address.key)
        old_copies.erase_from_all(address, known, now)
