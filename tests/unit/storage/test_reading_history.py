"""History is read in pieces, and what is told of a conversation does not depend on where a piece ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import event, select, update

from inbox_app.domain.ids import ColleagueId, ConversationId, HandleId, MemberId
from inbox_app.domain.selection import Selection
from inbox_app.domain.words import Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import conversations, linking, notes
from inbox_app.storage import schema as s
from inbox_app.storage.exporting import threads
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading, Tx
from tests.unit.ingest.tales import connect, ours, said

ME = ColleagueId("me")
NAMES = ("maya", "noor", "omar", "pia")


def fill(tx: Tx, *, comments: int = 4) -> None:
    """Comments with answers below each, and one mail."""
    account = connect(tx)
    events = [said("mail", 900, kind=Kind.MAIL)]
    for number in range(comments):
        begun = f"c{number}"
        events += [
            said(begun, number * 10, by=NAMES[number % 4]),
            ours(f"{begun}-1", number * 10 + 1, parent=begun),
            said(f"{begun}-2", number * 10 + 2, by=NAMES[(number + 1) % 4], parent=f"{begun}-1"),
            said(f"{begun}-3", number * 10 + 3, by=NAMES[number % 4], parent=begun),
        ]
    ingest(tx, account, events)


def history(conn: Reading, store: Store) -> History:
    return History(conn, store.blobs, Selection(notes=True), ME, lambda _more: None)


@contextmanager
def counted(conn: Reading) -> Iterator[list[str]]:
    """The statements that are asked meanwhile."""
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(conn, "before_cursor_execute", note)
    yield asked
    event.remove(conn, "before_cursor_execute", note)


def read_all(conn: Reading, store: Store) -> list[str]:
    with counted(conn) as asked:
        told = [said.row.text for one in history(conn, store).chronicle() for said in one.messages()]
    assert told
    return asked


async def test_more_conversations_are_not_more_questions(sqlite_store: Store) -> None:
    await sqlite_store.write(partial(fill, comments=2))
    few = await sqlite_store.read(partial(read_all, store=sqlite_store))
    await sqlite_store.write(partial(fill, comments=40))
    assert await sqlite_store.read(partial(read_all, store=sqlite_store)) == few


def told(conn: Reading, store: Store) -> list[tuple[str, list[tuple[str, int]]]]:
    return [
        (one.row.id, [(said.row.text, said.row.depth) for said in one.messages()])
        for one in history(conn, store).conversations()
    ]


async def test_a_thread_is_the_same_however_small_the_pieces(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.write(fill)
    whole = await store.read(partial(told, store=store))
    depths = [[depth for _text, depth in messages] for _one, messages in whole]
    assert sorted(depths) == [[0], *[[0, 1, 2, 1]] * 4]
    for size in (1, 3, 5):
        monkeypatch.setattr(threads, "PIECE", size)
        assert await store.read(partial(told, store=store)) == whole


async def test_conversations_may_be_read_in_any_order_and_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.write(fill)
    whole = dict(await store.read(partial(told, store=store)))
    monkeypatch.setattr(threads, "PIECE", 3)

    def mixed(conn: Reading) -> None:
        one, *rest = list(history(conn, store).conversations())
        first = one.messages()
        begun = [next(first)]
        for other in (*rest, *rest):
            assert [said.row.text for said in other.messages()] == [text for text, _depth in whole[other.row.id]]
        assert [said.row.text for said in (*begun, *first)] == [text for text, _depth in whole[one.row.id]]

    await store.read(mixed)


async def test_notes_come_with_whoever_the_person_is_by_now(store: Store) -> None:
    """Of two handles that Noor had, one is Maya's by now: her notes stand where either speaks."""
    await store.write(fill)

    def link(tx: Tx) -> None:
        members = {name: MemberId(one) for name, one in tx.conn.execute(select(s.member.c.name, s.member.c.id))}
        handles = {name: HandleId(one) for name, one in tx.conn.execute(select(s.handle.c.name, s.handle.c.id))}
        tx.conn.execute(update(s.handle).where(s.handle.c.id == handles["Pia"]).values(member=members["Noor"]))
        linking.link(tx, ME, members["Maya"], members["Noor"], "")
        linking.unlink(tx, ME, handles["Pia"])
        for name in ("Maya", "Noor", "Omar"):
            notes.write(tx, ME, f"on {name}", about=members[name], on_member=True, pinned=name == "Noor")
        for one in conversations.ids(tx.conn, ME):
            notes.write(tx, ME, "on it", about=one, on_member=False)

    await store.write(link)

    def compare(conn: Reading) -> None:
        seen = set[str]()
        for one in history(conn, store).conversations():
            speakers = select(s.handle.c.member).join(s.participant, s.participant.c.handle == s.handle.c.id)
            there = speakers.where(s.participant.c.conversation == one.row.id, s.handle.c.member.is_not(None))
            known = {MemberId(each) for each in conn.execute(there).scalars()}
            alone = notes.notes_on(conn, conversation=ConversationId(one.row.id), members=known)
            assert one.notes == alone
            seen |= {note.text for note in one.notes}
        assert seen == {"on it", "on Maya", "on Noor", "on Omar"}

    await store.read(compare)
