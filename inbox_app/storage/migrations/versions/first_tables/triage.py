"""The first tables: tags, views, rules, operations and reminders."""

import sqlalchemy as sa
from alembic import op

from inbox_app.storage.migrations.versions.first_tables import WIDE


def create() -> None:
    """Create these tables and their indexes."""
    _create_tag()
    _create_conversation_tag()
    _create_member_tag()
    _create_view()
    _create_rule()
    _create_operation()
    _create_operation_on()
    _create_rule_run()
    _create_reminder()


def _create_tag() -> None:
    op.create_table(
        "tag",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )


def _create_conversation_tag() -> None:
    op.create_table(
        "conversation_tag",
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_conversation_tag_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag"], ["tag.id"], name=op.f("fk_conversation_tag_tag"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation", "tag", name=op.f("pk_conversation_tag")),
    )
    op.create_index(op.f("ix_conversation_tag_tag"), "conversation_tag", ["tag"], unique=False)


def _create_member_tag() -> None:
    op.create_table(
        "member_tag",
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_member_tag_member"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag"], ["tag.id"], name=op.f("fk_member_tag_tag"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member", "tag", name=op.f("pk_member_tag")),
    )
    op.create_index(op.f("ix_member_tag_tag"), "member_tag", ["tag"], unique=False)


def _create_view() -> None:
    op.create_table(
        "view",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("colleague", sa.Text(), nullable=True),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["colleague"], ["colleague.id"], name=op.f("fk_view_colleague"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view")),
    )


def _create_rule() -> None:
    op.create_table(
        "rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("stop", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
    )


def _create_operation() -> None:
    op.create_table(
        "operation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("colleague", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", WIDE, nullable=False),
        sa.Column("undone_at", WIDE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        comment="Everything a person did to the inbox, with what is needed to take it back; only erasing deletes one.",
    )
    op.create_index("ix_operation_at", "operation", ["at"], unique=False)


def _create_operation_on() -> None:
    op.create_table(
        "operation_on",
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_operation_on_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_operation_on_operation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("operation", "conversation", name=op.f("pk_operation_on")),
    )
    op.create_index(op.f("ix_operation_on_conversation"), "operation_on", ["conversation"], unique=False)


def _create_rule_run() -> None:
    op.create_table(
        "rule_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("message", WIDE, nullable=False),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column("at", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_rule_run_message"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_rule_run_operation"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["rule"], ["rule.id"], name=op.f("fk_rule_run_rule"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_run")),
    )
    op.create_index(op.f("ix_rule_run_message"), "rule_run", ["message"], unique=False)


def _create_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("due_at", WIDE, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("local_time", sa.Text(), nullable=False),
        sa.Column("if_no_reply", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("every", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_at", WIDE, nullable=False),
        sa.Column("fired_at", WIDE, nullable=True),
        sa.Column("done_at", WIDE, nullable=True),
        sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("(member IS NULL) <> (conversation IS NULL)", name=op.f("ck_reminder_about_one")),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_reminder_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_reminder_member"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner"], ["colleague.id"], name=op.f("fk_reminder_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index(op.f("ix_reminder_conversation"), "reminder", ["conversation"], unique=False)
    op.create_index(
        "ix_reminder_due",
        "reminder",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(op.f("ix_reminder_member"), "reminder", ["member"], unique=False)
