"""A note may say how and when somebody was met: it stands in their timeline at that moment."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """How and when somebody was met."""
    op.add_column("note", sa.Column("encounter", sa.Text()))
    op.add_column("note", sa.Column("happened_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
