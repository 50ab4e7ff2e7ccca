"""The first tables: messages, their texts, events and places."""

import sqlalchemy as sa
from alembic import op

from inbox_app.storage.migrations.versions.first_tables import WIDE


def create() -> None:
    """Create these tables and their indexes."""
    _create_message()
    _create_message_text()
    _create_message_event()
    _create_location()
    _create_blob()
    _create_unread()


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("placed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("parent", WIDE, nullable=True),
        sa.Column("parent_remote_id", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("colleague", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sent_at", WIDE, nullable=False),
        sa.Column("received_at", WIDE, nullable=False),
        sa.Column("edited_at", WIDE, nullable=True),
        sa.Column("deleted_at", WIDE, nullable=True),
        sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("context", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("history", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_work", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_reply", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ours_below", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=True),
        sa.Column("abilities", sa.Text(), nullable=True),
        sa.Column("reactions", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("copy_key", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_message_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author"], ["handle.id"], name=op.f("fk_message_author"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["colleague"], ["colleague.id"], name=op.f("fk_message_colleague"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_message_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent"], ["message.id"], name=op.f("fk_message_parent"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("fk_message_post"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["thread"], ["thread.id"], name=op.f("fk_message_thread"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("account", "remote_id", name=op.f("uq_message_account_remote_id")),
        comment="One comment, direct message, mail or review. Its text stands in `message_text`, "
        "under the same number.",
    )
    op.create_index("ix_message_author_id", "message", ["author", "id"], unique=False)
    op.create_index("ix_message_conversation_id", "message", ["conversation", "id"], unique=False)
    op.create_index(
        "ix_message_copy",
        "message",
        ["copy_key"],
        unique=False,
        sqlite_where=sa.text("copy_key IS NOT NULL"),
        postgresql_where=sa.text("copy_key IS NOT NULL"),
    )
    op.create_index(
        "ix_message_needs_reply",
        "message",
        ["conversation", "id"],
        unique=False,
        sqlite_where=sa.text("needs_reply"),
        postgresql_where=sa.text("needs_reply"),
    )
    op.create_index(
        "ix_message_orphan",
        "message",
        ["account", "parent_remote_id"],
        unique=False,
        sqlite_where=sa.text("parent IS NULL AND parent_remote_id IS NOT NULL"),
        postgresql_where=sa.text("parent IS NULL AND parent_remote_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_message_parent"), "message", ["parent"], unique=False)
    op.create_index(op.f("ix_message_post"), "message", ["post"], unique=False)
    op.create_index(op.f("ix_message_thread"), "message", ["thread"], unique=False)


def _create_message_text() -> None:
    op.create_table(
        "message_text",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("people", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("facets", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["message.id"], name=op.f("fk_message_text_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_text")),
        comment="The content of the full-text index: body, the names on it, and facet words (channel, account).",
    )


def _create_message_event() -> None:
    op.create_table(
        "message_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("message", WIDE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", WIDE, nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_message_event_message"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_event")),
        comment="Edits (with the text before), deletions, hides, reactions: history is never overwritten silently.",
    )
    op.create_index(op.f("ix_message_event_message"), "message_event", ["message"], unique=False)


def _create_location() -> None:
    op.create_table(
        "location",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("validity", WIDE, nullable=False),
        sa.Column("uid", WIDE, nullable=False),
        sa.Column("message", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_location_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_location_message"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account", "folder", "validity", "uid", name=op.f("pk_location")),
    )
    op.create_index(op.f("ix_location_message"), "location", ["message"], unique=False)


def _create_blob() -> None:
    op.create_table(
        "blob",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("size", WIDE, nullable=False),
        sa.Column("made_at", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blob")),
        comment="Files by content; `data` only on PostgreSQL, beside the database otherwise.",
    )


def _create_unread() -> None:
    op.create_table(
        "unread",
        sa.Column("colleague", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("message", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["colleague"], ["colleague.id"], name=op.f("fk_unread_colleague"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_unread_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_unread_message"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("colleague", "conversation", "message", name=op.f("pk_unread")),
    )
    op.create_index(op.f("ix_unread_message"), "unread", ["message"], unique=False)
