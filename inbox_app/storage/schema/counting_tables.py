"""Counts that are kept, so that nobody waits for counting: what the sidebar shows."""

from sqlalchemy import Column, ForeignKey, Table, Text

from inbox_app.storage.schema.columns import count, identifier, metadata, reference

tally = Table(
    "tally",
    metadata,
    Column("account", Text, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    count("number"),
    comment="How many conversations or outgoing acts of an account count for a key, such as `state:open`.",
)

counted = Table(
    "counted",
    metadata,
    identifier(),
    reference("account", "account.id"),
    Column("keys", Text, nullable=False),
    comment="For which keys (JSON) a conversation or an outgoing act is counted in `tally`; none for what is done.",
)
