"""The bridge: what is shown is true, never stale, and a lost event does no harm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QObject

from inbox_app.actions import triage
from inbox_app.domain.changes import Changes
from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import Thread
from inbox_app.queries import inbox
from inbox_app.queries.search import Found
from tests.ui.cores import StoreCore
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.asking import Asking
from ui.bridge import Bridge, Shown
from ui.tasks import Tasks

pytestmark = pytest.mark.ui

OPEN = Shown(Is(By.STATE, ("open",)))
DONE = Shown(Is(By.STATE, ("done",)))


@pytest.fixture
async def bridge(core: StoreCore, tasks: Tasks) -> AsyncIterator[Bridge]:
    await core.tell(said("a", 1), said("b", 2), said("c", 3))
    owner = QObject()
    made = Bridge(core, tasks, owner, read_after=timedelta(0))
    yield made
    made.close()
    await tasks.close()
    owner.deleteLater()


async def every(core: StoreCore) -> list[ConversationId]:
    return await inbox.conversation_ids(core.store, core.me)


async def test_the_newest_question_is_the_one_that_is_answered(core: StoreCore, bridge: Bridge) -> None:
    """However quickly one goes through the list, only what was opened last is painted."""
    painted: list[ConversationId] = []
    bridge.thread_changed.connect(lambda thread: painted.append(thread.row.id))
    ids = await every(core)
    for wanted in (*ids, *reversed(ids), ids[1]):
        bridge.open(wanted)
    await until(lambda: bridge.is_idle, "the answer")
    assert painted == [ids[1]]
    assert bridge.on_screen is not None
    assert bridge.on_screen.row.id == ids[1]


async def test_an_older_view_is_never_painted_over_a_newer_one(core: StoreCore, bridge: Bridge) -> None:
    painted: list[list[ConversationId]] = []
    bridge.ids_changed.connect(painted.append)
    first, *_others = await every(core)
    await triage.finish(core.store, core.me, [first])
    for shown in (OPEN, DONE, OPEN, DONE):
        bridge.show(shown)
    await until(lambda: bridge.is_idle and bool(painted), "the answer")
    assert painted[-1] == [first]
    assert [one for one in painted if one != [first]] == []


async def test_news_at_every_moment_cannot_keep_the_list_from_being_painted(core: StoreCore, bridge: Bridge) -> None:
    painted: list[list[ConversationId]] = []
    bridge.ids_changed.connect(painted.append)
    bridge.show(OPEN)
    for count in range(20):
        await core.tell(said(f"more-{count}", 10 + count))
        await asyncio.sleep(0.01)
    assert painted, "painted while news kept coming"
    await until(lambda: len(bridge.ids) == 23, "everything in the end")


async def test_many_changes_are_one_question(core: StoreCore, bridge: Bridge) -> None:
    bridge.show(OPEN)
    await until(lambda: bridge.is_idle, "the list")
    painted: list[list[ConversationId]] = []
    bridge.ids_changed.connect(painted.append)
    ids = frozenset(bridge.ids)
    for _change in range(50):
        core.bus.publish(Changes(conversations=ids))
    await until(lambda: painted and bridge.is_idle, "the list again")
    assert len(painted) <= 2


async def test_a_lost_event_is_harmless(core: StoreCore, bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was missed is there with the next news, because every answer is read afresh."""
    bridge.show(OPEN)
    await until(lambda: len(bridge.ids) == 3, "the list")
    with monkeypatch.context() as lost:
        lost.setattr(core.bus, "publish", lambda changes: None)
        await core.tell(said("missed", 10))
    assert len(bridge.ids) == 3
    await core.tell(said("heard", 11))
    await until(lambda: len(bridge.ids) == 5, "the missed one too")


async def test_only_what_is_shown_is_asked_again(core: StoreCore, bridge: Bridge) -> None:
    first, second, _third = await every(core)
    bridge.set_in_front(False)
    bridge.open(first)
    await until(lambda: bridge.is_idle, "the thread")
    painted: list[Thread] = []
    bridge.thread_changed.connect(painted.append)
    counted: list[object] = []
    bridge.counts_changed.connect(counted.append)
    bridge.start()
    await until(lambda: len(counted) == 1, "the counts")
    core.bus.publish(Changes(conversations=frozenset({second})))
    await until(lambda: len(counted) == 2 and bridge.is_idle, "the counts again, by the same news")
    assert painted == []


