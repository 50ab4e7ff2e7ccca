"""The searches that SQLite's index answers alone, as fixed questions: words, or parts of words, of some time.

Most searches are such. Nothing is put together for them but the text of the index's own question, so that a rare word
costs hardly more than looking it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, bindparam, func, literal_column, select

from inbox_app.domain.ids import MessageId
from inbox_app.domain.search_query import SearchQuery
from inbox_app.domain.timecode import first_id
from inbox_app.storage.bulk import any_of
from inbox_app.storage.copies import is_shown
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.schema import account, message, message_text
from inbox_app.storage.search_sqlite import PART, WORD, parts_question, words_question

_LATEST = 2**63 - 1
_ALL = -1


class _Fixed(NamedTuple):
    rows: Prepared
    number: Prepared


class Alone(NamedTuple):
    """A search that needs the index only."""

    fixed: _Fixed
    parameters: dict[str, Any]

    def rows(self, conn: Connection, older_than: MessageId | None, most: int) -> Sequence[Sequence[Any]]:
        """The next messages, newest first: id, conversation, body and people."""
        before = self.parameters["before"]
        until = before if older_than is None else min(before, older_than)
        return self.fixed.rows.all(conn, {**self.parameters, "before": until, "most": most})

    def number(self, conn: Connection, most: int | None) -> int:
        """How many there are, counted up to `most`."""
        found: int = self.fixed.number.column(conn, {**self.parameters, "most": _ALL if most is None else most})[0]
        return found


def alone(query: SearchQuery) -> Alone | None:
    """The fixed question for a search, where there is one."""
    operators = query.from_ or query.accounts or query.tags or query.is_ or query.has
    if operators or any(term.excluded for term in query.terms):
        return None
    asked = _question(query)
    if asked is None:
        return None
    fixed, question = asked
    parameters: dict[str, Any] = {
        "question": question,
        "since": 0 if query.after is None else first_id(query.after),
        "before": _LATEST if query.before is None else first_id(query.before),
    }
    if query.channels:
        parameters["channels"] = query.channels
    return Alone(fixed, parameters)


def _question(query: SearchQuery) -> tuple[_Fixed, str] | None:
    words, parts = words_question(query), parts_question(query)
    if parts == "" and words:
        return (_IN_CHANNELS if query.channels else _WORDS), words
    return (_PARTS, parts) if parts and not words else None


def _matching(table: str, key: ColumnElement[int]) -> Select[int]:
    asked = literal_column(table, Text).op("MATCH", is_comparison=True)(bindparam("question", type_=Text))
    return select(key).where(asked, key >= _moment("since"), key < _moment("before"), is_shown(key))


def _moment(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=BigInteger)


def _fixed(ids: Select[int], key: ColumnElement[int]) -> _Fixed:
    most = bindparam("most", type_=BigInteger)
    rows = (
        ids.add_columns(message.c.conversation, message_text.c.body, message_text.c.people)
        .join(message, message.c.id == key)
        .join(message_text, message_text.c.id == key)
    )
    return _Fixed(
        Prepared(rows.order_by(key.desc()).limit(most)),
        Prepared(select(func.count()).select_from(ids.limit(most).subquery())),
    )


_WORDS = _fixed(_matching("message_word", WORD.c.rowid), WORD.c.rowid)
_PARTS = _fixed(_matching("message_part", PART.c.rowid), PART.c.rowid)
# The facets in the index find the channel, but an account might be called as another's channel.
_of_channel = message.alias("of_channel")
_here = select(account.c.id).where(any_of(account.c.channel, "channels"))
_IN_CHANNELS = _fixed(
    _matching("message_word", WORD.c.rowid).where(
        select(_of_channel.c.id).where(_of_channel.c.id == WORD.c.rowid, _of_channel.c.account.in_(_here)).exists()
    ),
    WORD.c.rowid,
)
