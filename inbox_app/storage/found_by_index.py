"""The index of what is kept about conversations and people: notes, tags and the names that colleagues chose.

Triggers keep it, so that it follows in the same transaction whatever changes them: a person, an undo, an erasure, an
import. `found_by` holds the words once more: notes have no number of their own that lasts, which SQLite's full text
needs. PostgreSQL keeps the plain text in a generated column. https://www.sqlite.org/fts5.html#the_trigram_tokenizer
"""

from __future__ import annotations

from sqlalchemy import Connection

_KEPT = (("note", "note", "text"), ("tag", "tag", "name"), ("name", "member", "preferred_name"))
"""What kind of words it is, and the table and the column in which they are written."""

_TRIGGERS = (
    """CREATE TRIGGER TABLE_is_found_by AFTER INSERT ON TABLE WHEN new.COLUMN <> '' BEGIN
        INSERT INTO found_by(kind, about, said) VALUES ('KIND', new.id, new.COLUMN); END""",
    """CREATE TRIGGER TABLE_is_found_again_by AFTER UPDATE OF COLUMN ON TABLE BEGIN
        DELETE FROM found_by WHERE kind = 'KIND' AND about = old.id;
        INSERT INTO found_by(kind, about, said) SELECT 'KIND', new.id, new.COLUMN WHERE new.COLUMN <> ''; END""",
    """CREATE TRIGGER TABLE_is_found_no_more_by AFTER DELETE ON TABLE BEGIN
        DELETE FROM found_by WHERE kind = 'KIND' AND about = old.id; END""",
)


def _named(statement: str, kind: str, table: str, column: str) -> str:
    return statement.replace("KIND", kind).replace("TABLE", table).replace("COLUMN", column)


SQLITE_OBJECTS = (
    """CREATE VIRTUAL TABLE found_by_part USING fts5(
        said, content='found_by', content_rowid='id', tokenize='trigram remove_diacritics 1')""",
    "INSERT INTO found_by_part(found_by_part, rank) VALUES ('secure-delete', 1)",
    """CREATE TRIGGER found_by_made AFTER INSERT ON found_by BEGIN
        INSERT INTO found_by_part(rowid, said) VALUES (new.id, new.said); END""",
    """CREATE TRIGGER found_by_gone AFTER DELETE ON found_by BEGIN
        INSERT INTO found_by_part(found_by_part, rowid, said) VALUES ('delete', old.id, old.said); END""",
    *(_named(statement, *kept) for kept in _KEPT for statement in _TRIGGERS),
)
POSTGRESQL_OBJECTS = (
    "ALTER TABLE found_by ADD COLUMN plain text NOT NULL GENERATED ALWAYS AS (portavoce_plain(said)) STORED",
    "CREATE INDEX ix_found_by_plain ON found_by USING gin (plain gin_trgm_ops)",
    """CREATE FUNCTION portavoce_found_by() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP <> 'INSERT' THEN DELETE FROM found_by WHERE kind = TG_ARGV[0] AND about = old.id; END IF;
        IF TG_OP <> 'DELETE' AND to_jsonb(new) ->> TG_ARGV[1] <> '' THEN
            INSERT INTO found_by(kind, about, said) VALUES (TG_ARGV[0], new.id, to_jsonb(new) ->> TG_ARGV[1]);
        END IF;
        RETURN NULL; END $$""",
    *(
        _named(
            """CREATE TRIGGER TABLE_found_by AFTER INSERT OR DELETE OR UPDATE OF COLUMN ON TABLE
        FOR EACH ROW EXECUTE FUNCTION portavoce_found_by('KIND', 'COLUMN')""",
            *kept,
        )
        for kept in _KEPT
    ),
)


def create(conn: Connection) -> None:
    """Make the index of an empty workspace, after that of the messages, whose plain function it uses."""
    for statement in SQLITE_OBJECTS if conn.dialect.name == "sqlite" else POSTGRESQL_OBJECTS:
        conn.exec_driver_sql(statement)
