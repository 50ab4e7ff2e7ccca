"""Messages, their texts, events, places and attachments."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from inbox_app.storage.schema.columns import (
    WideInteger,
    flag,
    identifier,
    message_reference,
    metadata,
    moment,
    plain_text,
    reference,
    where,
)

message = Table(
    "message",
    metadata,
    Column("id", WideInteger, primary_key=True, autoincrement=False),
    reference("account", "account.id"),
    Column("remote_id", Text),
    reference("thread", "thread.id", index=True),
    reference("conversation", "conversation.id"),
    flag("placed"),
    message_reference("parent", nullable=True, index=True),
    Column("parent_remote_id", Text),
    reference("post", "post.id", nullable=True, cascade=False, index=True),
    reference("author", "handle.id", cascade=True),
    reference("colleague", "colleague.id", nullable=True, cascade=False),
    Column("direction", Text, nullable=False),
    Column("state", Text, nullable=False),
    moment("sent_at"),
    moment("received_at"),
    moment("edited_at", nullable=True),
    moment("deleted_at", nullable=True),
    flag("hidden"),
    flag("context"),
    flag("history"),
    flag("needs_work"),
    flag("needs_reply"),
    flag("dismissed"),
    flag("ours_below"),
    plain_text("title"),
    Column("html", Text),
    plain_text("url"),
    Column("recipients", Text),
    Column("abilities", Text),
    Column("reactions", Text),
    Column("extra", Text),
    Column("raw", Text),
    Column("copy_key", Text),
    plain_text("language"),
    Column("marks", Text),
    UniqueConstraint("account", "remote_id"),
    # Reports, lists and labels count from the indexes alone: rows are wide, and a year of them is much to read.
    Index("ix_message_conversation_id", "conversation", "id", "direction", "context", "state"),
    Index("ix_message_author_id", "author", "id", "direction", "context", "history"),
    Index("ix_message_account_id", "account", "direction", "id", "context", "state"),
    comment="One comment, direct message, mail or review. Its text stands in `message_text`, under the same number.",
)
Index(
    "ix_message_orphan",
    message.c.account,
    message.c.parent_remote_id,
    info=where("parent IS NULL AND parent_remote_id IS NOT NULL"),
)
Index(
    "ix_message_copy",
    message.c.copy_key,
    info=where("copy_key IS NOT NULL"),
)
Index(
    "ix_message_needs_reply",
    message.c.conversation,
    message.c.id,
    info=where("needs_reply"),
)
# Few are gone or hidden: these are counted and found without reading the others.
Index("ix_message_deleted", message.c.account, message.c.remote_id, info=where("deleted_at IS NOT NULL"))
Index("ix_message_hidden", message.c.conversation, message.c.id, info=where("hidden"))

message_copy = Table(
    "message_copy",
    metadata,
    Column("message", WideInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    message_reference("original", index=True),
    comment="Mails that another account of ours got too: `original` is shown and counted, `message` is not.",
)

message_text = Table(
    "message_text",
    metadata,
    Column("id", WideInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    plain_text("people"),
    plain_text("facets"),
    Column("asks", Boolean),
    comment="The content of the full-text index: body, the names on it, and facet words (channel, account).",
)
# `asks`: whether the body is a question. Unknown where an older Portavoce wrote it, until the engine has judged it.
Index("ix_message_text_asks", message_text.c.id, info=where("asks"))
Index("ix_message_text_not_judged", message_text.c.id, info=where("asks IS NULL"))

message_event = Table(
    "message_event",
    metadata,
    identifier(),
    message_reference(index=True),
    Column("kind", Text, nullable=False),
    moment("at"),
    Column("actor", Text),
    Column("before", Text),
    comment="Edits (with the text before), deletions, hides, reactions: history is never overwritten silently.",
)

location = Table(
    "location",
    metadata,
    Column("account", Text, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("validity", WideInteger, primary_key=True),
    Column("uid", WideInteger, primary_key=True),
    message_reference(index=True),
)

attachment = Table(
    "attachment",
    metadata,
    identifier(),
    message_reference(nullable=True, index=True),
    reference("template", "template.id", nullable=True),
    reference("draft", "draft.id", nullable=True),
    Column("remote_id", Text),
    Column("position", Integer, nullable=False, server_default=text("0")),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", WideInteger, nullable=False, server_default=text("0")),
    plain_text("description"),
    plain_text("url"),
    plain_text("content_id"),
    flag("inline"),
    Column("part", Integer),
    Column("blob", Text, index=True),
    UniqueConstraint("message", "remote_id"),
)

blob = Table(
    "blob",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("data", LargeBinary),
    Column("size", WideInteger, nullable=False),
    moment("made_at"),
    comment="Files by content; `data` only on PostgreSQL, beside the database otherwise.",
)

unread = Table(
    "unread",
    metadata,
    Column("colleague", Text, ForeignKey("colleague.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation", Text, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("message", WideInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, index=True),
)
