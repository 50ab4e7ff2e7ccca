"""Removing an account with its history: everything of it goes, also after a kill, and nothing of anybody else's."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, update

from inbox_app.actions import accounts as account_actions
from inbox_app.actions import emptying, members, regrouping, triage
from inbox_app.contract.remote import Batch, Event, PostSeen, RemoteAttachment, RemotePost
from inbox_app.domain.emptying import Holdings
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MemberId
from inbox_app.domain.words import AccountState, Kind, State
from inbox_app.ingest.ingest import ingest_batch
from inbox_app.paths import WorkspaceAddress
from inbox_app.queries import accounts, inbox
from inbox_app.storage import accounts as stored
from inbox_app.storage import emptying as pieces
from inbox_app.storage import schema as s
from inbox_app.storage import tallies
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import metadata
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import US, at, ours, person, said
from tests.unit.ingest.test_copies import Two, mail

me = ColleagueId(ME)
WORDS = "Quillfeather"
SPEAKERS = 3


def connect(tx: Tx, name: str) -> AccountId:
    we = stored.OurselvesThere(f"{name}@example.org", f"{name}@example.org", name.title(), frozenset({US.handle}))
    return stored.add(tx, "practice", we, {})


@pytest.fixture
async def two(store: Store) -> Two:
    one = await store.write(partial(connect, name="one"))
    return Two(store, one, await store.write(partial(connect, name="two")))


async def tell(store: Store, account: AccountId, *events: Event) -> None:
    await ingest_batch(store, account, Batch(events, {"upto": len(events)}))


async def live(two: Two, address: WorkspaceAddress) -> None:
    """Comments under a post, a mail with a file, notes, a reminder; and Ben, who spoke on both accounts."""
    big = RemoteAttachment("f", "a.txt", "text/plain", data=f"{WORDS} ".encode() * 20_000)
    small = RemoteAttachment("g", "b.txt", "text/plain", data=b"small")
    await tell(
        two.store,
        two.one,
        PostSeen(RemotePost("p", "A post", "Look", at(0), person("poster"))),
        *(said(f"c{n}", n, by=f"s{n}", text=f"{WORDS} {n}", post="p") for n in range(SPEAKERS)),
        ours("a", 9, parent="c0", post="p"),
        said("m", 10, by="ben", kind=Kind.MAIL, attachments=(big, small), raw=WORDS.encode() * 9_000),
    )
    await tell(two.store, two.other, said("x", 20, by="ben", text="Hello there", attachments=(small,)))
    rows = (await inbox.conversation_page(two.store, me)).rows
    await members.note_conversation(two.store, me, rows[-1].id, WORDS)
    await triage.finish(two.store, me, [row.id for row in rows])
    (address.accounts / two.one).mkdir(parents=True)
    (address.accounts / two.one / "server.json").write_text(WORDS)


async def go(store: Store, address: WorkspaceAddress, wanted: AccountId) -> None:
    await emptying.begin(store, wanted)
    await emptying.finish(store, address.accounts)


async def counts(store: Store) -> dict[str, int]:
    """Rows of every table but those that tell of changes and searches."""
    passed = {"change", "change_counter", "workspace", "wish", "colleague"}

    def work(conn: Connection) -> dict[str, int]:
        tables = [one for one in metadata.sorted_tables if one.name not in passed]
        return {one.name: conn.execute(select(func.count()).select_from(one)).scalar_one() for one in tables}

    return await store.read(work)


async def names(store: Store) -> set[str]:
    return set(await store.read(lambda conn: conn.execute(select(s.member.c.name)).scalars().all()))


def remnants(folder: Path) -> list[Path]:
    """The files in which the words stand, as they were written or as full text keeps them."""
    wanted = WORDS.lower().encode()
    return [path for path in folder.rglob("*") if path.is_file() and wanted in path.read_bytes().lower()]


async def test_it_is_counted_beforehand_and_nothing_goes(two: Two, sqlite_address: WorkspaceAddress) -> None:
    await live(two, sqlite_address)
    there = await emptying.preview(two.store, two.one)
    assert there == Holdings(
        handle="one@example.org", messages=SPEAKERS + 2, conversations=SPEAKERS + 1, posts=1, attachments=2, notes=1
    )
    with pytest.raises(Refused):
        emptying.require_name(there, "two@example.org")
    emptying.require_name(there, " ONE@example.org ")


async def test_nothing_of_it_is_left_and_nothing_else_goes(two: Two, address: WorkspaceAddress) -> None:
    await live(two, address)
    await go(two.store, address, two.one)
    with pytest.raises(NotFound):
        await accounts.one(two.store, two.one)
    now = {name: number for name, number in (await counts(two.store)).items() if number}
    kept = {name: now[name] for name in ("account", "message", "conversation", "member", "attachment", "blob")}
    assert kept == dict.fromkeys(kept, 1)
    assert "note" not in now
    assert "post" not in now
    assert await names(two.store) == {"Ben"}
    assert await two.store.read(tallies.wrong_counts) == 0
    ben = await two.store.read(lambda conn: conn.execute(select(s.member)).one())
    assert (ben.message_count, ben.first_seen) == (1, int(at(20).timestamp() * 1000))
    assert not (address.accounts / two.one).exists()
    assert remnants(address.folder) == []


async def test_whoever_has_a_note_stays(two: Two, address: WorkspaceAddress) -> None:
    await live(two, address)
    found = await two.store.read(
        lambda conn: conn.execute(select(s.member.c.id).where(s.member.c.name == "S1")).scalar_one()
    )
    await members.note_member(two.store, me, MemberId(found), "Likes mornings")
    await go(two.store, address, two.one)
    assert await names(two.store) == {"Ben", "S1"}


async def test_what_is_pulled_while_it_goes_is_not_stored(two: Two) -> None:
    await tell(two.store, two.one, said("before", 1))
    await emptying.begin(two.store, two.one)
    with pytest.raises(NotFound):
        await tell(two.store, two.one, said("behind", 2))
    assert (await emptying.preview(two.store, two.one)).messages == 1


async def test_after_a_kill_it_goes_on(two: Two, address: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MESSAGES", 1)
    await live(two, address)
    await emptying.begin(two.store, two.one)
    assert await two.store.write(partial(pieces.empty_some, wanted=two.one, most=1))
    left = (await emptying.preview(two.store, two.one)).messages
    assert left == SPEAKERS + 1
    with pytest.raises(Refused):
        await account_actions.set_state(two.store, two.one, AccountState.ACTIVE)
    again = await two.store.write(partial(connect, name="one"))
    assert again != two.one
    await emptying.finish_what_is_left(two.store, address.accounts)
    assert [row.id for row in await accounts.every(two.store)] == [two.other, again]
    assert (await counts(two.store))["message"] == 1


async def test_the_other_accounts_copy_stands_for_the_mail(two: Two, address: WorkspaceAddress) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.hear(two.other, mail("m", 1))
    assert (await two.row()).messages == 1
    await go(two.store, address, two.one)
    row = await two.row()
    assert (row.account, row.state, row.messages, row.needs_reply, row.unread) == (two.other, State.OPEN, 1, 1, 1)
    thread = await inbox.thread(two.store, me, row.id)
    assert [one.text for one in thread.messages] != []
    assert await two.store.read(tallies.wrong_counts) == 0
    assert (await counts(two.store))["message_copy"] == 0


async def test_what_was_settled_stays_settled_in_the_copy(two: Two, address: WorkspaceAddress) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.hear(two.other, mail("m", 1))
    await triage.finish(two.store, me, [(await two.row()).id])
    await go(two.store, address, two.one)
    assert (await two.row()).state is State.DONE


async def test_what_is_on_its_way_is_waited_for(two: Two, address: WorkspaceAddress) -> None:
    await live(two, address)
    values = {"id": "o", "account": two.one, "kind": "reply", "key": "k", "act": "{}", "state": "sending",
              "decided_at": 1, "not_before": 1}  # fmt: skip
    await two.store.write(lambda tx: tx.conn.execute(insert(s.outbox).values(values)).rowcount)
    with pytest.raises(Refused):
        await emptying.begin(two.store, two.one)
    assert (await accounts.one(two.store, two.one)).state is AccountState.ACTIVE
    await two.store.write(lambda tx: tx.conn.execute(update(s.outbox).values(state="delivered")).rowcount)
    await go(two.store, address, two.one)
    assert (await counts(two.store))["outbox"] == 0


async def test_what_was_joined_within_the_account_goes_with_it(two: Two, address: WorkspaceAddress) -> None:
    await tell(two.store, two.one, said("a", 1), said("b", 2))
    await tell(two.store, two.other, said("c", 3))
    rows = {row.account: row for row in (await inbox.conversation_page(two.store, me)).rows}
    one, other = (
        ConversationId(row.id) for row in (await inbox.conversation_page(two.store, me)).rows if row.account == two.one
    )
    await regrouping.merge(two.store, me, [one, other])
    await go(two.store, address, two.one)
    assert [row.id for row in (await inbox.conversation_page(two.store, me)).rows] == [rows[two.other].id]
    assert (await counts(two.store))["operation"] == 0
