"""What a conversation is found by besides its messages' words: notes, tags, and the names that colleagues chose.

A note or a tag belongs to its conversation, or to a person and so to all the conversations of theirs. It is found at
the newest message of each, as if it were written there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
)

from inbox_app.domain.excerpt import pattern
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.search_query import FoundBy, Term, fold
from inbox_app.storage.bulk import any_of
from inbox_app.storage.circles import IS_FIRST
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.schema import (
    conversation,
    conversation_tag,
    found_by,
    handle,
    member_link,
    member_tag,
    note,
    participant,
)

_TRIGRAM = 3


class Said(NamedTuple):
    """Words that are kept somewhere: `about` is the id of the note, the tag or the member."""

    kind: FoundBy
    about: str
    words: str


class Place(NamedTuple):
    """Where they are found."""

    conversation: ConversationId
    newest: MessageId


def holding(conn: Connection, term: Term) -> list[Said]:
    """Everything kept that holds what is looked for."""
    words = [word for word in re.findall(r"[^\W_]+", fold(term.text)) if len(word) >= _TRIGRAM]
    if not words:
        rows = _EVERYTHING.all(conn)
    elif conn.dialect.name == "sqlite":
        rows = _OF_SQLITE.all(conn, {"question": " AND ".join(f'"{word}"' for word in words)})
    else:
        rows = conn.execute(_of_postgresql(words)).all()
    return [Said(FoundBy(kind), about, said) for kind, about, said in rows if pattern((term,)).search(fold(said))]


def places(conn: Connection, found: Iterable[Said]) -> dict[Place, Said]:
    """The conversations that this belongs to, each with the first of what it is found by."""
    by_kind: defaultdict[FoundBy, dict[str, Said]] = defaultdict(dict)
    for one in found:
        by_kind[one.kind][one.about] = one
    of_members: dict[str, Said] = dict(by_kind[FoundBy.NAME])
    here: dict[str, Said] = {}
    for row in _rows(conn, _NOTES, by_kind[FoundBy.NOTE]):
        (here if row.member is None else of_members).setdefault(
            row.conversation or row.member, by_kind[FoundBy.NOTE][row.id]
        )
    for statement, into in ((_TAGGED, here), (_TAGGED_MEMBERS, of_members)):
        for row in _rows(conn, statement, by_kind[FoundBy.TAG]):
            into.setdefault(row.about, by_kind[FoundBy.TAG][row.tag])
    for statement in (_WHERE_THEY_ARE, _WHERE_THEY_WERE):
        for row in _rows(conn, statement, of_members):
            here.setdefault(row.conversation, of_members[row.member])
    return {
        Place(ConversationId(row.id), MessageId(row.last_message)): here[row.id] for row in _rows(conn, _SHOWN, here)
    }


def _rows(conn: Connection, asked: Select[Any], wanted: Collection[str] | Mapping[str, Said]) -> Sequence[Any]:
    return conn.execute(asked, {"wanted": list(wanted)}).all() if wanted else ()


def _of_postgresql(words: Iterable[str]) -> Select[Any]:
    plain: ColumnElement[str] = column("plain", Text, _selectable=found_by)
    return _ALL.where(*(plain.contains(func.portavoce_plain(word)) for word in words))


_ALL = select(found_by.c.kind, found_by.c.about, found_by.c.said).order_by(found_by.c.id)
_EVERYTHING = Prepared(_ALL)
_PART = table("found_by_part", column("rowid", Integer))
_ASKED = literal_column("found_by_part", Text).op("MATCH", is_comparison=True)(bindparam("question", type_=Text))
_OF_SQLITE = Prepared(_ALL.join(_PART, _PART.c.rowid == found_by.c.id).where(_ASKED))

_NOTES = select(note.c.id, note.c.member, note.c.conversation).where(any_of(note.c.id))
_TAGGED = select(conversation_tag.c.conversation.label("about"), conversation_tag.c.tag).where(
    any_of(conversation_tag.c.tag)
)
_TAGGED_MEMBERS = select(member_tag.c.member.label("about"), member_tag.c.tag).where(any_of(member_tag.c.tag))
_WHERE_THEY_ARE = (
    select(participant.c.conversation, handle.c.member)
    .join(handle, handle.c.id == participant.c.handle)
    .where(any_of(handle.c.member))
)
_WHERE_THEY_WERE = (
    select(participant.c.conversation, member_link.c.from_member.label("member"))
    .join(member_link, member_link.c.handle == participant.c.handle)
    .where(any_of(member_link.c.from_member), IS_FIRST)
)
"""What belongs to the first member of a handle that was linked to another goes on belonging to the person."""
_SHOWN = select(conversation.c.id, conversation.c.last_message).where(
    any_of(conversation.c.id), conversation.c.merged_into.is_(None), conversation.c.last_message > 0
)
