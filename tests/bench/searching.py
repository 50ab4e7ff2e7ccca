"""P3: a page of search hits, as a ratio to the raw statement over the full-text index by its row number."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.search_query import parse
from inbox_app.storage import search
from inbox_app.storage.creation import ME
from tests.bench.corpus import Corpus, open_reader
from tests.bench.ratio import Figure, compare

_COMMON = "shop"
_WITH_TEXT = """
    SELECT m.id, m.conversation, t.body FROM message_word w
    JOIN message m ON m.id = w.rowid JOIN message_text t ON t.id = w.rowid
    WHERE message_word MATCH ? ORDER BY w.rowid DESC LIMIT 50"""
_BY_DATE = """
    SELECT m.id, m.conversation, t.body FROM message_word w
    JOIN message m ON m.id = w.rowid JOIN message_text t ON t.id = w.rowid
    WHERE message_word MATCH ? ORDER BY m.sent_at DESC LIMIT 50"""
_PARTS = """
    SELECT m.id, m.conversation, t.body FROM message_part w
    JOIN message m ON m.id = w.rowid JOIN message_text t ON t.id = w.rowid
    WHERE message_part MATCH ? ORDER BY w.rowid DESC LIMIT 50"""


def measure(corpus: Corpus) -> list[Figure]:
    """A common word, a rare one, one with operators, a part of a word; and against sorting by date."""
    with closing(open_reader(corpus)) as conn:
        raw: Any = conn.connection.dbapi_connection
        rare = _rare_word(raw)

        def ask(said: str) -> Callable[[], object]:
            return partial(_first_page, conn, said)

        def by_hand(statement: str, question: str) -> Callable[[], object]:
            return lambda: raw.execute(statement, [question]).fetchall()

        common = by_hand(_WITH_TEXT, f'"{_COMMON}" *')
        facet = f'{{body people}} : "{_COMMON}" * AND facets : "channel3"'
        return [
            compare("P3", "50 hits of a common word / raw", 3.0, ask(_COMMON), common),
            compare("P3", "hits of a rare word / raw", 3.0, ask(rare), by_hand(_WITH_TEXT, f'"{rare}" *')),
            compare(
                "P3", "a common word in one channel / raw", 3.0, ask(f"{_COMMON} channel:channel3"),
                by_hand(_WITH_TEXT, facet),
            ),
            compare("P3", "a part of a word / raw", 3.0, ask("*uand*"), by_hand(_PARTS, '"uan" AND "and"')),
            compare(
                "P3", "a common word / raw, sorted by date", 1 / 50, ask(_COMMON),
                by_hand(_BY_DATE, f'"{_COMMON}" *'),
            ),
            compare("P3", "a common word in open conversations / raw", None, ask(f"{_COMMON} is:open"), common),
        ]  # fmt: skip


def _first_page(conn: Connection, said: str) -> search.Page:
    return search.search(conn, parse(said, datetime.now(UTC)), ColleagueId(ME))


def _rare_word(raw: Any) -> str:
    """The last word of the message in the middle: it is of the long tail."""
    middle = raw.execute("SELECT (min(id) + max(id)) / 2 FROM message_text").fetchone()[0]
    body: str = raw.execute("SELECT body FROM message_text WHERE id >= ? ORDER BY id LIMIT 1", [middle]).fetchone()[0]
    return body.rsplit(maxsplit=1)[-1]
