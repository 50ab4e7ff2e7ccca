"""Members, their handles, fields and notes."""

from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from inbox_app.storage.schema.columns import count, flag, identifier, metadata, moment, plain_text, reference

member = Table(
    "member",
    metadata,
    identifier(),
    Column("name", Text, nullable=False),
    plain_text("preferred_name"),
    plain_text("address_form"),
    plain_text("language"),
    plain_text("pronouns"),
    plain_text("consent"),
    flag("blocked"),
    flag("vip"),
    moment("first_seen", nullable=True),
    moment("last_seen", nullable=True),
    count("message_count"),
)

handle = Table(
    "handle",
    metadata,
    identifier(),
    Column("channel", Text, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("handle", Text, nullable=False),
    plain_text("name"),
    plain_text("avatar_url"),
    plain_text("profile_url"),
    flag("is_bot"),
    reference("member", "member.id", nullable=True, cascade=False, index=True),
    flag("own"),
    reference("colleague", "colleague.id", nullable=True, cascade=False),
    UniqueConstraint("channel", "remote_id"),
    comment="One person's name on one channel. `own` ones are ours and never members.",
)

member_link = Table(
    "member_link",
    metadata,
    identifier(),
    reference("handle", "handle.id", index=True),
    Column("from_member", Text),
    Column("to_member", Text),
    Column("colleague", Text),
    Column("reason", Text, nullable=False),
    moment("since", nullable=True),
    moment("made_at"),
    moment("undone_at", nullable=True),
    comment="Every link and unlink ever made, so that each can be taken back.",
)

field = Table(
    "field",
    metadata,
    identifier(),
    Column("name", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    flag("key"),
    Column("position", Integer, nullable=False, server_default=text("0")),
)

member_field = Table(
    "member_field",
    metadata,
    reference("member", "member.id"),
    reference("field", "field.id"),
    Column("value", Text, nullable=False),
    UniqueConstraint("member", "field"),
)

note = Table(
    "note",
    metadata,
    identifier(),
    reference("member", "member.id", nullable=True, index=True),
    reference("conversation", "conversation.id", nullable=True, index=True),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    flag("pinned"),
    moment("made_at"),
    moment("changed_at", nullable=True),
    Column("encounter", Text),
    moment("happened_at", nullable=True),
    CheckConstraint("(member IS NULL) <> (conversation IS NULL)", name="about_one"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    moment("made_at"),
    comment="Keyed digests of erased people's handles, so that no sync brings them back.",
)
