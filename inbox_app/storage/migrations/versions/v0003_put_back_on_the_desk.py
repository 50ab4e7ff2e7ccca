"""A conversation that was put back on the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A conversation that was put back on the desk."""
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reopened_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
