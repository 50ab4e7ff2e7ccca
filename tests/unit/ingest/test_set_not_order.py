"""Whatever order messages come in, however often and in whatever batches: the tables show the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from inbox_app.contract.remote import (
    Event,
    MessageGone,
    MessageSeen,
    PostSeen,
    RemoteAttachment,
    RemoteMessage,
    RemotePost,
)
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.storage.recounting import recount
from inbox_app.storage.schema import conversation
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.conftest import NOW
from tests.unit.ingest.oracle import Told, expected, found
from tests.unit.ingest.tales import START, connect, ours, said

TOGETHER = (Kind.DIRECT, Kind.ROOM, Kind.FORUM)
"""Kinds whose conversation is a place of its own, whatever answers what within it."""
PEOPLE = ("maya", "tom", "zoë")
POST = RemotePost("post", "The post", "", START)


@dataclass(frozen=True)
class Telling:
    """A set, and one way to tell it: events in transactions."""

    told: Told
    batches: tuple[tuple[Event, ...], ...]


def _message(draw: st.DrawFn, number: int, count: int, kinds: tuple[Kind, ...], *, under_post: bool) -> RemoteMessage:
    kind = draw(st.sampled_from(kinds))
    others = st.integers(0, count + 1).map(lambda one: f"m{one}")
    parent = draw(st.none() | others)
    name = f"m{number}"
    keys = tuple(dict.fromkeys(one for one in (name, parent) if one))
    if kind in TOGETHER:
        keys = (draw(st.sampled_from(("chat", "other"))),)
    elif kind is Kind.MAIL:
        keys = tuple(dict.fromkeys((*keys, *draw(st.lists(others, max_size=2)))))
    tell = ours if draw(st.integers(0, 3)) == 0 else said
    more: dict[str, Any] = {"context": draw(st.integers(0, 5)) == 0} if tell is said else {}
    files = (RemoteAttachment("f", "a.png", "image/png"),) if draw(st.integers(0, 5)) == 0 else ()
    return tell(
        name,
        draw(st.integers(0, 9)),
        kind=kind,
        parent=parent,
        keys=keys,
        title=draw(st.sampled_from(("", "Hello", "Re: Hello", "Other"))) if kind is Kind.MAIL else "",
        post="post" if under_post and kind is Kind.COMMENTS else None,
        history=draw(st.integers(0, 4)) == 0,
        needs_work=draw(st.integers(0, 4)) > 0,
        attachments=files,
        **(more if tell is ours else {"by": draw(st.sampled_from(PEOPLE)), **more}),
    ).message


@st.composite
def sets(draw: st.DrawFn) -> Told:
    """Random forests of up to three kinds, with circles, strangers' parents and shared references."""
    count = draw(st.integers(3, 10))
    kinds = tuple(draw(st.lists(st.sampled_from(Kind), min_size=1, max_size=3, unique=True)))
    under_post = draw(st.booleans())
    messages = tuple(_message(draw, number, count, kinds, under_post=under_post) for number in range(count))
    deleted = frozenset(draw(st.lists(st.sampled_from([one.remote_id for one in messages]), max_size=2)))
    posts = frozenset({("post", POST.title)}) if under_post else frozenset()
    return Told(messages, deleted, posts)


@st.composite
def tellings(draw: st.DrawFn) -> Telling:
    """A set, told in some order, some of it twice, cut anywhere."""
    told = draw(sets())
    seen = [MessageSeen(one) for one in told.messages]
    again = draw(st.lists(st.sampled_from(seen), max_size=3))
    events: list[Event] = draw(st.permutations([*seen, *again]))
    for name in sorted(told.deleted):
        first = next(
            i for i, one in enumerate(events) if isinstance(one, MessageSeen) and one.message.remote_id == name
        )
        events.insert(draw(st.integers(first + 1, len(events))), MessageGone(name))
    if told.posts:
        events.insert(draw(st.integers(0, len(events))), PostSeen(POST))
    size = draw(st.sampled_from((1, 2, 3, 50)))
    return Telling(told, tuple(tuple(events[at : at + size]) for at in range(0, len(events), size)))


def check(conn: Connection, telling: Telling) -> None:
    """Tell it, and compare the tables with what the set alone says."""
    transaction = conn.begin()
    try:
        tx = Tx(conn, NOW)
        home = connect(tx)
        for batch in telling.batches:
            ingest(tx, home, batch)
        picture, ids = found(conn)
        for part, wanted in expected(telling.told, ids).items():
            assert picture[part] == wanted
        recount(tx, [ConversationId(one) for one in conn.execute(select(conversation.c.id)).scalars()])
        assert found(conn)[0] == picture
        raw: Any = conn.connection.dbapi_connection
        before = raw.total_changes
        for batch in telling.batches:
            ingest(tx, home, [one for one in batch if not isinstance(one, MessageGone)])
        assert raw.total_changes == before
    finally:
        transaction.rollback()


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(telling=tellings())
def test_the_tables_are_a_function_of_the_set(conn: Connection, telling: Telling) -> None:
    check(conn, telling)
