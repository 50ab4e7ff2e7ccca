"""What goes along is found: deleting many conversations, messages and people looks through no whole table for each."""

from alembic import op

revision = "0010"
down_revision = "0009"
_ASKED = (
    ("draft", "conversation"),
    ("draft", "reply_to"),
    ("outbox", "conversation"),
    ("outbox", "target"),
    ("post", "author"),
    ("presence", "conversation"),
    ("template_use", "member"),
    ("template_use", "message"),
    ("template_use", "post"),
)


def upgrade() -> None:
    """The indexes that each deleted row asks for."""
    for table, column in _ASKED:
        op.create_index(f"ix_{table}_{column}", table, [column])
