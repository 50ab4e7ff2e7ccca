"""The first tables: the objects that full text needs beside them, on each of the two databases."""

from alembic import op

_SQLITE = (
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
_POSTGRESQL = (
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


def create() -> None:
    """Create the index of an empty workspace."""
    connection = op.get_bind()
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
