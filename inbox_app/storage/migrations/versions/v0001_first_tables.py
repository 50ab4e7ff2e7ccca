"""First tables."""

from inbox_app.storage.migrations.versions.first_tables import (
    accounts,
    conversations,
    messages,
    people,
    search,
    triage,
    workspace,
    writing,
)

revision = "0001"
down_revision = None

_IN_ORDER = (workspace, accounts, people, conversations, messages, writing, triage, search)
"""Each refers only to those before it."""


def upgrade() -> None:
    """Create every table of the first Portavoce."""
    for family in _IN_ORDER:
        family.create()
