"""Conversations are found by their notes and tags and by the names that colleagues chose; searches are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KEPT = (("note", "note", "text"), ("tag", "tag", "name"), ("name", "member", "preferred_name"))


def upgrade() -> None:
    """Make the tables and their index, fill them with what there is, and let triggers keep them from then on."""
    _create_tables()
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
    for kept in _KEPT:
        op.get_bind().exec_driver_sql(_named(_FILL, *kept))


def _create_tables() -> None:
    op.create_table(
        "found_by",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_by")),
        sa.UniqueConstraint("kind", "about", name=op.f("uq_found_by_kind_about")),
        comment="Words of notes, tags and chosen names, kept by triggers: their conversations are found by them too.",
    )
    op.create_table(
        "recent_search",
        sa.Column("colleague", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["colleague"], ["colleague.id"], name=op.f("fk_recent_search_colleague"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("colleague", "words", name=op.f("pk_recent_search")),
        comment="What each colleague looked for last.",
    )


_FILL = "INSERT INTO found_by(kind, about, said) SELECT 'KIND', id, COLUMN FROM TABLE WHERE COLUMN <> ''"
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


_SQLITE = (
    """CREATE VIRTUAL TABLE found_by_part USING fts5(
        said, content='found_by', content_rowid='id', tokenize='trigram remove_diacritics 1')""",
    "INSERT INTO found_by_part(found_by_part, rank) VALUES ('secure-delete', 1)",
    """CREATE TRIGGER found_by_made AFTER INSERT ON found_by BEGIN
        INSERT INTO found_by_part(rowid, said) VALUES (new.id, new.said); END""",
    """CREATE TRIGGER found_by_gone AFTER DELETE ON found_by BEGIN
        INSERT INTO found_by_part(found_by_part, rowid, said) VALUES ('delete', old.id, old.said); END""",
    *(_named(statement, *kept) for kept in _KEPT for statement in _TRIGGERS),
)
_POSTGRESQL = (
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
