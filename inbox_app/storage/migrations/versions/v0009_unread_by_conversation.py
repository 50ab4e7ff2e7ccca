"""Unread by conversation: one that is erased takes its marks along without looking through everybody's."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The index that each deleted conversation asks for."""
    op.create_index("ix_unread_conversation", "unread", ["conversation"])
