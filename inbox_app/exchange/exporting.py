"""Taking history out: one moment of the workspace, in one format, beside everything else that goes on.

A format is a `Format`: a name and a function that reads a `History` and writes files into a `Target`. What is chosen,
snapshot, progress, cancelling, the manifest and the final move are done here, once for all formats.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from inbox_app import __version__
from inbox_app.domain.filters import to_json
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.selection import Extent, Selection
from inbox_app.domain.timecode import from_ms
from inbox_app.exchange.target import Target, Written
from inbox_app.i18n import LazyText
from inbox_app.storage.exporting import scope
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.ledger import LedgerLine
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

VERSION = 1
"""Of manifest and JSON records; a reader refuses a later one."""
_EVERY = 0.1
"""Seconds between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way in which history can be written.

    With an `ending` it is one file, without a folder; one that holds no more than so many messages becomes a folder of
    several where there are more, named without the ending. `write` asks `history` for what it needs, as often as it
    likes, and writes each file through `target`; it runs in a thread and knows nothing of progress.
    """

    key: str
    name: LazyText
    ending: str
    write: Callable[[History, Target], None]
    most: int | None = None

    def place(self, out: Path, messages: int) -> tuple[Path, bool]:
        """Where so many messages go when `out` was named, and whether that is a folder."""
        if self.ending and self.most is not None and messages > self.most:
            return out.with_suffix("") if out.suffix == self.ending else out, True
        return out, not self.ending


@dataclass(frozen=True, slots=True)
class Step:
    """How far an export is: so many of so many messages."""

    done: int
    messages: int


@dataclass(frozen=True, slots=True)
class Exported:
    """What left, and where it lies. The files' paths are below `out`, where it is a folder."""

    out: Path
    is_folder: bool
    extent: Extent
    files: tuple[Written, ...]


class _Stopped(Exception):
    """Nobody waits for the export any more."""


async def preview(store: Store, me: ColleagueId, chosen: Selection) -> Extent:
    """How much a selection is.

    Raises:
        NotFound: an account, a member or a conversation that it names does not exist.
    """
    return await store.read(partial(scope.extent, chosen=chosen, me=me))


async def export(
    store: Store, me: ColleagueId, form: Format, chosen: Selection, out: Path, report: Callable[[Step], None]
) -> Exported:
    """Write what is chosen. Cancelled, it returns when nothing of it is left.

    Raises:
        NotFound: something that the selection names does not exist.
        Refused: something else stands at `out`, or it cannot be written.
    """
    stop = threading.Event()
    telling = _Telling(asyncio.get_running_loop(), report, stop)
    work = partial(_export, store=store, me=me, form=form, chosen=chosen, out=out, telling=telling)
    running = asyncio.ensure_future(store.read_aside(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([running])
        # Looked at, so that nobody complains of an exception that was never asked for.
        running.cancelled() or running.exception()
        raise


class _Telling:
    """Carries progress from the reading thread to whoever waits, and the wish to end back."""

    def __init__(self, loop: asyncio.AbstractEventLoop, report: Callable[[Step], None], stop: threading.Event) -> None:
        self._loop = loop
        self._report = report
        self._stop = stop
        self._last = 0.0
        self.done = 0
        self.messages = 0

    def tell(self, more: int) -> None:
        """So many messages more were read. Raises `_Stopped`."""
        if self._stop.is_set():
            raise _Stopped
        self.done += more
        if time.monotonic() - self._last >= _EVERY:
            self.say()

    def say(self) -> None:
        """Report now."""
        self._last = time.monotonic()
        self._loop.call_soon_threadsafe(self._report, Step(min(self.done, self.messages), self.messages))


def _export(
    conn: Reading, store: Store, me: ColleagueId, form: Format, chosen: Selection, out: Path, telling: _Telling
) -> Exported:
    history = History(conn, store.blobs, chosen, me, telling.tell)
    extent = history.extent()
    telling.messages = extent.messages
    out, is_folder = form.place(out, extent.messages)
    with Target(out, is_folder=is_folder) as target:
        form.write(history, target)
        telling.tell(0)
        target.finish(_manifest(form, history, extent))
    telling.done = extent.messages
    telling.say()
    return Exported(out, is_folder, extent, tuple(target.written))


def _manifest(form: Format, history: History, extent: Extent) -> JsonObject:
    chosen = history.chosen
    return {
        "version": VERSION,
        "kind": form.key,
        "program": f"Portavoce {__version__}",
        "made_at": _iso(datetime.now(UTC)),
        "workspace": history.workspace(),
        "complete": chosen.is_everything,
        "selection": _said(chosen),
        "notes": chosen.notes,
        "attachments": chosen.attachments,
        "counts": {
            "conversations": extent.conversations,
            "messages": extent.messages,
            "attachments": extent.attachments,
        },
        "ledger": [_line(line) for line in history.ledger()],
    }


def _said(chosen: Selection) -> JsonObject:
    """What was chosen, without what says nothing."""
    said: Mapping[str, JsonValue] = {
        "account": chosen.account,
        "member": chosen.member,
        "conversations": list(chosen.conversations) or None,
        "filter": to_json(chosen.filter) if chosen.filter != Selection().filter else None,
        "query": chosen.query or None,
        "since": _iso(chosen.since),
        "until": _iso(chosen.until),
    }
    return {name: value for name, value in said.items() if value is not None}


def _line(line: LedgerLine) -> JsonObject:
    return {
        "account": line.account,
        "remote_count": line.remote_count,
        "local_count": line.local_count,
        "last_success": _iso(None if line.last_success is None else from_ms(line.last_success)),
        "counted_at": _iso(None if line.counted_at is None else from_ms(line.counted_at)),
        "gaps": [
            {
                "name": gap.name,
                "since": _iso(None if gap.since is None else from_ms(gap.since)),
                "until": _iso(None if gap.until is None else from_ms(gap.until)),
                "can_close": gap.can_close,
                "reason": gap.reason,
            }
            for gap in line.gaps
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
