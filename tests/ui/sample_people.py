"""A member of whom everything is known that a card can hold."""

from __future__ import annotations

from datetime import UTC, datetime

from inbox_app.domain.ids import AccountId, ConversationId, FieldId, HandleId, MemberId, MessageId, NoteId, TagId
from inbox_app.domain.inbox import NoteRow, Tag
from inbox_app.domain.people import Card, Fact, Field, FieldType, HandleLine, Known, Timeline, TimelineLine
from inbox_app.domain.words import Kind

THEN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ONE = MemberId("one")
HANDLES = tuple(
    HandleLine(HandleId(name), "practice", name, "Maya", "", False, linked, AccountId("a"), kind, 3)
    for name, linked, kind in (("@maya", False, Kind.COMMENTS), ("maya@mail.example", True, Kind.MAIL))
)
CARD = Card(
    id=ONE,
    name="Maya",
    given_name="Maya Lindhagen",
    facts={**{fact: Known() for fact in Fact}, Fact.LANGUAGE: Known("en", ("sv",))},
    fields=((Field(FieldId("f"), "Cups", FieldType.NUMBER, key=True), Known("12")),),
    tags=(Tag(TagId("t"), "VIP"),),
    handles=HANDLES,
    notes=(NoteRow(NoteId("n"), "me", "Prefers light roasts", True, THEN, ONE, None),),
    reminders=(),
    messages=6,
    conversations=2,
    first_seen=THEN,
    last_seen=THEN,
    recent=Timeline(
        (
            TimelineLine(
                MessageId(7), ConversationId("c"), AccountId("a"), "practice", Kind.MAIL, HANDLES[1].id, THEN,
                "Order 40122", "Where is my parcel?", deleted=False, who="Maya", picture="",
            ),
        ),
        None,
    ),
)  # fmt: skip
