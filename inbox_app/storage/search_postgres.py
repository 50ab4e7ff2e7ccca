"""A search as a question to PostgreSQL's full text.

https://www.postgresql.org/docs/current/textsearch.html https://www.postgresql.org/docs/current/pgtrgm.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, Text, column, func, literal, not_, select, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from inbox_app.domain.search_query import Match, SearchQuery, Term
from inbox_app.storage.bulk import one_of
from inbox_app.storage.schema import message, message_text
from inbox_app.storage.search_conditions import date_limits, in_such, plain

_words = column("words", TSVECTOR, _selectable=message_text)
_plain = column("plain", Text, _selectable=message_text)


def matching(
    query: SearchQuery,
    rows: list[ColumnElement[bool]],
    about_conversation: Sequence[ColumnElement[bool]],
    few: list[int] | None,
) -> Select[int]:
    """The ids of the messages that match, not yet ordered; `rows` are conditions on `message`."""
    if few is not None:
        rows.append(one_of(message.c.id, few))
    elif about_conversation:
        rows.append(in_such(about_conversation))
    statement = select(message.c.id)
    if query.terms:
        statement = statement.join(message_text, message_text.c.id == message.c.id)
        rows.extend(not_(_holds(term)) if term.excluded else _holds(term) for term in query.terms)
    return statement.where(*rows, *date_limits(query, message.c.id))


def newest_first(conn: Connection, statement: Select[int], query: SearchQuery, few: int) -> Select[int]:
    """Order it the way that suits how many there are.

    Told to order by id, the planner walks all messages from the newest on until it has a page: right for a
    common word, seconds for a rare one. Added to nothing the id keeps it from that.
    """
    if not query.terms:
        return statement.order_by(message.c.id.desc())
    conn.execute(text("SET LOCAL enable_seqscan = off"))
    some = statement.order_by(None).limit(few + 1).subquery()
    is_rare = conn.execute(select(func.count()).select_from(some)).scalar_one() <= few
    return statement.order_by((message.c.id + 0).desc() if is_rare else message.c.id.desc())


def _holds(term: Term) -> ColumnElement[bool]:
    if term.match is Match.PART:
        escaped = term.text.replace("/", "//").replace("%", "/%").replace("_", "/_")
        return _plain.like(literal("%") + plain(escaped) + literal("%"), escape="/")
    words = re.findall(r"[^\W_]+", term.text)
    ending = ":*" if term.match is Match.BEGINNING else ""
    return _words.op("@@", is_comparison=True)(func.to_tsquery(text("'simple'"), plain(" <-> ".join(words) + ending)))
