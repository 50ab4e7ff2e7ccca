"""Drafts, templates and the outbox."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint, text

from inbox_app.storage.schema.columns import (
    WideInteger,
    count,
    flag,
    identifier,
    message_reference,
    metadata,
    moment,
    plain_text,
    reference,
    where,
)

draft = Table(
    "draft",
    metadata,
    identifier(),
    reference("colleague", "colleague.id"),
    reference("conversation", "conversation.id", nullable=True, index=True),
    message_reference("reply_to", nullable=True, index=True),
    Column("account", Text, ForeignKey("account.id", ondelete="CASCADE")),
    plain_text("text"),
    plain_text("title"),
    Column("detail", Text, nullable=False, server_default=text("'{}'")),
    moment("changed_at"),
    UniqueConstraint("colleague", "conversation"),
)

template = Table(
    "template",
    metadata,
    identifier(),
    Column("name", Text, nullable=False),
    plain_text("folder"),
    plain_text("shortcut"),
    plain_text("keywords"),
    plain_text("language"),
    plain_text("channel"),
    Column("variant_of", Text, ForeignKey("template.id", ondelete="CASCADE")),
    reference("colleague", "colleague.id", nullable=True),
    Column("hat", Text),
    Column("text", Text, nullable=False),
    plain_text("title"),
    plain_text("actions"),
    flag("question"),
    moment("made_at"),
    moment("changed_at"),
    UniqueConstraint("name", "language", "channel", "colleague"),
)

template_use = Table(
    "template_use",
    metadata,
    identifier(),
    reference("template", "template.id", index=True),
    message_reference(nullable=True, index=True),
    reference("member", "member.id", nullable=True, cascade=False, index=True),
    reference("post", "post.id", nullable=True, cascade=False, index=True),
    moment("at"),
)

outbox = Table(
    "outbox",
    metadata,
    identifier(),
    reference("account", "account.id"),
    reference("conversation", "conversation.id", nullable=True, index=True),
    message_reference(nullable=True, index=True),
    message_reference("target", nullable=True, index=True),
    Column("colleague", Text),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("act", Text, nullable=False),
    Column("frozen", LargeBinary),
    Column("state", Text, nullable=False),
    moment("decided_at"),
    moment("not_before"),
    moment("retry_at", nullable=True),
    moment("first_tried_at", nullable=True),
    moment("tried_at", nullable=True),
    moment("settled_at", nullable=True),
    count("attempts"),
    plain_text("error"),
    plain_text("error_code"),
    Column("remote_id", Text),
    Column("receipt", Text),
    flag("finish_due"),
    count("finish_attempts"),
    Column("claimed_by", Text),
    Column("fence", WideInteger),
    Index("ix_outbox_remote", "account", "remote_id"),
    comment="Every outgoing act, from decision to receipt. `act` never changes; `frozen` is set with the first claim.",
)
Index(
    "ix_outbox_alive",
    outbox.c.account,
    outbox.c.decided_at,
    info=where("state IN ('queued', 'sending', 'unconfirmed') OR finish_due"),
)
