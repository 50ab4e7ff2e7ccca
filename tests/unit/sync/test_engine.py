"""The engine and its runners on a clock that the test moves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from inbox_app.contract.errors import BadAnswer, Busy, Offline, Rejected, SignInNeeded
from inbox_app.contract.limits import RateLimit
from inbox_app.contract.remote import Batch, GapFound, RemoteCount
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import AccountState, OutboxState
from inbox_app.storage import accounts, ledger
from inbox_app.storage.schema import conversation, message, reminder
from inbox_app.storage.store import Store
from inbox_app.sync.door import Door
from inbox_app.sync.handover import NoAnswer, ask_the_engine
from inbox_app.sync.notices import NoticeKind
from tests.fakes.clock import FakeClock
from tests.fakes.connector import FakeConnector, FakeReader, Script, fake_channel
from tests.fakes.engine_room import Room, open_room
from tests.fakes.events import batch, seen
from tests.fakes.inbox import ME, add_account
from tests.fakes.service import FileService
from tests.unit.sync.at_work import running, settle

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def service(tmp_path: Path) -> FileService:
    return FileService(tmp_path / "service.log")


async def count_messages(room: Room) -> int:
    asked = select(func.count()).select_from(message).where(message.c.direction == "in", message.c.thread != "")
    found: int = await room.store.read(lambda conn: conn.execute(asked).scalar_one())
    return found - 1  # the one that stood there before


async def account_of(room: Room) -> accounts.Account:
    return await room.store.read(lambda conn: accounts.get(conn, room.account))


def asked(script: Script, verb: str) -> list[JsonObject | None]:
    return [cursor for name, cursor in script.asked if name == verb]


async def test_sync_once_pulls_to_the_end_and_sends_what_is_due(tmp_path: Path, service: FileService) -> None:
    nothing_yet = batch({"at": 0}, more=True)
    script = Script(pulls=[nothing_yet, batch({"at": 1}, "a", "b", more=True), batch({"at": 2}, "c")])
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        row = await room.queue()
        (report,) = await room.engine().sync_once()
        assert (report.new, report.sent, report.gaps, report.error) == (3, 1, 0, "")
        assert service.copies() == {row.key: 1}
        assert asked(script, "pull") == [None, {"at": 0}, {"at": 1}]
        assert (await account_of(room)).cursor == {"at": 2}
        again = await room.engine().sync_once()
        assert (again[0].new, again[0].updated, again[0].sent) == (0, 0, 0)


async def test_what_was_refused_is_counted_beside_what_was_sent(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service, Script(before=[Rejected("Too long.")]))) as room:
        await room.queue()
        (report,) = await room.engine().sync_once()
        assert (report.sent, report.not_sent, report.error) == (0, 1, "")


async def test_history_is_loaded_to_its_beginning_and_counted(tmp_path: Path, service: FileService) -> None:
    gap = GapFound("lost", can_close=False)
    script = Script(
        pulls=[batch({"at": 1}, "new")],
        older=[batch({"to": 9}, "old", more=True), Batch((seen("older"), gap), {"to": 0})],
        counts=(RemoteCount("inbox", 3), RemoteCount("spam", 4)),
    )
    async with open_room(tmp_path, fake_channel(service, script, base=FakeReader)) as room:
        (report,) = await room.engine().sync_once()
        assert (report.new, report.gaps) == (3, 1)
        assert asked(script, "older") == [None, {"to": 9}]
        (line,) = await room.store.read(ledger.lines)
        assert (line.remote_count, [gap.name for gap in line.gaps]) == (7, ["lost"])
        await room.engine().sync_once()
        assert len(asked(script, "older")) == 2
        assert len(asked(script, "count")) == 2, "whoever syncs wants the numbers of now"


@pytest.mark.parametrize("verb", ["pulls", "older"])
async def test_the_same_cursor_twice_is_a_bad_answer(tmp_path: Path, service: FileService, verb: str) -> None:
    script = Script()
    getattr(script, verb).extend([batch({"at": 1}, "a", more=True), batch({"at": 1}, "b", more=True)])
    async with open_room(tmp_path, fake_channel(service, script, base=FakeReader)) as room:
        (report,) = await room.engine().sync_once()
        assert "nothing new" in report.error
        assert (await account_of(room)).error_code == BadAnswer.code
        assert await count_messages(room) == 1


async def test_pages_without_end_are_a_bad_answer(
    tmp_path: Path, service: FileService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox_app.sync.runner.MOST_PAGES", 5)
    script = Script(pulls=[batch({"at": number}, f"page {number}", more=True) for number in range(9)])
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        (report,) = await room.engine().sync_once()
        assert (await account_of(room)).error_code == BadAnswer.code
        assert report.error
        assert await count_messages(room) == 5


async def test_a_failing_account_stops_no_other(tmp_path: Path, service: FileService) -> None:
    script = Script(pulls=[KeyError("id"), batch({"at": 1}, "a")])
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        other = await room.store.write(lambda tx: add_account(tx, "fake", "other"))
        reports = {one.id: one for one in await room.engine().sync_once()}
        errors = sorted(bool(one.error) for one in reports.values())
        assert errors == [False, True]
        assert sum(one.new for one in reports.values()) == 1
        assert other in reports


async def test_a_sign_in_that_leads_to_somebody_else_is_refused(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service, Script(pulls=[batch({"at": 1}, "a")]))) as room:
        await room.store.write(lambda tx: accounts.keep_settings(tx, room.account, {"we": "somebody"}))
        (report,) = await room.engine().sync_once()
        assert "somebody" in report.error
        assert (await account_of(room)).remote_id == "we"
        assert report.new == 0


async def test_an_unknown_channel_gets_its_sentence(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        other = await room.store.write(lambda tx: add_account(tx, "from-the-future", "other"))
        reports = {one.id: one for one in await room.engine().sync_once()}
        assert "from-the-future" in reports[other].error


async def test_the_timer_pulls_and_success_clears_the_error(tmp_path: Path, service: FileService) -> None:
    script = Script(pulls=[Offline("The service cannot be reached."), batch({"at": 1}, "a")])
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        async with running(room):
            assert (await account_of(room)).error == "The service cannot be reached."
            await room.clock.advance(10 * MINUTE)
            account = await account_of(room)
            assert (account.error, account.last_success is not None) == ("", True)
            assert 10 <= len(asked(script, "pull")) <= 13
        assert await count_messages(room) == 1


async def test_a_nudge_is_heard_and_a_broken_line_is_tried_again(tmp_path: Path, service: FileService) -> None:
    script = Script()
    manifest = fake_channel(service, script, base=FakeReader, poll=DAY)
    async with open_room(tmp_path, manifest) as room, running(room):
        before = len(asked(script, "pull"))
        script.nudges.put_nowait(None)
        await settle(room.clock)
        assert len(asked(script, "pull")) == before + 1
        script.nudges.put_nowait(ConnectionResetError())
        await settle(room.clock)
        script.nudges.put_nowait(None)
        await room.clock.advance(MINUTE)
        await settle(room.clock)
        assert len(asked(script, "pull")) == before + 2


async def test_a_wrong_password_stops_the_account_until_somebody_signs_in(tmp_path: Path, service: FileService) -> None:
    script = Script(connect=[SignInNeeded("The password is wrong.")])
    async with open_room(tmp_path, fake_channel(service, script)) as room, running(room):
        assert (await account_of(room)).state is AccountState.SIGN_IN_NEEDED
        assert {notice.kind for notice in room.notices} == {NoticeKind.SIGN_IN_NEEDED}
        await room.clock.advance(HOUR)
        assert asked(script, "connect") == [None]
        await room.store.write(lambda tx: accounts.set_state(tx, room.account, AccountState.ACTIVE))
        await settle(room.clock)
        assert len(asked(script, "pull")) >= 1


async def test_a_paused_account_rests_and_goes_on(tmp_path: Path, service: FileService) -> None:
    script = Script()
    async with open_room(tmp_path, fake_channel(service, script)) as room, running(room):
        await room.store.write(lambda tx: accounts.set_state(tx, room.account, AccountState.PAUSED))
        await settle(room.clock)
        before = len(script.asked)
        row = await room.queue()
        await room.clock.advance(HOUR)
        assert len(script.asked) == before
        await room.store.write(lambda tx: accounts.set_state(tx, room.account, AccountState.ACTIVE))
        await settle(room.clock)
        assert service.copies() == {row.key: 1}


async def test_what_is_queued_leaves_when_its_undo_window_ends(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room, running(room):
        row = await room.queue(undo_ms=10_000)
        await settle(room.clock)
        await room.clock.advance(timedelta(seconds=9.9))
        assert service.requests() == []
        await room.clock.advance(timedelta(seconds=0.2))
        assert service.copies() == {row.key: 1}
        assert (await room.row(row)).state is OutboxState.DELIVERED


async def test_queued_offline_leaves_as_soon_as_the_service_answers_again(tmp_path: Path, service: FileService) -> None:
    script = Script(before=[Offline("No network.") for _ in range(5)])
    async with open_room(tmp_path, fake_channel(service, script)) as room, running(room):
        row = await room.queue()
        for _minute in range(15):  # two of pauses, and one more wherever the clock went on before a try had ended
            await settle(room.clock)
            if service.copies():
                break
            await room.clock.advance(MINUTE)
        assert service.copies() == {row.key: 1}


async def test_a_day_of_limits_asks_nothing_too_early_and_drops_nothing(tmp_path: Path, service: FileService) -> None:
    clock = FakeClock()
    script = Script(now=clock.now)
    forbidden: list[tuple[object, object]] = []

    manifest = fake_channel(service, script, poll=20 * MINUTE)
    async with open_room(tmp_path, manifest, clock) as room, running(room):
        rows = []
        for hour in range(24):
            wait = timedelta(minutes=3 + hour % 7)
            (script.before if hour % 2 else script.pulls).append(Busy("Slow down.", retry_after=wait))
            told = len(script.times)
            rows.append(await room.queue(f"reply {hour}"))
            await settle(clock)
            await clock.advance(HOUR)
            await settle(clock)
            times = script.times[told:]
            refused = next(
                time
                for time, name in zip(times, _calls(script)[told:], strict=True)
                if name == ("pull", "send")[hour % 2]
            )
            forbidden += [(refused, time) for time in times if refused < time < refused + wait]
        assert forbidden == []
        assert service.copies() == {row.key: 1 for row in rows}


def _calls(script: Script) -> list[str]:
    return [name for name, _ in script.asked if name in ("pull", "send")]


class LimitedReader(FakeConnector):
    """Tells after each pull what is left, and counts what it was asked."""

    left = 100

    async def pull(self, cursor: JsonObject | None) -> Batch:
        kind = type(self)
        kind.left -= 1
        self.script.asked.append(("pull", cursor))
        resets = self.script.now() + timedelta(hours=10)
        self.host.note_limit(RateLimit("units", kind.left, 100, resets))
        return Batch((), {"at": kind.left})


async def test_reading_leaves_a_fifth_of_a_budget_to_replies_also_after_a_restart(
    tmp_path: Path, service: FileService
) -> None:
    clock = FakeClock()
    script = Script(now=clock.now)
    async with open_room(tmp_path, fake_channel(service, script, base=LimitedReader), clock) as room:
        async with running(room):
            await clock.advance(5 * HOUR)
            assert len(script.asked) - 1 in (80, 81)
        pulled = len(asked(script, "pull"))
        async with running(room):
            await clock.advance(2 * HOUR)
        assert len(asked(script, "pull")) == pulled
        (line,) = await room.store.read(ledger.lines)
        assert line.quota_left in (19, 20)


class EngineRunning(UserFacingError):
    code = "engine_running"


class Lock:
    """One lock that two engines ask for."""

    def __init__(self) -> None:
        self.held = False

    def take(self) -> Lock:
        if self.held:
            raise EngineRunning("Another Portavoce has this workspace open.")
        self.held = True
        return self

    def release(self) -> None:
        self.held = False


async def test_a_second_engine_is_refused_and_touches_nothing(tmp_path: Path, service: FileService) -> None:
    script = Script()
    lock = Lock()
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        row = await room.queue()
        first = Door(lock.take)
        await first.take()
        with pytest.raises(EngineRunning):
            await room.engine(Door(lock.take)).sync_once()
        assert script.asked == []
        await first.give_back()
        await room.engine(Door(lock.take)).sync_once()
        assert (service.copies(), lock.held) == ({row.key: 1}, False)


async def test_another_process_hands_its_wish_over(tmp_path: Path, service: FileService) -> None:
    script = Script(pulls=[batch({"at": 0}), batch({"at": 1}, "a")])
    async with open_room(tmp_path, fake_channel(service, script, poll=DAY)) as room, running(room):
        # One store stands for both processes here; its own commits are heard on the bus.
        asking = asyncio.create_task(ask_the_engine(room.store, room.clock, room.account))
        await settle(room.clock)
        await room.clock.advance(timedelta(seconds=2))
        (report,) = await asking
        assert (report.id, report.new, report.error) == (room.account, 1, "")


async def test_a_wish_without_an_engine_ends_with_a_sentence(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        asking = asyncio.create_task(ask_the_engine(room.store, room.clock, patience_ms=1000))
        await room.clock.advance(timedelta(seconds=3))
        with pytest.raises(NoAnswer):
            await asking


async def set_for(room: Room, due: int) -> None:
    """A reminder and the end of a snooze."""
    values = {
        "id": "r", "conversation": room.conversation, "owner": ME, "due_at": due, "zone": "Europe/Rome",
        "local_time": "2026-11-02T11:00", "made_at": room.clock.ms(), "text": "Call",
    }  # fmt: skip
    await room.store.write(lambda tx: tx.conn.execute(insert(reminder).values(**values)))
    snooze = {"state": "snoozed", "snoozed_until": due}
    await room.store.write(lambda tx: tx.conn.execute(conversation.update().values(**snooze)))


async def state_of(room: Room) -> str:
    state = select(conversation.c.state)
    found: str = await room.store.read(lambda conn: conn.execute(state).scalar_one())
    return found


async def test_reminders_and_snoozes_fire_once_also_after_sleep(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        await set_for(room, room.clock.ms() + 3_600_000)
        async with running(room):
            await room.clock.advance(59 * MINUTE)
            assert room.notices == []
            room.clock.jump(9 * HOUR)
            await room.clock.advance(HOUR)
        (notice,) = room.notices
        assert (notice.kind, notice.text, notice.late) == (NoticeKind.REMINDER, "Call", True)
        assert await state_of(room) == "open"


async def test_one_sync_fires_what_is_due_and_nothing_else(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        await set_for(room, room.clock.ms() + 3_600_000)
        await room.engine().sync_once()
        assert (room.notices, await state_of(room)) == ([], "snoozed")
        room.clock.jump(HOUR)
        await room.engine().sync_once()
        await room.engine().sync_once()
        assert ([notice.text for notice in room.notices], await state_of(room)) == (["Call"], "open")


async def test_a_reminder_for_silence_is_quiet_when_there_was_an_answer(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        due = room.clock.ms() + 1000
        values = {
            "id": "r", "conversation": room.conversation, "owner": ME, "due_at": due, "zone": "UTC",
            "local_time": "", "made_at": room.clock.ms() - 1000, "if_no_reply": True,
        }  # fmt: skip
        await room.store.write(lambda tx: tx.conn.execute(insert(reminder).values(**values)))
        last = {"last_incoming": room.asked}
        await room.store.write(lambda tx: tx.conn.execute(conversation.update().values(**last)))
        async with running(room):
            await room.clock.advance(MINUTE)
        assert room.notices == []
        done = select(reminder.c.done_at)
        assert await room.store.read(lambda conn: conn.execute(done).scalar_one()) is not None


async def test_a_second_sync_without_news_changes_nothing_but_the_ledger(tmp_path: Path, service: FileService) -> None:
    same = batch({"at": 1}, "a", "b")
    async with open_room(tmp_path, fake_channel(service, Script(pulls=[same, same]))) as room:
        await room.engine().sync_once()
        heard: list[object] = []
        room.bus.subscribe(heard.append)
        (report,) = await room.engine().sync_once()
        assert (report.new, report.updated, report.removed, heard) == (0, 0, 0, [])


def record(store: Store, verb: str, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the store is asked from now on."""
    asked_for: list[object] = []
    plain = getattr(store, verb)

    def noting(work: object) -> object:
        asked_for.append(work)
        return plain(work)

    monkeypatch.setattr(store, verb, noting)
    return asked_for


async def test_a_poll_without_news_reads_its_account_once_and_writes_once(
    tmp_path: Path, service: FileService, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script()
    async with open_room(tmp_path, fake_channel(service, script, poll=MINUTE)) as room, running(room):
        reads, writes = record(room.store, "read", monkeypatch), record(room.store, "write", monkeypatch)
        before = len(asked(script, "pull"))
        await room.clock.advance(10 * MINUTE)
        pulls = len(asked(script, "pull")) - before
        about_account = [one for one in reads if getattr(one, "func", None) is accounts.get]
        assert pulls >= 8
        assert (len(about_account), len(writes)) == (pulls, pulls)
