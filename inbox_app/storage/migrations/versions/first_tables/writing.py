"""The first tables: drafts, templates, the outbox and attachments."""

import sqlalchemy as sa
from alembic import op

from inbox_app.storage.migrations.versions.first_tables import WIDE


def create() -> None:
    """Create these tables and their indexes."""
    _create_draft()
    _create_template()
    _create_template_use()
    _create_outbox()
    _create_attachment()


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("colleague", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("reply_to", WIDE, nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("detail", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("changed_at", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_draft_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["colleague"], ["colleague.id"], name=op.f("fk_draft_colleague"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_draft_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reply_to"], ["message.id"], name=op.f("fk_draft_reply_to"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("colleague", "conversation", name=op.f("uq_draft_colleague_conversation")),
    )


def _create_template() -> None:
    op.create_table(
        "template",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("shortcut", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("keywords", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("language", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("channel", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("variant_of", sa.Text(), nullable=True),
        sa.Column("colleague", sa.Text(), nullable=True),
        sa.Column("hat", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("actions", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("question", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_at", WIDE, nullable=False),
        sa.Column("changed_at", WIDE, nullable=False),
        sa.ForeignKeyConstraint(
            ["colleague"], ["colleague.id"], name=op.f("fk_template_colleague"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_of"], ["template.id"], name=op.f("fk_template_variant_of"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
        sa.UniqueConstraint(
            "name", "language", "channel", "colleague", name=op.f("uq_template_name_language_channel_colleague")
        ),
    )


def _create_template_use() -> None:
    op.create_table(
        "template_use",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("message", WIDE, nullable=True),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("at", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_template_use_member"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_template_use_message"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("fk_template_use_post"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["template"], ["template.id"], name=op.f("fk_template_use_template"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_use")),
    )
    op.create_index(op.f("ix_template_use_template"), "template_use", ["template"], unique=False)


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("message", WIDE, nullable=True),
        sa.Column("target", WIDE, nullable=True),
        sa.Column("colleague", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("frozen", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", WIDE, nullable=False),
        sa.Column("not_before", WIDE, nullable=False),
        sa.Column("retry_at", WIDE, nullable=True),
        sa.Column("first_tried_at", WIDE, nullable=True),
        sa.Column("tried_at", WIDE, nullable=True),
        sa.Column("settled_at", WIDE, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("finish_due", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("finish_attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("fence", WIDE, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_outbox_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_outbox_conversation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_outbox_message"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["target"], ["message.id"], name=op.f("fk_outbox_target"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        comment="Every outgoing act, from decision to receipt. `act` never changes; `frozen` is "
        "set with the first claim.",
    )
    op.create_index(
        "ix_outbox_alive",
        "outbox",
        ["account", "decided_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending', 'unconfirmed') OR finish_due"),
        postgresql_where=sa.text("state IN ('queued', 'sending', 'unconfirmed') OR finish_due"),
    )
    op.create_index(op.f("ix_outbox_message"), "outbox", ["message"], unique=False)
    op.create_index("ix_outbox_remote", "outbox", ["account", "remote_id"], unique=False)


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("message", WIDE, nullable=True),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", WIDE, server_default=sa.text("0"), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("content_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("inline", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name=op.f("fk_attachment_draft"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_attachment_message"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["template"], ["template.id"], name=op.f("fk_attachment_template"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("message", "remote_id", name=op.f("uq_attachment_message_remote_id")),
    )
    op.create_index(op.f("ix_attachment_blob"), "attachment", ["blob"], unique=False)
    op.create_index(op.f("ix_attachment_message"), "attachment", ["message"], unique=False)
