"""The sender against a scripted service: the whole table of outcomes, in every policy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from inbox_app.contract.acts import Act, CannotTell, Finding, Receipt
from inbox_app.contract.connector import MarksRead
from inbox_app.contract.errors import (
    BadAnswer,
    Busy,
    NotSent,
    Offline,
    Rejected,
    SignInNeeded,
    Unsure,
)
from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.domain.words import AccountState, Action, ActKind, OutboxState, Resend
from inbox_app.storage import accounts, outbox
from inbox_app.storage.leases import LeaseLost
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.sync import policy, sender
from inbox_app.sync.notices import NoticeKind
from tests.fakes.connector import FakeFinder, FakeSender, Script, fake_channel
from tests.fakes.engine_room import Room, no_blobs, open_room
from tests.fakes.inbox import ME
from tests.fakes.service import FileService

DAY = timedelta(days=1)


@pytest.fixture
def service(tmp_path: Path) -> FileService:
    return FileService(tmp_path / "service.log")


async def test_a_reply_is_delivered_once_and_finished(tmp_path: Path, service: FileService) -> None:
    script = Script()
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        row = await room.queue()
        await room.send()
        await room.send()
        sent = await room.row(row)
        assert (sent.state, sent.finish_due) == (OutboxState.DELIVERED, False)
        assert service.copies() == {row.key: 1}
        assert [verb for verb, _ in script.asked] == ["connect", "send", "finish"]
        assert room.sender.sent == {room.account: 1}


class Dawdler(FakeSender):
    """Takes the act and never says so."""

    longest_try = timedelta(milliseconds=20)

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        self.service.accept(act.key, frozen)
        await asyncio.Event().wait()
        raise AssertionError("nobody ever answers")


async def test_a_try_may_take_as_long_as_its_connector_says(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service, base=Dawdler)) as room:
        row = await room.queue()
        await room.send()
        assert (await room.row(row)).in_doubt
        assert service.copies() == {row.key: 1}


NOT_ARRIVED = [
    (Offline("No network."), "queued", "offline"),
    (Busy("Wait.", retry_after=timedelta(minutes=7)), "queued", "busy"),
    (Busy("Wait."), "queued", "busy"),
    (SignInNeeded("Sign in."), "queued", "sign_in_needed"),
    (Rejected("Too long."), "failed", "rejected"),
    (NotSent("It was not sent."), "failed", "not_sent"),
]
MAYBE_ARRIVED = [
    Unsure("The line broke."),
    BadAnswer("Nonsense."),
    TimeoutError(),
    ConnectionResetError(),
    KeyError("id"),
    RecursionError(),
]


@pytest.mark.parametrize("error, state, code", NOT_ARRIVED, ids=lambda value: type(value).__name__)
async def test_what_did_not_arrive_is_never_in_doubt(
    tmp_path: Path, service: FileService, error: NotSent, state: str, code: str
) -> None:
    async with open_room(tmp_path, fake_channel(service, Script(before=[error]))) as room:
        row = await room.queue()
        await room.send()
        after = await room.row(row)
        assert (after.state.value, after.in_doubt, after.error) == (state, False, error.message)
        assert policy.code_of(error) == code
        assert service.requests() == []


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("resend", list(Resend))
async def test_what_may_have_arrived_goes_by_the_policy(
    tmp_path: Path, service: FileService, resend: Resend, arrived: bool
) -> None:
    service = FileService(service.path, remembers=resend is Resend.SAFE)
    script = Script()
    async with open_room(tmp_path, fake_channel(service, script, resend=resend)) as room:
        for error in MAYBE_ARRIVED:
            (script.after if arrived else script.before).append(error)
            row = await room.queue()
            for _ in range(3):
                await room.send()
                room.clock.jump(timedelta(hours=1))
            asks = resend is Resend.ASK
            copies = int(arrived) if asks else 1
            wanted = OutboxState.UNCONFIRMED if asks else OutboxState.DELIVERED
            assert ((await room.row(row)).state, service.copies()[row.key]) == (wanted, copies), error
            assert len(service.bytes_of(row.key)) <= 1
            told = NoticeKind.UNCONFIRMED if asks else NoticeKind.SENT
            assert [notice.kind for notice in room.notices] == [told]
            room.notices.clear()


async def test_a_service_that_can_be_asked_confirms_what_arrived(tmp_path: Path, service: FileService) -> None:
    manifest = fake_channel(service, Script(after=[Unsure("?")]), resend=Resend.ASK, finds=True)
    async with open_room(tmp_path, manifest) as room:
        row = await room.queue()
        await room.send()
        assert (await room.row(row)).state is OutboxState.DELIVERED


class FindsByWords(FakeFinder):
    """Takes the earlier of two that say the same for the later one."""

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        return Receipt(f"remote-{next(iter(self.service.copies()))}")


@pytest.mark.parametrize("resend", [Resend.SAFE, Resend.CHECK, Resend.ASK])
async def test_the_same_words_said_before_are_no_proof(tmp_path: Path, service: FileService, resend: Resend) -> None:
    script = Script(before=[None, Unsure("?")])
    manifest = fake_channel(service, script, base=FindsByWords, resend=resend)
    async with open_room(tmp_path, manifest) as room:
        first, second = await room.queue("Thank you"), await room.queue("Thank you")
        await room.send()
        await room.send()
        assert (await room.row(first)).state is OutboxState.DELIVERED
        assert (await room.row(second)).state is OutboxState.UNCONFIRMED
        assert (await room.row(second)).message != (await room.row(first)).message, "neither took the other's place"
        assert service.copies() == {first.key: 1}


async def test_absence_is_no_proof_where_the_policy_is_to_ask(tmp_path: Path, service: FileService) -> None:
    manifest = fake_channel(service, Script(before=[Unsure("?")]), resend=Resend.ASK, finds=True)
    async with open_room(tmp_path, manifest) as room:
        row = await room.queue()
        await room.send()
        assert (await room.row(row)).state is OutboxState.UNCONFIRMED
        await room.store.write(lambda tx: outbox.resolve(tx, row.id, outbox.Resolution.AGAIN))
        await room.send()
        assert (await room.row(row)).state is OutboxState.DELIVERED
        assert service.copies() == {row.key: 1}


async def test_the_service_is_given_time_before_it_is_asked(tmp_path: Path, service: FileService) -> None:
    script = Script(after=[Unsure("?")])
    manifest = fake_channel(service, script, resend=Resend.CHECK, settle=timedelta(minutes=1))
    async with open_room(tmp_path, manifest) as room:
        row = await room.queue()
        await room.send()
        assert ("find", None) not in script.asked
        room.clock.jump(timedelta(seconds=61))
        await room.send()
        assert (await room.row(row)).state is OutboxState.DELIVERED


async def test_after_a_crash_too_the_service_is_given_time(tmp_path: Path, service: FileService) -> None:
    script = Script()
    manifest = fake_channel(service, script, resend=Resend.CHECK, settle=timedelta(minutes=1))
    async with open_room(tmp_path, manifest) as room:
        row = await room.queue()
        await room.store.write(lambda tx: outbox.claim(tx, row.id, b"frozen", "desk"))
        await room.store.write(lambda tx: outbox.doubt_the_interrupted(tx, room.account))
        await room.send()
        assert ("find", None) not in script.asked
        room.clock.jump(timedelta(seconds=61))
        await room.send()
        assert ("find", None) in script.asked


async def test_days_in_which_nobody_can_be_asked_leave_nothing_to_a_person(
    tmp_path: Path, service: FileService
) -> None:
    script = Script(after=[Unsure("?")], find=[Offline("No network.") for _ in range(4)])
    async with open_room(tmp_path, fake_channel(service, script, resend=Resend.CHECK)) as room:
        row = await room.queue()
        for _ in range(5):
            await room.send()
            room.clock.jump(DAY)
        assert script.find == []
        assert (await room.row(row)).state is OutboxState.DELIVERED


async def test_a_key_too_old_is_not_sent_again(tmp_path: Path, service: FileService) -> None:
    manifest = fake_channel(service, Script(before=[Unsure("?")]), resend=Resend.SAFE, remembers_for=timedelta(hours=1))
    async with open_room(tmp_path, manifest) as room:
        row = await room.queue()
        await room.send()
        room.clock.jump(timedelta(hours=2))
        await room.send()
        assert (await room.row(row)).state is OutboxState.UNCONFIRMED
        assert service.requests() == []


async def test_hours_without_network_do_not_age_the_key(tmp_path: Path, service: FileService) -> None:
    script = Script(before=[Offline("No network."), Unsure("?")])
    manifest = fake_channel(service, script, resend=Resend.SAFE, remembers_for=timedelta(hours=1))
    async with open_room(tmp_path, manifest) as room:
        row = await room.queue()
        await room.send()
        room.clock.jump(timedelta(hours=5))
        await room.send()
        room.clock.jump(timedelta(minutes=5))
        await room.send()
        assert (await room.row(row)).state is OutboxState.DELIVERED


async def test_who_cannot_tell_is_asked_again_and_in_the_end_a_person(tmp_path: Path, service: FileService) -> None:
    script = Script(after=[Unsure("?")], find=[CannotTell(), KeyError("id"), BadAnswer("Nonsense.")])
    async with open_room(tmp_path, fake_channel(service, script, resend=Resend.CHECK)) as room:
        row = await room.queue()
        for _ in range(4):
            await room.send()
            room.clock.jump(timedelta(hours=1))
        assert (await room.row(row)).state is OutboxState.DELIVERED
    script = Script(after=[Unsure("?")], find=[CannotTell() for _ in range(99)])
    async with open_room(tmp_path / "second", fake_channel(service, script, resend=Resend.CHECK)) as room:
        row = await room.queue()
        for _ in range(60):
            await room.send()
            room.clock.jump(timedelta(hours=1))
        assert (await room.row(row)).state is OutboxState.UNCONFIRMED
        assert service.copies()[row.key] == 1


@pytest.mark.parametrize("later", [Offline("No network."), Busy("Wait."), Rejected("Already there.")])
async def test_doubt_outlives_a_later_try_that_did_not_arrive(
    tmp_path: Path, service: FileService, later: NotSent
) -> None:
    script = Script(before=[Unsure("?"), later])
    async with open_room(tmp_path, fake_channel(service, script, resend=Resend.SAFE)) as room:
        row = await room.queue()
        await room.send()
        room.clock.jump(timedelta(hours=1))
        await room.send()
        after = await room.row(row)
        assert after.state is (OutboxState.UNCONFIRMED if isinstance(later, Rejected) else OutboxState.SENDING)


async def test_the_same_bytes_leave_at_each_try(tmp_path: Path, service: FileService) -> None:
    script = Script(after=[Unsure("?"), Unsure("?"), Unsure("?")])
    service = FileService(service.path, remembers=True)
    async with open_room(tmp_path, fake_channel(service, script, resend=Resend.SAFE)) as room:
        row = await room.queue()
        for _ in range(4):
            await room.send()
            room.clock.jump(timedelta(hours=1))
        assert len(service.requests()) == 4
        assert len(service.bytes_of(row.key)) == 1
        assert service.copies() == {row.key: 1}


async def test_a_service_that_asks_to_wait_is_left_alone(tmp_path: Path, service: FileService) -> None:
    script = Script(before=[Busy("Wait.", retry_after=timedelta(minutes=7))])
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        first = await room.queue()
        await room.send()
        second = await room.queue("Another")
        for _ in range(7):
            room.clock.jump(timedelta(seconds=59))
            await room.send()
        assert service.requests() == []
        assert [verb for verb, _ in script.asked].count("send") == 1
        room.clock.jump(timedelta(minutes=1))
        await room.send()
        assert service.copies() == {first.key: 1, second.key: 1}


async def test_a_wrong_password_pauses_the_account_and_loses_nothing(tmp_path: Path, service: FileService) -> None:
    script = Script(before=[SignInNeeded("The password is wrong.")])
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        row = await room.queue()
        await room.send()
        account = await room.store.read(lambda conn: accounts.get(conn, room.account))
        assert (account.state, account.error) == (AccountState.SIGN_IN_NEEDED, "The password is wrong.")
        room.clock.jump(DAY)
        await room.send()
        assert service.requests() == []
        await room.store.write(lambda tx: accounts.set_state(tx, room.account, AccountState.ACTIVE))
        await room.send()
        assert service.copies() == {row.key: 1}


@pytest.mark.parametrize("error", [Offline("No network."), BadAnswer("Nonsense."), RuntimeError("bug")])
async def test_a_failed_sign_in_sends_nothing_and_is_tried_again(
    tmp_path: Path, service: FileService, error: Exception
) -> None:
    async with open_room(tmp_path, fake_channel(service, Script(connect=[error, error]))) as room:
        row = await room.queue()
        await room.send()
        waiting = await room.row(row)
        assert (waiting.state, waiting.attempts) == (OutboxState.QUEUED, 0)
        for _ in range(2):
            room.clock.jump(timedelta(hours=1))
            await room.send()
        assert service.copies() == {row.key: 1}


async def test_what_follows_a_delivery_is_repeated_until_it_returns(tmp_path: Path, service: FileService) -> None:
    script = Script(finish=[Offline("No network."), KeyError("folder")])
    async with open_room(tmp_path, fake_channel(service, script)) as room:
        row = await room.queue()
        for _ in range(3):
            await room.send()
            assert (await room.row(row)).state is OutboxState.DELIVERED
            room.clock.jump(timedelta(hours=1))
        after = await room.row(row)
        assert (after.finish_due, after.finish_attempts) == (False, 2)
        assert service.copies() == {row.key: 1}


@pytest.mark.parametrize("resend", list(Resend))
async def test_an_idempotent_act_is_safe_by_nature(tmp_path: Path, service: FileService, resend: Resend) -> None:
    script = Script(after=[Unsure("?"), TimeoutError(), None])
    async with open_room(tmp_path, fake_channel(service, script, resend=resend)) as room:
        hide = outbox.Decision(room.account, ActKind.MODERATION, ME, 0, target=room.asked, action=Action.HIDE)
        row = await room.store.write(lambda tx: outbox.queue(tx, hide))
        for _ in range(3):
            await room.send()
            room.clock.jump(timedelta(hours=1))
        assert (await room.row(row)).state is OutboxState.DELIVERED


async def test_what_a_channel_cannot_do_fails_with_a_sentence(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        like = outbox.Decision(room.account, ActKind.REACTION, ME, 0, target=room.asked, value="+")
        row = await room.store.write(lambda tx: outbox.queue(tx, like))
        await room.send()
        assert (await room.row(row)).state is OutboxState.FAILED
        assert "cannot" in (await room.row(row)).error


async def test_a_missing_file_is_told_and_nothing_leaves(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        lost = outbox.File("no-such-digest", "a.png", "image/png", 1)
        decided = outbox.Decision(room.account, ActKind.REPLY, ME, 0, target=room.asked, text="See", files=(lost,))
        row = await room.store.write(lambda tx: outbox.queue(tx, decided))
        await room.send()
        assert (await room.row(row)).state is OutboxState.FAILED
        assert service.requests() == []


async def all_states(room: Room) -> list[str]:
    rows = await room.store.read(lambda conn: outbox.due(conn, room.clock.ms() + 10**12))
    return [row.state.value for row in rows]


async def test_two_senders_deliver_once(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        rows = [await room.queue(str(number)) for number in range(5)]
        await asyncio.gather(*(room.send() for _ in range(4)))
        assert service.copies() == {row.key: 1 for row in rows}
        assert await all_states(room) == []
        texts = [request.data.split()[0] for request in service.requests()]
        assert texts == ["0", "1", "2", "3", "4"]


def sender_at(room: Room, fence: Callable[[AccountId], Awaitable[None]]) -> sender.Sender:
    """A sender of a desk that may lose its lease."""
    desk = sender.Desk("desk", fence)
    return sender.Sender(room.store, room.links, room.clock, desk, no_blobs, lambda: 0.5, room.notices.append)


async def test_a_lease_lost_between_claim_and_try_sends_nothing(tmp_path: Path, service: FileService) -> None:
    async with open_room(tmp_path, fake_channel(service)) as room:
        row = await room.queue()

        async def fence(_account: AccountId) -> None:
            if (await room.row(row)).state is OutboxState.SENDING:
                raise LeaseLost

        with pytest.raises(LeaseLost):
            await sender_at(room, fence).send_due(room.account)
        assert service.requests() == []


class Marker(FakeSender, MarksRead):
    """Tells what was read."""

    async def mark_read(self, act: Act) -> Receipt:
        for mark in act.marks:
            self.service.accept(mark.remote_id, b"")
        return Receipt("")


async def test_what_joined_an_act_until_it_was_claimed_leaves_with_it(tmp_path: Path, service: FileService) -> None:
    def read(*names: str) -> list[JsonValue]:
        return [[name, True, [], None] for name in names]

    async with open_room(tmp_path, fake_channel(service, base=Marker)) as room:
        decided = outbox.Decision(room.account, ActKind.READ_MARK, None, 0, marks=read("m"))
        row = await room.store.write(lambda tx: outbox.queue(tx, decided))
        joined = json.dumps({**row.act, "marks": read("m", "n")})

        async def fence(_account: AccountId) -> None:
            waiting = update(outbox_table).where(outbox_table.c.state == OutboxState.QUEUED.value)
            await room.store.write(lambda tx: tx.conn.execute(waiting.values(act=joined)))

        await sender_at(room, fence).send_due(room.account)
        assert service.copies() == {"m": 1, "n": 1}
        joined = json.dumps({**row.act, "marks": [["unreadable"]]})
        row = await room.store.write(lambda tx: outbox.queue(tx, decided))
        await sender_at(room, fence).send_due(room.account)
        assert (await room.row(row)).in_doubt  # claimed, and not left in limbo


class Careful(FakeSender):
    """Knows that nothing was sent when it is ended."""

    begun: asyncio.Event

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        self.script.asked.append(("send", None))
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise Offline("Sending was stopped; it was not sent.") from None
        raise AssertionError("nobody ends us")


async def test_what_is_ended_before_it_left_is_queued_again_and_nothing_more_is_begun(
    tmp_path: Path, service: FileService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "GRACE", 0.01)
    script, begun = Script(), asyncio.Event()
    careful = type("CarefulOfThisTest", (Careful,), {"begun": begun})
    async with open_room(tmp_path, fake_channel(service, script, base=careful)) as room:
        rows = [await room.queue(), await room.queue_elsewhere()]
        stop = asyncio.Event()
        running = asyncio.create_task(room.sender.run(stop))
        await asyncio.wait_for(begun.wait(), 60)
        stop.set()
        room.sender.nudge()
        await asyncio.wait_for(running, 60)
        found = [await room.row(row) for row in rows]
        assert [row.state for row in found] == [OutboxState.QUEUED, OutboxState.QUEUED]
        assert sorted(row.attempts for row in found) == [0, 1]
        assert [verb for verb, _ in script.asked].count("send") == 1
