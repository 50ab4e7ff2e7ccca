"""P4 and P5: pages of the conversation list against a keyset query by hand, the sidebar's counts against full scans."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

from sqlalchemy import Connection

from inbox_app.domain.filters import EVERYTHING, By, Filter, Is
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId
from inbox_app.domain.inbox import Place
from inbox_app.storage import conversations, tallies
from inbox_app.storage.creation import ME
from tests.bench.corpus import Corpus, open_reader
from tests.bench.ratio import Figure, compare

_ME = ColleagueId(ME)
_DEPTH = 75_000
# What a row of the list shows, as one would write it by hand in one statement: the row, its post, who spoke last and
# who else, what is not read, what one is reminded of, its tags.
_BY_HAND = """
    SELECT c.*, p.title, h.name, h.handle, mb.name, mb.preferred_name, l.direction,
        (SELECT count(*) FROM unread u WHERE u.colleague = 'me' AND u.conversation = c.id),
        (SELECT min(due_at) FROM reminder r WHERE r.conversation = c.id AND r.done_at IS NULL),
        (SELECT group_concat(t.name) FROM conversation_tag ct JOIN tag t ON t.id = ct.tag WHERE ct.conversation = c.id),
        (SELECT group_concat(name) FROM (
            SELECT coalesce(nullif(m2.name, ''), h2.name) AS name
            FROM participant pa JOIN handle h2 ON h2.id = pa.handle
            LEFT JOIN member m2 ON m2.id = h2.member WHERE pa.conversation = c.id AND NOT h2.own
            ORDER BY pa.message_count DESC, h2.handle LIMIT 4))
    FROM conversation c LEFT JOIN post p ON p.id = c.post LEFT JOIN message l ON l.id = c.last_message
    LEFT JOIN message i ON i.id = c.last_incoming LEFT JOIN handle h ON h.id = i.author
    LEFT JOIN member mb ON mb.id = h.member
    WHERE c.merged_into IS NULL AND {condition} ORDER BY c.last_message DESC, c.id DESC LIMIT 51"""
_SCANS = (
    "SELECT state, hat, account, assignee, count(*) FROM conversation NOT INDEXED GROUP BY 1, 2, 3, 4",
    "SELECT count(*) FROM unread NOT INDEXED WHERE colleague = 'me'",
    "SELECT state, count(*) FROM outbox NOT INDEXED GROUP BY 1",
)


def measure(corpus: Corpus) -> list[Figure]:
    """The first page of each kind of view, a page far down, and all the counts."""
    with closing(open_reader(corpus)) as conn:
        raw: Any = conn.connection.dbapi_connection
        first = [
            compare("P4", f"first page, {name} / raw", 2.0, partial(_page, conn, chosen), _by_hand(raw, condition))
            for name, chosen, condition in _views(raw)
        ]
        return [*first, _deep(conn, raw), _counts(conn, raw)]


def _views(raw: Any) -> list[tuple[str, Filter, str]]:
    account = raw.execute("SELECT id FROM account ORDER BY position, id LIMIT 1").fetchone()[0]
    in_unread = "c.id IN (SELECT conversation FROM unread WHERE colleague = 'me')"
    return [
        ("everything", EVERYTHING, "true"),
        ("open", Is(By.STATE, ("open",)), "c.state = 'open'"),
        ("one account", Is(By.ACCOUNT, (account,)), f"c.account = '{account}'"),
        ("one channel", Is(By.CHANNEL, ("channel3",)), "c.channel = 'channel3'"),
        ("one kind", Is(By.KIND, ("mail",)), "c.kind = 'mail'"),
        ("with an attachment", Is(By.HAS_ATTACHMENT), "c.attachment_count > 0"),
        ("not read", Is(By.UNREAD), in_unread),
        ("mine", Is(By.MINE), "c.assignee = 'me'"),
        ("a tag nothing has", Is(By.TAG, ("none",)), "c.id IN (SELECT conversation FROM conversation_tag WHERE 0)"),
    ]


def _page(conn: Connection, chosen: Filter, after: Place | None = None) -> object:
    return conversations.page(conn, _ME, chosen, after=after)


def _by_hand(raw: Any, condition: str) -> Callable[[], object]:
    statement = _BY_HAND.format(condition=condition)
    return lambda: raw.execute(statement).fetchall()


def _deep(conn: Connection, raw: Any) -> Figure:
    """A page at row 75,000, or in the middle where there are fewer, against the first."""
    every = raw.execute("SELECT last_message, id FROM conversation ORDER BY 1 DESC, 2 DESC").fetchall()
    depth = min(_DEPTH, len(every) // 2)
    after = Place(MessageId(every[depth][0]), ConversationId(every[depth][1]))
    return compare(
        "P4", f"page at row {depth:,} / first page", 2.0,
        partial(_page, conn, EVERYTHING, after), partial(_page, conn, EVERYTHING),
    )  # fmt: skip


def _counts(conn: Connection, raw: Any) -> Figure:
    def scan() -> None:
        for statement in _SCANS:
            raw.execute(statement).fetchall()

    return compare("P5", "all counts of the sidebar / full scans", 1 / 50, partial(_sidebar, conn), scan)


def _sidebar(conn: Connection) -> object:
    return tallies.sidebar_counts(conn, _ME)