async def test_what_is_in_sight_becomes_read_and_undo_passes_over_it(core: StoreCore, bridge: Bridge) -> None:
    first, second, _third = await every(core)
    await triage.finish(core.store, core.me, [second])
    bridge.open(first)
    await until(lambda: bridge.on_screen is not None and not bridge.on_screen.row.unread, "reading")
    assert await triage.undo(core.store, core.me) == (second,)


async def test_what_was_marked_unread_stays_so_until_opened_anew(core: StoreCore, bridge: Bridge) -> None:
    first, second, _third = await every(core)
    bridge.open(first)
    await until(lambda: bridge.on_screen is not None and not bridge.on_screen.row.unread, "reading")
    bridge.keep_unread(first)
    await triage.mark_unread(core.store, core.me, [first])
    await until(lambda: bridge.on_screen is not None and bridge.on_screen.row.unread, "the mark on screen")
    await until(lambda: bridge.is_idle, "rest")
    (row,) = await inbox.conversation_rows(core.store, core.me, [first])
    assert row.unread
    bridge.open(second)
    bridge.open(first)
    await until(lambda: bridge.on_screen is not None and not bridge.on_screen.row.unread, "reading again")


async def test_a_window_behind_others_reads_nothing(core: StoreCore, bridge: Bridge) -> None:
    bridge.set_in_front(False)
    first, *_others = await every(core)
    bridge.open(first)
    await until(lambda: bridge.on_screen is not None and bridge.is_idle, "the thread")
    (row,) = await inbox.conversation_rows(core.store, core.me, [first])
    assert row.unread
    bridge.set_in_front(True)
    await until(lambda: bridge.on_screen is not None and not bridge.on_screen.row.unread, "reading")


async def test_rows_come_in_pages_as_they_are_wanted(core: StoreCore, bridge: Bridge) -> None:
    await core.tell(*(said(f"many-{count}", 10 + count) for count in range(250)))
    ids = await every(core)
    pages: list[int] = []
    bridge.rows_changed.connect(lambda rows: pages.append(len(rows)))
    bridge.want_rows(ids)
    await until(lambda: bridge.is_idle, "all rows")
    assert pages == [100, 100, 53]


async def test_rows_that_are_wanted_in_the_moment_when_the_last_ones_came_are_asked_for(
    core: StoreCore, bridge: Bridge
) -> None:
    """Nobody would ask for them again: they would stand empty in the list."""
    first, other, _last = await every(core)
    came: list[ConversationId] = []
    bridge.rows_changed.connect(lambda rows: came.extend(row.id for row in rows))
    asked = asyncio.get_running_loop().call_soon
    bridge.rows_changed.connect(lambda rows: asked(bridge.want_rows, [other]) if rows[0].id == first else None)
    bridge.want_rows([first])
    await until(lambda: came == [first, other], "both")
    assert bridge.is_idle


async def test_a_failed_question_is_said_and_can_be_asked_again(tasks: Tasks, troubles: list[str]) -> None:
    answers: list[int] = []
    wrong = [OSError("the disk")]

    async def question() -> None:
        if wrong:
            raise wrong.pop()
        answers.append(1)

    asking = Asking(tasks, "a question")
    asking.ask(question)
    await until(lambda: asking.is_idle, "the failure")
    assert len(troubles) == 1
    troubles.clear()
    asking.ask_again()
    await until(lambda: answers == [1], "the answer")


async def test_a_search_shows_its_first_hits_first_and_never_shrinks_to_them(
    core: StoreCore, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.bridge.FIRST_HITS", 2)
    told: list[tuple[int, int, int]] = []
    found: list[Found] = []
    bridge.found_changed.connect(found.append)
    bridge.ids_changed.connect(lambda ids: told.append((len(ids), len(found[-1].hits), found[-1].total)))
    bridge.show(Shown(words="text"))
    await until(lambda: bridge.is_idle, "all hits")
    assert told == [(2, 2, 3), (3, 3, 3)]
    assert found[-1].older_than is None
    await core.tell(said("d", 9))
    await until(lambda: len(bridge.ids) == 4 and bridge.is_idle, "the new one")
    assert {count for count, _hits, _total in told[2:]} == {4}, "read anew it is whole at once"
