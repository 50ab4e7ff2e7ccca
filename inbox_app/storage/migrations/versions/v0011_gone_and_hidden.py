"""What is deleted or hidden is few: an index of its own finds and counts it without reading the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """The ledger counts by the first, the view of what is hidden is filled by the second."""
    for name, columns, which in (
        ("ix_message_deleted", ["account", "remote_id"], "deleted_at IS NOT NULL"),
        ("ix_message_hidden", ["conversation", "id"], "hidden"),
    ):
        only = sa.text(which)
        op.create_index(name, "message", columns, sqlite_where=only, postgresql_where=only)
