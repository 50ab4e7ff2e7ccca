"""The first tables: members, their handles and fields."""

import sqlalchemy as sa
from alembic import op

from inbox_app.storage.migrations.versions.first_tables import WIDE


def create() -> None:
    """Create these tables and their indexes."""
    _create_member()
    _create_handle()
    _create_member_link()
    _create_field()
    _create_member_field()
    _create_suppression()


def _create_member() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("preferred_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("address_form", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("language", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("pronouns", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("consent", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("vip", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("first_seen", WIDE, nullable=True),
        sa.Column("last_seen", WIDE, nullable=True),
        sa.Column("message_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )


def _create_handle() -> None:
    op.create_table(
        "handle",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("avatar_url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("profile_url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("is_bot", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("own", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("colleague", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["colleague"], ["colleague.id"], name=op.f("fk_handle_colleague"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_handle_member"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handle")),
        sa.UniqueConstraint("channel", "remote_id", name=op.f("uq_handle_channel_remote_id")),
        comment="One person's name on one channel. `own` ones are ours and never members.",
    )
    op.create_index(op.f("ix_handle_member"), "handle", ["member"], unique=False)


def _create_member_link() -> None:
    op.create_table(
        "member_link",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("from_member", sa.Text(), nullable=True),
        sa.Column("to_member", sa.Text(), nullable=True),
        sa.Column("colleague", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", WIDE, nullable=True),
        sa.Column("made_at", WIDE, nullable=False),
        sa.Column("undone_at", WIDE, nullable=True),
        sa.ForeignKeyConstraint(["handle"], ["handle.id"], name=op.f("fk_member_link_handle"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_link")),
        comment="Every link and unlink ever made, so that each can be taken back.",
    )
    op.create_index(op.f("ix_member_link_handle"), "member_link", ["handle"], unique=False)


def _create_field() -> None:
    op.create_table(
        "field",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("key", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field")),
        sa.UniqueConstraint("name", name=op.f("uq_field_name")),
    )


def _create_member_field() -> None:
    op.create_table(
        "member_field",
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["field"], ["field.id"], name=op.f("fk_member_field_field"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_member_field_member"), ondelete="CASCADE"),
        sa.UniqueConstraint("member", "field", name=op.f("uq_member_field_member_field")),
    )


def _create_suppression() -> None:
    op.create_table(
        "suppression",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_suppression")),
        comment="Keyed digests of erased people's handles, so that no sync brings them back.",
    )
