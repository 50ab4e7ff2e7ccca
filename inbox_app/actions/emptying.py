"""Removing an account with its history: said beforehand, confirmed by its name, gone piece by piece."""

from __future__ import annotations

import asyncio
import logging
import shutil
from functools import partial
from pathlib import Path
from time import monotonic

from inbox_app.domain.emptying import Holdings
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId
from inbox_app.i18n import _
from inbox_app.storage import emptying, forgetting
from inbox_app.storage.errors import StorageError
from inbox_app.storage.store import Store

_SHORT, _LONG = 0.05, 0.2
"""Seconds for which a piece holds the writer."""
_LEAST, _MOST = 50, 400
_log = logging.getLogger(__name__)


async def preview(store: Store, wanted: AccountId) -> Holdings:
    """What will go with an account.

    Raises:
        NotFound: there is no such account.
    """
    return await store.read_aside(partial(emptying.holdings, wanted=wanted))


def require_name(there: Holdings, typed: str) -> None:
    """Raise `Refused` where it is not the account's name that was typed."""
    if not is_name(there, typed):
        sentence = _("“{typed}” is not the name of this account, so nothing was deleted. Type “{name}”.")
        raise Refused(sentence.format(typed=typed, name=there.handle))


def is_name(there: Holdings, typed: str, name: str = "") -> bool:
    """Whether this is what the account is called: by its address, or by the name that it is shown by."""
    called = {_plain(there.handle), _plain(name)} - {""}
    return _plain(typed) in called


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


async def begin(store: Store, wanted: AccountId) -> None:
    """Let the history of an account go; from then on it does, also after a kill.

    Raises:
        NotFound: there is no such account.
        Refused: something of it is on its way at this moment; nothing was deleted.
    """
    await store.write(partial(emptying.begin, wanted=wanted))


async def finish(store: Store, folder: Path) -> None:
    """Delete all that is going, a transaction a piece; `folder` holds what connectors keep of their accounts."""
    going = await store.read(emptying.going)
    for wanted in going:
        await _empty(store, wanted)
        await _merge(store)
        # The folder first: once the row is gone, nobody knows any more whose it was.
        await asyncio.to_thread(shutil.rmtree, folder / wanted, ignore_errors=True)
        files = await store.write(partial(emptying.finish, wanted=wanted))
        await store.write(partial(store.blobs.remove, digests=files))
    if going:
        await store.scrub()


async def _empty(store: Store, wanted: AccountId) -> None:
    """Piece by piece, each as large as the writer gets through quickly: others write between."""
    most, is_left = emptying.MESSAGES, True
    while is_left:
        began = monotonic()
        is_left = await store.write(partial(emptying.empty_some, wanted=wanted, most=most))
        most = _next_size(most, monotonic() - began)


async def _merge(store: Store) -> None:
    """Nothing of what went may stay in the files; again from the start where that was not finished."""
    is_left = await store.write(partial(forgetting.merge_some, begins=True))
    while is_left:
        is_left = await store.write(partial(forgetting.merge_some, begins=False))


def _next_size(most: int, seconds: float) -> int:
    """Half as much after a piece that took long, twice as much after a quick one."""
    if seconds > _LONG:
        return max(most // 2, _LEAST)
    return min(most * 2, _MOST) if seconds < _SHORT else most


async def finish_what_is_left(store: Store, folder: Path) -> None:
    """The same at a start, after a kill; what stands in the way keeps nobody from working."""
    try:
        await finish(store, folder)
    except StorageError as broken:
        _log.warning("What is left of removed accounts is deleted at the next start: %s", broken)
