"""Accounts, their secrets, and what is known of what the service holds."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, Text, UniqueConstraint, text, true

from inbox_app.storage.schema.columns import WideInteger, flag, identifier, metadata, moment, plain_text, reference

account = Table(
    "account",
    metadata,
    identifier(),
    Column("channel", Text, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("handle", Text, nullable=False),
    plain_text("name"),
    Column("handles", Text, nullable=False, server_default=text("'[]'")),
    Column("settings", Text, nullable=False, server_default=text("'{}'")),
    Column("abilities", Text, nullable=False, server_default=text("'{}'")),
    Column("state", Text, nullable=False),
    Column("hat", Text, nullable=False, server_default=text("'community'")),
    plain_text("signature"),
    plain_text("error"),
    plain_text("error_code"),
    Column("cursor", Text),
    Column("older_cursor", Text),
    flag("older_done"),
    moment("history_since", nullable=True),
    moment("made_at"),
    moment("last_success", nullable=True),
    moment("next_poll", nullable=True),
    Column("position", Integer, nullable=False, server_default=text("0")),
    Column("quoting", Text, nullable=False, server_default=text("'below'")),
    Column("formatting", Text, nullable=False, server_default=text("'auto'")),
    Column("tells_read", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("channel", "remote_id"),
)

secret = Table(
    "secret",
    metadata,
    reference("account", "account.id"),
    Column("colleague", Text, nullable=False, server_default=text("''")),
    Column("name", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    moment("changed_at"),
    UniqueConstraint("account", "colleague", "name"),
    comment="Encrypted with the workspace's key; a colleague's name where it is wrapped for one desk only.",
)

lease = Table(
    "lease",
    metadata,
    reference("account", "account.id"),
    Column("desk", Text, nullable=False),
    Column("fence", WideInteger, nullable=False),
    moment("until"),
    UniqueConstraint("account"),
)

budget = Table(
    "budget",
    metadata,
    reference("account", "account.id"),
    Column("name", Text, nullable=False),
    Column("left", Integer),
    Column("total", Integer),
    moment("resets_at", nullable=True),
    moment("not_before", nullable=True),
    UniqueConstraint("account", "name"),
    comment="Rate limits as the service told them; they survive a restart.",
)

gap = Table(
    "gap",
    metadata,
    reference("account", "account.id"),
    Column("name", Text, nullable=False),
    moment("since", nullable=True),
    moment("until", nullable=True),
    flag("can_close"),
    plain_text("reason"),
    moment("found_at"),
    moment("closed_at", nullable=True),
    UniqueConstraint("account", "name"),
)

remote_count = Table(
    "remote_count",
    metadata,
    reference("account", "account.id"),
    Column("place", Text, nullable=False),
    Column("messages", Integer, nullable=False),
    moment("counted_at"),
    UniqueConstraint("account", "place"),
)
