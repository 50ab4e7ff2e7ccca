"""A post of ours may ask something: what can be chosen and how many chose it stands beside its text."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """The poll of a post."""
    op.add_column("post", sa.Column("poll", sa.Text()))
