"""Tags, views, rules, recorded operations and reminders."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from inbox_app.storage.schema.columns import (
    flag,
    identifier,
    message_reference,
    metadata,
    moment,
    plain_text,
    reference,
    where,
)

tag = Table(
    "tag",
    metadata,
    identifier(),
    Column("name", Text, nullable=False, unique=True),
    plain_text("colour"),
)

conversation_tag = Table(
    "conversation_tag",
    metadata,
    Column("conversation", Text, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", Text, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True),
)

member_tag = Table(
    "member_tag",
    metadata,
    Column("member", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", Text, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True),
)

view = Table(
    "view",
    metadata,
    identifier(),
    Column("name", Text, nullable=False),
    reference("colleague", "colleague.id", nullable=True),
    Column("filter", Text, nullable=False),
    flag("pinned"),
    Column("position", Integer, nullable=False, server_default=text("0")),
)

rule = Table(
    "rule",
    metadata,
    identifier(),
    Column("name", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("actions", Text, nullable=False),
    flag("enabled"),
    flag("stop"),
    Column("position", Integer, nullable=False, server_default=text("0")),
    moment("made_at"),
)

rule_run = Table(
    "rule_run",
    metadata,
    identifier(),
    reference("rule", "rule.id", nullable=True, cascade=False),
    message_reference(index=True),
    Column("operation", Text, ForeignKey("operation.id", ondelete="SET NULL")),
    moment("at"),
)

operation = Table(
    "operation",
    metadata,
    identifier(),
    Column("kind", Text, nullable=False),
    Column("colleague", Text),
    Column("detail", Text, nullable=False),
    moment("at"),
    moment("undone_at", nullable=True),
    Index("ix_operation_at", "at"),
    comment="Everything a person did to the inbox, with what is needed to take it back; only erasing deletes one.",
)

operation_on = Table(
    "operation_on",
    metadata,
    Column("operation", Text, ForeignKey("operation.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation", Text, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True, index=True),
)

reminder = Table(
    "reminder",
    metadata,
    identifier(),
    reference("conversation", "conversation.id", nullable=True, index=True),
    reference("member", "member.id", nullable=True, index=True),
    reference("owner", "colleague.id"),
    plain_text("text"),
    moment("due_at"),
    Column("zone", Text, nullable=False),
    Column("local_time", Text, nullable=False),
    flag("if_no_reply"),
    plain_text("every"),
    moment("made_at"),
    moment("fired_at", nullable=True),
    moment("done_at", nullable=True),
    flag("late"),
    CheckConstraint("(member IS NULL) <> (conversation IS NULL)", name="about_one"),
)
Index(
    "ix_reminder_due",
    reminder.c.due_at,
    info=where("done_at IS NULL"),
)
