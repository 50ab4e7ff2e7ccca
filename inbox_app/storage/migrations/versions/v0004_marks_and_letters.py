"""Marks of messages, and how an account writes its letters."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Marks of messages, and how an account writes its letters."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quoting", sa.Text(), server_default=sa.text("'below'"), nullable=False))
        batch_op.add_column(sa.Column("formatting", sa.Text(), server_default=sa.text("'auto'"), nullable=False))

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("marks", sa.Text(), nullable=True))
