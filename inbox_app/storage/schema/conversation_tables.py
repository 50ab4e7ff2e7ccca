"""Posts, conversations and the threads that make them; what the lists ask for."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from inbox_app.storage.schema.columns import (
    WideInteger,
    count,
    flag,
    identifier,
    metadata,
    moment,
    plain_text,
    reference,
    where,
)

post = Table(
    "post",
    metadata,
    identifier(),
    reference("account", "account.id"),
    Column("remote_id", Text, nullable=False),
    plain_text("title"),
    plain_text("text"),
    plain_text("url"),
    plain_text("picture_url"),
    reference("author", "handle.id", nullable=True, cascade=False, index=True),
    moment("published_at"),
    moment("deleted_at", nullable=True),
    Column("comment_count", Integer),
    Column("reaction_count", Integer),
    Column("poll", Text),
    UniqueConstraint("account", "remote_id"),
)

conversation = Table(
    "conversation",
    metadata,
    identifier(),
    reference("account", "account.id"),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    reference("post", "post.id", nullable=True, cascade=False, index=True),
    plain_text("title"),
    flag("titled"),
    plain_text("snippet"),
    Column("state", Text, nullable=False),
    moment("done_at", nullable=True),
    moment("snoozed_until", nullable=True),
    flag("snooze_regardless"),
    moment("reopened_at", nullable=True),
    Column("hat", Text, nullable=False, server_default=text("'community'")),
    reference("assignee", "colleague.id", nullable=True, cascade=False),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("abilities", Text),
    moment("reply_until", nullable=True),
    flag("every_message"),
    Column("merged_into", Text),
    Column("last_message", WideInteger, nullable=False, server_default=text("0")),
    Column("last_incoming", WideInteger, nullable=False, server_default=text("0")),
    Column("last_outgoing", WideInteger, nullable=False, server_default=text("0")),
    count("message_count"),
    count("needs_reply_count"),
    count("attachment_count"),
    comment="What is shown as one piece of work. `merged_into` leaves a stub, so that old ids still lead there.",
)

thread = Table(
    "thread",
    metadata,
    identifier(),
    reference("account", "account.id"),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    reference("conversation", "conversation.id", index=True),
    Index("ix_thread_key", "account", "kind", "key"),
    comment="What the protocol says belongs together; where its messages are shown is `conversation`.",
)

conversation_account = Table(
    "conversation_account",
    metadata,
    Column("conversation", Text, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("account", Text, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True),
    comment="The further accounts whose threads a conversation shows; nothing where it is its own account's alone.",
)

thread_key = Table(
    "thread_key",
    metadata,
    Column("account", Text, nullable=False, primary_key=True),
    Column("kind", Text, nullable=False, primary_key=True),
    Column("key", Text, nullable=False, primary_key=True),
    reference("thread", "thread.id", index=True),
)

participant = Table(
    "participant",
    metadata,
    Column("conversation", Text, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("handle", Text, ForeignKey("handle.id", ondelete="CASCADE"), primary_key=True, index=True),
    count("message_count"),
)


Index(
    "ix_conversation_last",
    conversation.c.last_message,
    conversation.c.id,
    info=where("merged_into IS NULL"),
)
Index(
    "ix_conversation_state_last",
    conversation.c.state,
    conversation.c.last_message,
    conversation.c.id,
    info=where("merged_into IS NULL"),
)
Index(
    "ix_conversation_assignee_last",
    conversation.c.assignee,
    conversation.c.last_message,
    conversation.c.id,
    info=where("assignee IS NOT NULL"),
)
Index("ix_conversation_account_last", conversation.c.account, conversation.c.last_message, conversation.c.id)
Index(
    "ix_conversation_snoozed",
    conversation.c.snoozed_until,
    info=where("snoozed_until IS NOT NULL"),
)
