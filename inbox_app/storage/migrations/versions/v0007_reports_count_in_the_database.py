"""Reports count in the database."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Indexes that reports count from, and whether a text is a question: the engine judges what is here already."""
    op.drop_index("ix_message_author_id", "message")
    op.create_index("ix_message_author_id", "message", ["author", "id", "direction", "context", "history"])
    op.drop_index("ix_message_conversation_id", "message")
    op.create_index("ix_message_conversation_id", "message", ["conversation", "id", "direction", "context", "state"])
    op.create_index("ix_message_account_id", "message", ["account", "direction", "id", "context", "state"])
    op.add_column("message_text", sa.Column("asks", sa.Boolean(), nullable=True))
    _index_some("ix_message_text_asks", "asks")
    _index_some("ix_message_text_not_judged", "asks IS NULL")


def _index_some(name: str, condition: str) -> None:
    which = sa.text(condition)
    op.create_index(name, "message_text", ["id"], sqlite_where=which, postgresql_where=which)
