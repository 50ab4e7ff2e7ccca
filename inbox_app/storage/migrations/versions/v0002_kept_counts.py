"""The sidebar's counts, kept."""

import json
from collections import Counter, defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make and fill the tables of kept counts; the index from which they were counted goes."""
    op.create_table(
        "counted",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_counted_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted")),
        comment="For which keys (JSON) a conversation or an outgoing act is counted in `tally`; none for what is done.",
    )
    op.create_table(
        "tally",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_tally_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_tally")),
        comment="How many conversations or outgoing acts of an account count for a key, such as `state:open`.",
    )
    op.drop_index("ix_conversation_at_work", "conversation")
    _fill(op.get_bind())


_KEYS = """
    WITH at_work AS (
        SELECT id, account, state, hat, assignee FROM conversation
        WHERE state IN ('open', 'waiting', 'snoozed') AND last_message > 0 AND merged_into IS NULL),
    opened AS (SELECT id, account, hat, assignee FROM at_work WHERE state = 'open')
    SELECT id, account, 'state:' || state FROM at_work
    UNION ALL SELECT id, account, 'hat:' || hat FROM opened
    UNION ALL SELECT id, account, 'assignee:' || assignee FROM opened WHERE assignee IS NOT NULL
    UNION ALL SELECT id, account, 'tag:' || tag FROM opened JOIN conversation_tag ON conversation_tag.conversation = id
    UNION ALL SELECT opened.id, account, 'unread:' || colleague.id FROM opened CROSS JOIN colleague
        WHERE EXISTS (SELECT 1 FROM unread WHERE unread.colleague = colleague.id AND unread.conversation = opened.id)
    UNION ALL SELECT id, account, 'outbox:' || state FROM outbox
        WHERE state IN ('queued', 'sending', 'unconfirmed', 'failed')"""
_COUNTED = sa.table("counted", sa.column("id"), sa.column("account"), sa.column("keys"))
_TALLY = sa.table("tally", sa.column("account"), sa.column("key"), sa.column("number"))


def _fill(conn: sa.Connection) -> None:
    """Count once what is counted as it changes from now on."""
    keys: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    tally: Counter[tuple[str, str]] = Counter()
    for one, account, key in conn.exec_driver_sql(_KEYS):
        keys[one, account].append(key)
        tally[account, key] += 1
    counted = [
        {"id": one, "account": account, "keys": json.dumps(sorted(said))} for (one, account), said in keys.items()
    ]
    op.bulk_insert(_COUNTED, counted)
    op.bulk_insert(_TALLY, [{"account": one, "key": key, "number": number} for (one, key), number in tally.items()])
