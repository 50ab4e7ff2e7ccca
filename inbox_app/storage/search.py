"""Searching the messages: newest first, a page at a time, with the total.

The words are looked up in the index in the order of its row numbers, which is the order of dates; nothing is sorted.
Where the operators leave few conversations, these come first and only their messages are looked up. What is kept about
conversations (`search_around`) is looked up beside it, and both are told as one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from inbox_app.domain.excerpt import Excerpt, make_excerpt
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId
from inbox_app.domain.search_query import FoundBy, Match, SearchQuery, fold
from inbox_app.storage import search_sqlite
from inbox_app.storage.bulk import any_of, one_of
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.schema import conversation, message, message_text
from inbox_app.storage.search_alone import Alone, alone
from inbox_app.storage.search_around import Around, around
from inbox_app.storage.search_conditions import about_conversations, about_messages, conversations, handles_named

CAPPED_AT = 1000
"""Totals up to here are always exact; beyond, only where that is asked for."""
Weighed = Sequence[MessageId]
"""The newest messages that a search with operators finds, up to one more than `CAPPED_AT`, the newest first."""
Row = Sequence[Any]
"""A message as it is found: its id, its conversation, its text and the names on it."""
_FEW_MESSAGES = 2000
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Hit:
    """One message that was found."""

    message: MessageId
    conversation: ConversationId
    excerpt: Excerpt
    by: FoundBy = FoundBy.MESSAGE
    """What the excerpt is from: the message, or what is kept about its conversation."""


@dataclass(frozen=True, slots=True)
class Page:
    """Hits, newest first. Pass `older_than` on to get the next page; None after the last one."""

    hits: tuple[Hit, ...]
    older_than: MessageId | None
    query: SearchQuery
    """What was looked for: inside words, where no word begins with what was typed."""
    total: Total | None = None
    """How many there are in all, where that came out with the first page."""
    weighed: Weighed = ()
    """What the next pages are cut from, as far as it goes: operators are weighed once."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are; at least so many where it is not exact."""

    count: int
    exact: bool


def search(
    conn: Connection,
    query: SearchQuery,
    me: ColleagueId,
    older_than: MessageId | None = None,
    limit: int = 50,
    weighed: Weighed = (),
) -> Page:
    """The next page. The first one looks inside words too, before it says that there is nothing.

    Whoever goes on asks what `Page.query` says, and gives what was `weighed` for the page before.
    """
    found = _hits(conn, query, me, older_than, limit + 1, weighed)
    if not found.hits and older_than is None and (inside := query.inside_words()) != query:
        query, found = inside, _hits(conn, inside, me, None, limit + 1, ())
    hits = found.hits
    further = hits[limit - 1].message if len(hits) > limit else None
    return Page(tuple(hits[:limit]), further, query, found.total, found.weighed)


def count(conn: Connection, query: SearchQuery, me: ColleagueId, *, exact: bool = False) -> Total:
    """How many messages `Page.query` finds in all: up to `CAPPED_AT` at once, the exact figure where asked for."""
    most = None if exact else CAPPED_AT + 1
    number = len(_around(conn, query, me))
    if _must_verify(conn, query):
        number += sum(1 for _ in islice(_find(conn, query, me, None), most))
    elif fixed := _alone(conn, query):
        number += fixed.number(conn, most)
    else:
        every = _matching(conn, query, me).order_by(None).limit(most).subquery()
        number += conn.execute(select(func.count()).select_from(every)).scalar_one()
    return Total(number, exact=True) if exact else _capped(number)


def _capped(number: int) -> Total:
    return Total(number, exact=True) if number <= CAPPED_AT else Total(CAPPED_AT, exact=False)


@dataclass(slots=True)
class _Found:
    """What was found, and in how many messages where that was told along."""

    hits: list[Hit]
    total: Total | None
    weighed: Weighed


def _hits(
    conn: Connection, query: SearchQuery, me: ColleagueId, older_than: MessageId | None, most: int, weighed: Weighed
) -> _Found:
    """By their own words and by what is kept about them, newest first."""
    every: list[MessageId] | None = None
    rest = [one for one in weighed if older_than is not None and one < older_than]
    if older_than is None and not _must_verify(conn, query) and not _alone(conn, query):
        # Operators are weighed once: what the page is cut from is what is counted.
        every = _newest(conn, query, me, max(most, CAPPED_AT + 1))
        rows: Iterable[Row] = _ROWS.all(conn, {"wanted": every[:most]})
    elif rest and (len(rest) >= most or len(weighed) <= CAPPED_AT):
        rows = _ROWS.all(conn, {"wanted": rest[:most]})
    else:
        rows = islice(_find(conn, query, me, older_than, most), most)
    hits = [Hit(one, within, make_excerpt(body or "", query.terms)) for one, within, body, _ in rows]
    kept = _around(conn, query, me)
    further = [
        Hit(one.message, one.conversation, make_excerpt(one.said.words, query.terms), one.said.kind)
        for one in kept
        if older_than is None or one.message < older_than
    ]
    if further:
        hits = sorted([*hits, *further], key=lambda hit: hit.message, reverse=True)[:most]
    total = None if every is None else _capped(len(every) + len(kept))
    return _Found(hits, total, weighed if every is None else tuple(every))


