"""Copies of a mail."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Copies of a mail."""
    op.create_table(
        "conversation_account",
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_conversation_account_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_conversation_account_conversation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation", "account", name=op.f("pk_conversation_account")),
        comment="The further accounts whose threads a conversation shows; nothing where it is its own account's alone.",
    )
    with op.batch_alter_table("conversation_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_account_account"), ["account"], unique=False)

    op.create_table(
        "message_copy",
        sa.Column("message", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("original", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_message_copy_message"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["original"], ["message.id"], name=op.f("fk_message_copy_original"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_message_copy")),
        comment="Mails that another account of ours got too: `original` is shown and counted, `message` is not.",
    )
    with op.batch_alter_table("message_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_copy_original"), ["original"], unique=False)
