"""The tables, once for SQLite and PostgreSQL.

Times are milliseconds since 1970 in UTC (`inbox_app.domain.timecode`). Message ids are time-coded integers: their order
is the order of dates, so pages and full text need no other key. All other ids are random text. Tables that one
person of a team has to herself carry `colleague`; in a single-person workspace there is one colleague, `me`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a table's row number of exactly `INTEGER PRIMARY KEY`; PostgreSQL needs the wide type.
WideInteger = BigInteger().with_variant(Integer(), "sqlite")


def _id(name: str = "id") -> Column[str]:
    return Column(name, Text, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False, cascade: bool = True, index: bool = False) -> Column[str]:
    on_delete = "CASCADE" if cascade else "SET NULL"
    return Column(name, Text, ForeignKey(target, ondelete=on_delete), nullable=nullable, index=index)


def _message_ref(name: str = "message", *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(
        name,
        WideInteger,
        ForeignKey("message.id", ondelete="SET NULL" if nullable else "CASCADE"),
        nullable=nullable,
        index=index,
    )


def _time(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, WideInteger, nullable=nullable)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


# --- the workspace itself -------------------------------------------------------------------------------------------

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
    _time("at"),
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
    _id(),
    Column("kind", Text, nullable=False),
    Column("account", Text),
    _time("made_at"),
    _time("taken_at", nullable=True),
    _time("done_at", nullable=True),
    Column("answer", Text),
    comment="What another process asks the engine to do (sync now); it waits for `done_at`.",
)

colleague = Table(
    "colleague",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    _text("signature"),
    _time("made_at"),
    _time("left_at", nullable=True),
)

presence = Table(
    "presence",
    metadata,
    _ref("colleague", "colleague.id"),
    Column("desk", Text, nullable=False),
    _ref("conversation", "conversation.id", nullable=True),
    _flag("writing"),
    _time("seen_at"),
    UniqueConstraint("colleague", "desk"),
)

# --- accounts -------------------------------------------------------------------------------------------------------

account = Table(
    "account",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("handle", Text, nullable=False),
    _text("name"),
    Column("handles", Text, nullable=False, server_default=text("'[]'")),
    Column("settings", Text, nullable=False, server_default=text("'{}'")),
    Column("abilities", Text, nullable=False, server_default=text("'{}'")),
    Column("state", Text, nullable=False),
    Column("hat", Text, nullable=False, server_default=text("'community'")),
    _text("signature"),
    _text("error"),
    _text("error_code"),
    Column("cursor", Text),
    Column("older_cursor", Text),
    _flag("older_done"),
    _time("history_since", nullable=True),
    _time("made_at"),
    _time("last_success", nullable=True),
    _time("next_poll", nullable=True),
    Column("position", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("channel", "remote_id"),
)

secret = Table(
    "secret",
    metadata,
    _ref("account", "account.id"),
    Column("colleague", Text, nullable=False, server_default=text("''")),
    Column("name", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    _time("changed_at"),
    UniqueConstraint("account", "colleague", "name"),
    comment="Encrypted with the workspace's key; a colleague's name where it is wrapped for one desk only.",
)

lease = Table(
    "lease",
    metadata,
    _ref("account", "account.id"),
    Column("desk", Text, nullable=False),
    Column("fence", WideInteger, nullable=False),
    _time("until"),
    UniqueConstraint("account"),
)

budget = Table(
    "budget",
    metadata,
    _ref("account", "account.id"),
    Column("name", Text, nullable=False),
    Column("left", Integer),
    Column("total", Integer),
    _time("resets_at", nullable=True),
    _time("not_before", nullable=True),
    UniqueConstraint("account", "name"),
    comment="Rate limits as the service told them; they survive a restart.",
)

gap = Table(
    "gap",
    metadata,
    _ref("account", "account.id"),
    Column("name", Text, nullable=False),
    _time("since", nullable=True),
    _time("until", nullable=True),
    _flag("can_close"),
    _text("reason"),
    _time("found_at"),
    _time("closed_at", nullable=True),
    UniqueConstraint("account", "name"),
)

remote_count = Table(
    "remote_count",
    metadata,
    _ref("account", "account.id"),
    Column("place", Text, nullable=False),
    Column("messages", Integer, nullable=False),
    _time("counted_at"),
    UniqueConstraint("account", "place"),
)

# --- people ---------------------------------------------------------------------------------------------------------

member = Table(
    "member",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    _text("preferred_name"),
    _text("address_form"),
    _text("language"),
    _text("pronouns"),
    _text("consent"),
    _flag("blocked"),
    _flag("vip"),
    _time("first_seen", nullable=True),
    _time("last_seen", nullable=True),
    _count("message_count"),
)

handle = Table(
    "handle",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("handle", Text, nullable=False),
    _text("name"),
    _text("avatar_url"),
    _text("profile_url"),
    _flag("is_bot"),
    _ref("member", "member.id", nullable=True, cascade=False, index=True),
    _flag("own"),
    _ref("colleague", "colleague.id", nullable=True, cascade=False),
    UniqueConstraint("channel", "remote_id"),
    comment="One person's name on one channel. `own` ones are ours and never members.",
)

member_link = Table(
    "member_link",
    metadata,
    _id(),
    _ref("handle", "handle.id", index=True),
    Column("from_member", Text),
    Column("to_member", Text),
    Column("colleague", Text),
    Column("reason", Text, nullable=False),
    _time("since", nullable=True),
    _time("made_at"),
    _time("undone_at", nullable=True),
    comment="Every link and unlink ever made, so that each can be taken back.",
)

field = Table(
    "field",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    _flag("key"),
    Column("position", Integer, nullable=False, server_default=text("0")),
)

member_field = Table(
    "member_field",
    metadata,
    _ref("member", "member.id"),
    _ref("field", "field.id"),
    Column("value", Text, nullable=False),
    UniqueConstraint("member", "field"),
)

note = Table(
    "note",
    metadata,
    _id(),
    _ref("member", "member.id", nullable=True, index=True),
    _ref("conversation", "conversation.id", nullable=True, index=True),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    _flag("pinned"),
    _time("made_at"),
    _time("changed_at", nullable=True),
    CheckConstraint("(member IS NULL) <> (conversation IS NULL)", name="about_one"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    _time("made_at"),
    comment="Keyed digests of erased people's handles, so that no sync brings them back.",
)

# --- posts, threads, conversations ----------------------------------------------------------------------------------

post = Table(
    "post",
    metadata,
    _id(),
    _ref("account", "account.id"),
    Column("remote_id", Text, nullable=False),
    _text("title"),
    _text("text"),
    _text("url"),
    _text("picture_url"),
    _ref("author", "handle.id", nullable=True, cascade=False),
    _time("published_at"),
    _time("deleted_at", nullable=True),
    Column("comment_count", Integer),
    Column("reaction_count", Integer),
    UniqueConstraint("account", "remote_id"),
)

conversation = Table(
    "conversation",
    metadata,
    _id(),
    _ref("account", "account.id"),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _ref("post", "post.id", nullable=True, cascade=False, index=True),
    _text("title"),
    _text("snippet"),
    Column("state", Text, nullable=False),
    _time("done_at", nullable=True),
    _time("snoozed_until", nullable=True),
    _flag("snooze_regardless"),
    Column("hat", Text, nullable=False, server_default=text("'community'")),
    _ref("assignee", "colleague.id", nullable=True, cascade=False),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("abilities", Text),
    _time("reply_until", nullable=True),
    _flag("every_message"),
    Column("merged_into", Text),
    Column("last_message", WideInteger, nullable=False, server_default=text("0")),
    Column("last_incoming", WideInteger, nullable=False, server_default=text("0")),
    Column("last_outgoing", WideInteger, nullable=False, server_default=text("0")),
    _count("message_count"),
    _count("needs_reply_count"),
    _count("attachment_count"),
    comment="What is shown as one piece of work. `merged_into` leaves a stub, so that old ids still lead there.",
)

thread = Table(
    "thread",
    metadata,
    _id(),
    _ref("account", "account.id"),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    _ref("conversation", "conversation.id", index=True),
    Index("ix_thread_key", "account", "kind", "key"),
    comment="What the protocol says belongs together; where its messages are shown is `conversation`.",
)

thread_key = Table(
    "thread_key",
    metadata,
    Column("account", Text, nullable=False, primary_key=True),
    Column("kind", Text, nullable=False, primary_key=True),
    Column("key", Text, nullable=False, primary_key=True),
    _ref("thread", "thread.id", index=True),
)

participant = Table(
    "participant",
    metadata,
    Column("conversation", Text, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("handle", Text, ForeignKey("handle.id", ondelete="CASCADE"), primary_key=True, index=True),
    _count("message_count"),
)

# --- messages -------------------------------------------------------------------------------------------------------

message = Table(
    "message",
    metadata,
    Column("id", WideInteger, primary_key=True, autoincrement=False),
    _ref("account", "account.id"),
    Column("remote_id", Text),
    _ref("thread", "thread.id", index=True),
    _ref("conversation", "conversation.id"),
    _flag("placed"),
    _message_ref("parent", nullable=True, index=True),
    Column("parent_remote_id", Text),
    _ref("post", "post.id", nullable=True, cascade=False, index=True),
    _ref("author", "handle.id", cascade=True),
    _ref("colleague", "colleague.id", nullable=True, cascade=False),
    Column("direction", Text, nullable=False),
    Column("state", Text, nullable=False),
    _time("sent_at"),
    _time("received_at"),
    _time("edited_at", nullable=True),
    _time("deleted_at", nullable=True),
    _flag("hidden"),
    _flag("context"),
    _flag("needs_work"),
    _flag("needs_reply"),
    _flag("dismissed"),
    _flag("ours_below"),
    _text("title"),
    Column("html", Text),
    _text("url"),
    Column("recipients", Text),
    Column("abilities", Text),
    Column("reactions", Text),
    Column("extra", Text),
    Column("raw", Text),
    Column("copy_key", Text),
    _text("language"),
    UniqueConstraint("account", "remote_id"),
    Index("ix_message_conversation_id", "conversation", "id"),
    Index("ix_message_author_id", "author", "id"),
    comment="One comment, direct message, mail or review. Its text stands in `message_text`, under the same number.",
)
Index(
    "ix_message_orphan",
    message.c.account,
    message.c.parent_remote_id,
    sqlite_where=text("parent IS NULL AND parent_remote_id IS NOT NULL"),
    postgresql_where=text("parent IS NULL AND parent_remote_id IS NOT NULL"),
)
Index(
    "ix_message_copy",
    message.c.copy_key,
    sqlite_where=text("copy_key IS NOT NULL"),
    postgresql_where=text("copy_key IS NOT NULL"),
)
Index(
    "ix_message_needs_reply",
    message.c.conversation,
    message.c.id,
    sqlite_where=text("needs_reply"),
    postgresql_where=text("needs_reply"),
)

message_text = Table(
    "message_text",
    metadata,
    Column("id", WideInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    _text("people"),
    _text("facets"),
    comment="The content of the full-text index: body, the names on it, and facet words (channel, account).",
)

message_event = Table(
    "message_event",
    metadata,
    _id(),
    _message_ref(index=True),
    Column("kind", Text, nullable=False),
    _time("at"),
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
    _message_ref(index=True),
)

attachment = Table(
    "attachment",
    metadata,
    _id(),
    _message_ref(nullable=True, index=True),
    _ref("template", "template.id", nullable=True),
    _ref("draft", "draft.id", nullable=True),
    Column("remote_id", Text),
    Column("position", Integer, nullable=False, server_default=text("0")),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", WideInteger, nullable=False, server_default=text("0")),
    _text("description"),
    _text("url"),
    _text("content_id"),
    _flag("inline"),
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
    _time("made_at"),
    comment="Files by content; `data` only on PostgreSQL, beside the database otherwise.",
)

unread = Table(
    "unread",
    metadata,
    Column("colleague", Text, ForeignKey("colleague.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation", Text, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("message", WideInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# --- triage ---------------------------------------------------------------------------------------------------------

tag = Table(
    "tag",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    _text("colour"),
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
    _id(),
    Column("name", Text, nullable=False),
    _ref("colleague", "colleague.id", nullable=True),
    Column("filter", Text, nullable=False),
    _flag("pinned"),
    Column("position", Integer, nullable=False, server_default=text("0")),
)

rule = Table(
    "rule",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("actions", Text, nullable=False),
    _flag("enabled"),
    _flag("stop"),
    Column("position", Integer, nullable=False, server_default=text("0")),
    _time("made_at"),
)

rule_run = Table(
    "rule_run",
    metadata,
    _id(),
    _ref("rule", "rule.id", nullable=True, cascade=False),
    _message_ref(index=True),
    Column("operation", Text, ForeignKey("operation.id", ondelete="SET NULL")),
    _time("at"),
)

operation = Table(
    "operation",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("colleague", Text),
    Column("detail", Text, nullable=False),
    _time("at"),
    _time("undone_at", nullable=True),
    Index("ix_operation_at", "at"),
    comment="Everything a person did to the inbox, with what is needed to take it back; never deleted.",
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
    _id(),
    _ref("conversation", "conversation.id", nullable=True, index=True),
    _ref("member", "member.id", nullable=True, index=True),
    _ref("owner", "colleague.id"),
    _text("text"),
    _time("due_at"),
    Column("zone", Text, nullable=False),
    Column("local_time", Text, nullable=False),
    _flag("if_no_reply"),
    _text("every"),
    _time("made_at"),
    _time("fired_at", nullable=True),
    _time("done_at", nullable=True),
    _flag("late"),
    CheckConstraint("(member IS NULL) <> (conversation IS NULL)", name="about_one"),
)
Index(
    "ix_reminder_due",
    reminder.c.due_at,
    sqlite_where=text("done_at IS NULL"),
    postgresql_where=text("done_at IS NULL"),
)

# --- writing --------------------------------------------------------------------------------------------------------

draft = Table(
    "draft",
    metadata,
    _id(),
    _ref("colleague", "colleague.id"),
    _ref("conversation", "conversation.id", nullable=True),
    _message_ref("reply_to", nullable=True),
    Column("account", Text, ForeignKey("account.id", ondelete="CASCADE")),
    _text("text"),
    _text("title"),
    Column("detail", Text, nullable=False, server_default=text("'{}'")),
    _time("changed_at"),
    UniqueConstraint("colleague", "conversation"),
)

template = Table(
    "template",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    _text("folder"),
    _text("shortcut"),
    _text("keywords"),
    _text("language"),
    _text("channel"),
    Column("variant_of", Text, ForeignKey("template.id", ondelete="CASCADE")),
    _ref("colleague", "colleague.id", nullable=True),
    Column("hat", Text),
    Column("text", Text, nullable=False),
    _text("title"),
    _text("actions"),
    _flag("question"),
    _time("made_at"),
    _time("changed_at"),
    UniqueConstraint("name", "language", "channel", "colleague"),
)

template_use = Table(
    "template_use",
    metadata,
    _id(),
    _ref("template", "template.id", index=True),
    _message_ref(nullable=True),
    _ref("member", "member.id", nullable=True, cascade=False),
    _ref("post", "post.id", nullable=True, cascade=False),
    _time("at"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _ref("account", "account.id"),
    _ref("conversation", "conversation.id", nullable=True),
    _message_ref(nullable=True, index=True),
    _message_ref("target", nullable=True),
    Column("colleague", Text),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("act", Text, nullable=False),
    Column("frozen", LargeBinary),
    Column("state", Text, nullable=False),
    _time("decided_at"),
    _time("not_before"),
    _time("retry_at", nullable=True),
    _time("first_tried_at", nullable=True),
    _time("tried_at", nullable=True),
    _time("settled_at", nullable=True),
    _count("attempts"),
    _text("error"),
    _text("error_code"),
    Column("remote_id", Text),
    Column("receipt", Text),
    _flag("finish_due"),
    _count("finish_attempts"),
    Column("claimed_by", Text),
    Column("fence", WideInteger),
    Index("ix_outbox_remote", "account", "remote_id"),
    comment="Every outgoing act, from the decision to the receipt. `act` never changes; `frozen` is set with the first claim.",
)
Index(
    "ix_outbox_alive",
    outbox.c.account,
    outbox.c.decided_at,
    sqlite_where=text("state IN ('queued', 'sending', 'unconfirmed') OR finish_due"),
    postgresql_where=text("state IN ('queued', 'sending', 'unconfirmed') OR finish_due"),
)

# --- what the lists ask for -----------------------------------------------------------------------------------------

Index("ix_conversation_last", conversation.c.last_message, conversation.c.id)
Index("ix_conversation_state_last", conversation.c.state, conversation.c.last_message, conversation.c.id)
Index("ix_conversation_account_last", conversation.c.account, conversation.c.last_message, conversation.c.id)
Index(
    "ix_conversation_at_work",
    conversation.c.state,
    conversation.c.hat,
    conversation.c.account,
    conversation.c.assignee,
    sqlite_where=text("state IN ('open', 'waiting', 'snoozed')"),
    postgresql_where=text("state IN ('open', 'waiting', 'snoozed')"),
)
Index(
    "ix_conversation_snoozed",
    conversation.c.snoozed_until,
    sqlite_where=text("snoozed_until IS NOT NULL"),
    postgresql_where=text("snoozed_until IS NOT NULL"),
)
