"""The workspace itself: who works in it, what changed, what is wished for."""

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from inbox_app.storage.schema.columns import WideInteger, flag, identifier, metadata, moment, plain_text, reference

workspace = Table(
    "workspace",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="Facts about this workspace: its id, its name, when it was made, settings that belong to all of the team.",
)

change = Table(
    "change",
    metadata,
    Column("seq", WideInteger, primary_key=True, autoincrement=False),
    moment("at"),
    Column("ids", Text, nullable=False),
    comment="One row a transaction: what it changed, for the other processes. Pruned.",
)

change_counter = Table(
    "change_counter",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("seq", WideInteger, nullable=False),
    comment="The last number given; its row lock orders the commits of several clients.",
)

wish = Table(
    "wish",
    metadata,
    identifier(),
    Column("kind", Text, nullable=False),
    Column("account", Text),
    moment("made_at"),
    moment("taken_at", nullable=True),
    moment("done_at", nullable=True),
    Column("answer", Text),
    comment="What another process asks the engine to do (sync now); it waits for `done_at`.",
)

colleague = Table(
    "colleague",
    metadata,
    identifier(),
    Column("name", Text, nullable=False),
    plain_text("signature"),
    moment("made_at"),
    moment("left_at", nullable=True),
)

presence = Table(
    "presence",
    metadata,
    reference("colleague", "colleague.id"),
    Column("desk", Text, nullable=False),
    reference("conversation", "conversation.id", nullable=True, index=True),
    flag("writing"),
    moment("seen_at"),
    UniqueConstraint("colleague", "desk"),
)