def _newest(conn: Connection, query: SearchQuery, me: ColleagueId, most: int) -> list[MessageId]:
    ordered = _order(conn, _matching(conn, query, me), query)
    return [MessageId(one) for one in conn.execute(ordered.limit(most)).scalars()]


def _around(conn: Connection, query: SearchQuery, me: ColleagueId) -> list[Around]:
    return around(conn, query, partial(_among, conn, me))


def _among(conn: Connection, me: ColleagueId, query: SearchQuery, some: Collection[MessageId]) -> set[MessageId]:
    """Which of some messages the search finds."""
    statement = _matching(conn, query, me)
    # Added to nothing: else the index is asked the whole question again for each of them.
    found = conn.execute(statement.where(one_of(next(iter(statement.selected_columns)) + 0, some))).scalars().all()
    if found and _must_verify(conn, query):
        found = [row[0] for row in _verified(_ROWS.all(conn, {"wanted": found}), query)]
    return {MessageId(one) for one in found}


def _find(
    conn: Connection, query: SearchQuery, me: ColleagueId, older_than: MessageId | None, wanted: int = _CHUNK
) -> Iterator[Row]:
    """Every message that matches, newest first, read in pieces; the index is asked for no more than is `wanted`."""
    ask = _asking(conn, query, me)
    must_verify = _must_verify(conn, query)
    piece = wanted
    while True:
        rows = ask(older_than, piece)
        yield from _verified(rows, query) if must_verify else rows
        if len(rows) < piece:
            return
        older_than = rows[-1][0]
        piece = min(2 * piece, _CHUNK)


def _asking(conn: Connection, query: SearchQuery, me: ColleagueId) -> Callable[[MessageId | None, int], Sequence[Row]]:
    """What gives the next so many rows older than one."""
    if fixed := _alone(conn, query):
        return partial(fixed.rows, conn)
    statement = _matching(conn, query, me)
    ordered = _order(conn, statement, query)
    key = next(iter(statement.selected_columns))

    def ask(older_than: MessageId | None, most: int) -> Sequence[Row]:
        older = ordered if older_than is None else ordered.where(key < older_than)
        return _ROWS.all(conn, {"wanted": conn.execute(older.limit(most)).scalars().all()})

    return ask


def _alone(conn: Connection, query: SearchQuery) -> Alone | None:
    return alone(query) if conn.dialect.name == "sqlite" else None


def _matching(conn: Connection, query: SearchQuery, me: ColleagueId) -> Select[int]:
    wanted = about_conversations(query, me)
    few = _few_messages(conn, wanted) if wanted else None
    rows = about_messages(query, me, handles_named(conn, query.from_) if query.from_ else ())
    if conn.dialect.name == "sqlite":
        return search_sqlite.matching(query, rows, wanted, few)
    from inbox_app.storage import search_postgres

    return search_postgres.matching(query, rows, wanted, few)


def _order(conn: Connection, statement: Select[int], query: SearchQuery) -> Select[int]:
    if conn.dialect.name == "sqlite":
        return statement.order_by(next(iter(statement.selected_columns)).desc())
    from inbox_app.storage import search_postgres

    return search_postgres.newest_first(conn, statement, query, CAPPED_AT)


def _few_messages(conn: Connection, wanted: Sequence[ColumnElement[bool]]) -> list[int] | None:
    """The messages of these conversations where they are few, else None."""
    fitting = conversations(wanted)
    some = fitting.add_columns(conversation.c.message_count).limit(_FEW_MESSAGES + 1).subquery()
    if (conn.execute(select(func.sum(some.c.message_count))).scalar_one() or 0) > _FEW_MESSAGES:
        return None
    within = select(message.c.id).where(message.c.conversation.in_(fitting)).limit(2 * _FEW_MESSAGES + 1)
    ids = list(conn.execute(within).scalars())
    return ids if len(ids) <= 2 * _FEW_MESSAGES else None


def _must_verify(conn: Connection, query: SearchQuery) -> bool:
    """Whether the index finds too much: three letters of a part may stand apart from the others."""
    return conn.dialect.name == "sqlite" and any(t.match is Match.PART and len(fold(t.text)) > 3 for t in query.wanted)


def _verified(rows: Iterable[Row], query: SearchQuery) -> Iterator[Row]:
    parts = [fold(term.text) for term in query.wanted if term.match is Match.PART]
    return (row for row in rows if all(_contains(row, part) for part in parts))


def _contains(row: Row, part: str) -> bool:
    """Whether the folded part occurs; mostly it does without folding, which takes ten times longer than looking."""
    _id, _within, body, people = row
    return part in body.lower() or part in people.lower() or part in fold(body) or part in fold(people)


_ROWS = Prepared(
    select(message.c.id, message.c.conversation, message_text.c.body, message_text.c.people)
    .outerjoin(message_text, message_text.c.id == message.c.id)
    .where(any_of(message.c.id))
    .order_by(message.c.id.desc())
)
