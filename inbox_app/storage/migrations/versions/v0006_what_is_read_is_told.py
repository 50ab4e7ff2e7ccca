"""Whether an account tells its service what is read here."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Whether an account tells its service what is read here."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tells_read", sa.Boolean(), server_default=sa.true(), nullable=False))
