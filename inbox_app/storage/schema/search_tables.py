"""What searching needs besides the messages' own text: what is kept about them, and recent searches."""

from sqlalchemy import Column, ForeignKey, Table, Text, UniqueConstraint

from inbox_app.storage.schema.columns import WideInteger, metadata, moment

found_by = Table(
    "found_by",
    metadata,
    Column("id", WideInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("said", Text, nullable=False),
    UniqueConstraint("kind", "about"),
    comment="Words of notes, tags and chosen names, kept by triggers: their conversations are found by them too.",
)

recent_search = Table(
    "recent_search",
    metadata,
    Column("colleague", Text, ForeignKey("colleague.id", ondelete="CASCADE"), primary_key=True),
    Column("words", Text, primary_key=True),
    moment("at"),
    comment="What each colleague looked for last.",
)
