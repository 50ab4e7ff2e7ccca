"""Full text, kept in the same transaction as the text itself.

SQLite: two FTS5 tables over `message_text`, keyed by the message's time-coded id, so that newest first costs no
sorting: `message_word` for words, `message_part` for parts of words (trigrams without positions). No prefix index: it
would make the index a quarter larger and ingest a quarter slower, only to find short beginnings quicker.
PostgreSQL keeps two generated columns in `message_text`. https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, bindparam, column, delete, insert, select, table, text, update

from inbox_app.content.questions import asks
from inbox_app.domain.ids import MessageId
from inbox_app.storage.bulk import Row, insert_rows
from inbox_app.storage.schema import message_text
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class IndexedText:
    """One message as search sees it."""

    id: MessageId
    body: str
    people: str = ""
    """The names and handles on it, and the names of its attachments."""
    facets: str = ""
    """Unchanging words to filter by: see `facet_words`."""


def facet_words(channel: str, account: str) -> str:
    """The facets of every message of one account."""
    return f"{channel} {account}"


SQLITE_OBJECTS = (
    """CREATE VIRTUAL TABLE message_word USING fts5(
        body, people, facets, content='message_text', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE VIRTUAL TABLE message_part USING fts5(
        body, people, content='message_text', content_rowid='id',
        tokenize='trigram remove_diacritics 1', detail=none)""",
    "INSERT INTO message_word(message_word, rank) VALUES ('secure-delete', 1)",
    "INSERT INTO message_part(message_part, rank) VALUES ('secure-delete', 1)",
    # Rows also go when their account goes; nothing of their text may stay in the index. What is not in it must not be
    # taken out of it, or the index breaks; `message_word_docsize` has a row for each text that is.
    """CREATE TRIGGER message_text_gone AFTER DELETE ON message_text
        WHEN EXISTS (SELECT 1 FROM message_word_docsize WHERE id = old.id) BEGIN
        INSERT INTO message_word(message_word, rowid, body, people, facets)
            VALUES ('delete', old.id, old.body, old.people, old.facets);
        INSERT INTO message_part(message_part, rowid, body, people)
            VALUES ('delete', old.id, old.body, old.people);
        END""",
)
POSTGRESQL_OBJECTS = (
    """CREATE FUNCTION portavoce_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, said)) $$""",
    # Signs between words become spaces: the parser would keep addresses and numbers whole, where SQLite divides them.
    # 250,000 letters are what fits into the type for certain.
    """CREATE FUNCTION portavoce_words(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS $$ SELECT to_tsvector('simple'::regconfig,
            regexp_replace(portavoce_plain(left(said, 250000)), '[!-/:-@[-`{-~]+', ' ', 'g')) $$""",
    """ALTER TABLE message_text
        ADD COLUMN plain text NOT NULL GENERATED ALWAYS AS (portavoce_plain(body || ' ' || people)) STORED,
        ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (portavoce_words(people || ' ' || body)) STORED""",
    "CREATE INDEX ix_message_text_words ON message_text USING gin (words) WITH (fastupdate = off)",
    "CREATE INDEX ix_message_text_plain ON message_text USING gin (plain gin_trgm_ops)",
)

_WORD = table("message_word", column("rowid"), column("body"), column("people"), column("facets"))
_PART = table("message_part", column("rowid"), column("body"), column("people"))
_WORDS_IN = text("INSERT INTO message_word(rowid, body, people, facets) VALUES (:id, :body, :people, :facets)")
_PARTS_IN = text("INSERT INTO message_part(rowid, body, people) VALUES (:id, :body, :people)")
_WORDS_OUT = text(
    "INSERT INTO message_word(message_word, rowid, body, people, facets)"
    " VALUES ('delete', :id, :body, :people, :facets)"
)
_PARTS_OUT = text("INSERT INTO message_part(message_part, rowid, body, people) VALUES ('delete', :id, :body, :people)")
_present = select(message_text).where(message_text.c.id.in_(bindparam("ids", expanding=True)))
_change = update(message_text).where(message_text.c.id == bindparam("which"))


def create(conn: Connection) -> None:
    """Make the index of an empty workspace."""
    for statement in SQLITE_OBJECTS if conn.dialect.name == "sqlite" else POSTGRESQL_OBJECTS:
        conn.exec_driver_sql(statement)


def index_texts(tx: Tx, rows: Iterable[IndexedText]) -> None:
    """Write these texts into `message_text` and the index, new ones and changed ones; equal ones cost one read."""
    wanted = {row.id: row for row in rows}
    if not wanted:
        return
    present = _read(tx.conn, list(wanted))
    # Ascending ids are what the index takes quickest.
    new = [row for _, row in sorted(wanted.items()) if row.id not in present]
    changed = [row for _, row in sorted(wanted.items()) if row.id in present and present[row.id] != row]
    if changed:
        _take_out(tx.conn, [present[row.id] for row in changed])
        tx.conn.execute(_change, [_values(row) | {"which": row.id} for row in changed])
    if new:
        tx.conn.execute(insert(message_text), [_values(row) | {"id": row.id} for row in new])
    _put_in(tx.conn, sorted(new + changed, key=lambda row: row.id))


def add_texts(tx: Tx, rows: Sequence[Row]) -> None:
    """Write texts of new messages, in ascending order of ids; the quick way in for many. Rows as of `message_text`."""
    insert_rows(tx.conn, message_text, [{**row, "asks": asks(row["body"])} for row in rows])
    if tx.conn.dialect.name == "sqlite":
        words = [{"rowid": r["id"], "body": r["body"], "people": r["people"], "facets": r["facets"]} for r in rows]
        insert_rows(tx.conn, _WORD, words)
        insert_rows(tx.conn, _PART, [{"rowid": r["id"], "body": r["body"], "people": r["people"]} for r in rows])


def reword(tx: Tx, bodies: Mapping[MessageId, str]) -> None:
    """Give texts that are there another body."""
    present = _read(tx.conn, list(bodies)) if bodies else {}
    index_texts(tx, [replace(row, body=bodies[row.id]) for row in present.values()])


def add_names(tx: Tx, names: Mapping[MessageId, Iterable[str]]) -> None:
    """Find texts that are there by these names too; one by which a text is found already is not added again."""
    present = _read(tx.conn, list(names)) if names else {}
    index_texts(tx, [replace(row, people=_with(row.people, names[row.id])) for row in present.values()])


def _with(people: str, names: Iterable[str]) -> str:
    for name in filter(None, names):
        if f" {name} " not in f" {people} ":
            people = f"{people} {name}".strip()
    return people


def unindex(tx: Tx, ids: Sequence[MessageId]) -> None:
    """Take these texts out of the index and out of `message_text`; nothing of them stays."""
    tx.conn.execute(delete(message_text).where(message_text.c.id.in_(ids)))


def _read(conn: Connection, ids: list[MessageId]) -> dict[MessageId, IndexedText]:
    rows = conn.execute(_present, {"ids": ids})
    return {row.id: IndexedText(row.id, row.body, row.people, row.facets) for row in rows}


def _values(row: IndexedText) -> dict[str, object]:
    return {"body": row.body, "people": row.people, "facets": row.facets, "asks": asks(row.body)}


def _put_in(conn: Connection, rows: list[IndexedText]) -> None:
    if rows and conn.dialect.name == "sqlite":
        values = [asdict(row) for row in rows]
        conn.execute(_WORDS_IN, values)
        conn.execute(_PARTS_IN, values)


def _take_out(conn: Connection, rows: list[IndexedText]) -> None:
    if conn.dialect.name == "sqlite":
        values = [asdict(row) for row in rows]
        conn.execute(_WORDS_OUT, values)
        conn.execute(_PARTS_OUT, values)
