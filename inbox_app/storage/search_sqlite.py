"""A search as a question to SQLite's full-text tables."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, Select, Text, column, literal_column, select, table, true

from inbox_app.domain.search_query import Match, SearchQuery, Term, fold
from inbox_app.storage.bulk import one_of
from inbox_app.storage.schema import message, message_text
from inbox_app.storage.search_conditions import date_limits, holds, in_such

WORD = table("message_word", column("rowid", Integer))
PART = table("message_part", column("rowid", Integer))
_TRIGRAM = 3


def matching(
    query: SearchQuery,
    rows: list[ColumnElement[bool]],
    about_conversation: Sequence[ColumnElement[bool]],
    few: list[int] | None,
) -> Select[int]:
    """The ids of the messages that match, not yet ordered; parts of words still to be verified.

    `rows` are conditions on `message`.
    """
    statement, key = _from_index(query)
    if few is not None and key is message.c.id:
        rows = [*rows, one_of(key, few)]
    elif few is not None:
        # Added to nothing: else the index is asked the whole question again for each of the few.
        statement = statement.where(one_of(key + 0, few))
    elif about_conversation:
        rows = [*rows, in_such(about_conversation)]
    if rows and key is not message.c.id:
        # Asked of each row that the index gives, in its order; a join might begin at the other end.
        rows = [select(message.c.id).where(message.c.id == key, *rows).exists()]
    excluded = [key.not_in(_containing(term)) for term in query.terms if term.excluded]
    return statement.where(*rows, *excluded, *date_limits(query, key))


def _from_index(query: SearchQuery) -> tuple[Select[int], ColumnElement[int]]:
    words = words_question(query)
    parts = [term for term in query.wanted if term.match is Match.PART]
    short = [part for part in parts if not _is_long(part)]
    if words:
        key: ColumnElement[int] = WORD.c.rowid
        statement = select(key).where(_matches("message_word", words))
        long = [key.in_(_containing(part)) for part in parts if _is_long(part)]
        return statement.where(*long, *_short_parts(short, key)), key
    if trigrams := " AND ".join(_trigrams(part) for part in parts if _is_long(part)):
        key = PART.c.rowid
        statement = select(key).where(_matches("message_part", trigrams))
        return statement.where(*_short_parts(short, key)), key
    key = message.c.id
    return select(key).where(true(), *_short_parts(short, key)), key


def words_question(query: SearchQuery) -> str:
    """The index's own language: https://www.sqlite.org/fts5.html#full_text_query_syntax"""
    questions = [f"{{body people}} : {_said(term)}" for term in query.wanted if term.match is not Match.PART]
    if query.channels:
        questions.append("facets : (" + " OR ".join(_quoted(channel) for channel in query.channels) + ")")
    return " AND ".join(f"({question})" for question in questions)


def parts_question(query: SearchQuery) -> str | None:
    """What the index of parts is asked; empty where no part is wanted, None where a part is too short for it."""
    parts = [term for term in query.wanted if term.match is Match.PART]
    return " AND ".join(_trigrams(part) for part in parts) if all(_is_long(part) for part in parts) else None


def _containing(term: Term) -> Select[int]:
    """The rows that contain one term."""
    if term.match is not Match.PART:
        said = f"{{body people}} : {_said(term)}"
        return select(WORD.c.rowid).where(_matches("message_word", said))
    if _is_long(term) and (len(fold(term.text)) == _TRIGRAM or not term.excluded):
        said = _trigrams(term)
        return select(PART.c.rowid).where(_matches("message_part", said))
    return select(message_text.c.id).where(holds(message_text.c.body + " " + message_text.c.people, term.text))


def _short_parts(parts: list[Term], key: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """One or two letters no index helps with: asked of each row in order, so that a page ends early."""
    text = message_text.c.body + " " + message_text.c.people
    row = select(message_text.c.id).where(message_text.c.id == key)
    return [row.where(holds(text, part.text)).correlate_except(message_text).exists() for part in parts]


def _matches(index: str, question: str) -> ColumnElement[bool]:
    return literal_column(index, Text).op("MATCH", is_comparison=True)(question)


def _said(term: Term) -> str:
    return _quoted(term.text) + (" *" if term.match is Match.BEGINNING else "")


def _quoted(said: str) -> str:
    return '"' + said.replace('"', '""') + '"'


def _is_long(term: Term) -> bool:
    return len(fold(term.text)) >= _TRIGRAM


def _trigrams(term: Term) -> str:
    letters = fold(term.text)
    pieces = {letters[i : i + _TRIGRAM]: None for i in range(len(letters) - _TRIGRAM + 1)}
    return " AND ".join(_quoted(piece) for piece in pieces)
