"""The first tables: posts, threads, conversations, and what stands on them."""

import sqlalchemy as sa
from alembic import op

from inbox_app.storage.migrations.versions.first_tables import WIDE


def create() -> None:
    """Create these tables and their indexes."""
    _create_post()
    _create_conversation()
    _create_thread()
    _create_thread_key()
    _create_participant()
    _create_note()
    _create_presence()


def _create_post() -> None:
    op.create_table(
        "post",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("picture_url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("published_at", WIDE, nullable=False),
        sa.Column("deleted_at", WIDE, nullable=True),
        sa.Column("comment_count", sa.Integer(), nullable=True),
        sa.Column("reaction_count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_post_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author"], ["handle.id"], name=op.f("fk_post_author"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("account", "remote_id", name=op.f("uq_post_account_remote_id")),
    )


def _create_conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("titled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("snippet", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_at", WIDE, nullable=True),
        sa.Column("snoozed_until", WIDE, nullable=True),
        sa.Column("snooze_regardless", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hat", sa.Text(), server_default=sa.text("'community'"), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("abilities", sa.Text(), nullable=True),
        sa.Column("reply_until", WIDE, nullable=True),
        sa.Column("every_message", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("last_message", WIDE, server_default=sa.text("0"), nullable=False),
        sa.Column("last_incoming", WIDE, server_default=sa.text("0"), nullable=False),
        sa.Column("last_outgoing", WIDE, server_default=sa.text("0"), nullable=False),
        sa.Column("message_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("needs_reply_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attachment_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_conversation_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["assignee"], ["colleague.id"], name=op.f("fk_conversation_assignee"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("fk_conversation_post"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        comment="What is shown as one piece of work. `merged_into` leaves a stub, so that old ids still lead there.",
    )
    op.create_index("ix_conversation_account_last", "conversation", ["account", "last_message", "id"], unique=False)
    op.create_index(
        "ix_conversation_at_work",
        "conversation",
        ["state", "hat", "account", "assignee"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'waiting', 'snoozed')"),
        postgresql_where=sa.text("state IN ('open', 'waiting', 'snoozed')"),
    )
    op.create_index(
        "ix_conversation_assignee_last",
        "conversation",
        ["assignee", "last_message", "id"],
        unique=False,
        sqlite_where=sa.text("assignee IS NOT NULL"),
        postgresql_where=sa.text("assignee IS NOT NULL"),
    )
    op.create_index(
        "ix_conversation_last",
        "conversation",
        ["last_message", "id"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NULL"),
        postgresql_where=sa.text("merged_into IS NULL"),
    )
    op.create_index(op.f("ix_conversation_post"), "conversation", ["post"], unique=False)
    op.create_index(
        "ix_conversation_snoozed",
        "conversation",
        ["snoozed_until"],
        unique=False,
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.create_index(
        "ix_conversation_state_last",
        "conversation",
        ["state", "last_message", "id"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NULL"),
        postgresql_where=sa.text("merged_into IS NULL"),
    )


def _create_thread() -> None:
    op.create_table(
        "thread",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_thread_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_thread_conversation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        comment="What the protocol says belongs together; where its messages are shown is `conversation`.",
    )
    op.create_index(op.f("ix_thread_conversation"), "thread", ["conversation"], unique=False)
    op.create_index("ix_thread_key", "thread", ["account", "kind", "key"], unique=False)


def _create_thread_key() -> None:
    op.create_table(
        "thread_key",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["thread"], ["thread.id"], name=op.f("fk_thread_key_thread"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account", "kind", "key", name=op.f("pk_thread_key")),
    )
    op.create_index(op.f("ix_thread_key_thread"), "thread_key", ["thread"], unique=False)


def _create_participant() -> None:
    op.create_table(
        "participant",
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("message_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_participant_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["handle"], ["handle.id"], name=op.f("fk_participant_handle"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation", "handle", name=op.f("pk_participant")),
    )
    op.create_index(op.f("ix_participant_handle"), "participant", ["handle"], unique=False)


def _create_note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_at", WIDE, nullable=False),
        sa.Column("changed_at", WIDE, nullable=True),
        sa.CheckConstraint("(member IS NULL) <> (conversation IS NULL)", name=op.f("ck_note_about_one")),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_note_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_note_member"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_conversation"), "note", ["conversation"], unique=False)
    op.create_index(op.f("ix_note_member"), "note", ["member"], unique=False)


def _create_presence() -> None:
    op.create_table(
        "presence",
        sa.Column("colleague", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("writing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("seen_at", WIDE, nullable=False),
        sa.ForeignKeyConstraint(
            ["colleague"], ["colleague.id"], name=op.f("fk_presence_colleague"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_presence_conversation"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("colleague", "desk", name=op.f("uq_presence_colleague_desk")),
    )
