"""Everything in a workspace that is about one person: found before it is erased, counted for whoever decides."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from inbox_app.domain.erasure import Extent
from inbox_app.domain.ids import ConversationId, HandleId, MemberId, MessageId
from inbox_app.domain.words import Direction
from inbox_app.storage import circles
from inbox_app.storage.bulk import one_of
from inbox_app.storage.schema import (
    attachment,
    conversation,
    draft,
    handle,
    member,
    message,
    note,
    outbox,
    reminder,
)

_SHORTEST = 4
"""Letters of a handle that is looked for everywhere."""
_SHORTEST_NAME = 3
"""Letters of a name of one word, which is looked for only where the person took part."""


@dataclass(frozen=True, slots=True)
class Called:
    """One handle of the person."""

    id: HandleId
    channel: str
    remote_id: str
    handle: str
    name: str
    avatar_url: str
    profile_url: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is: every record of them, every handle, every name."""

    name: str
    members: tuple[MemberId, ...]
    handles: tuple[Called, ...]
    names: tuple[str, ...]

    @property
    def ids(self) -> tuple[HandleId, ...]:
        """Of the handles."""
        return tuple(one.id for one in self.handles)

    @property
    def marks(self) -> tuple[str, ...]:
        """What means this person wherever it stands: handles, addresses, whole names."""
        handles = [part for one in self.handles for part in (one.handle, one.remote_id) if _is_telling(part)]
        links = [part for one in self.handles for part in (one.avatar_url, one.profile_url) if part]
        return _longest_first([*handles, *links, *(name for name in self.names if " " in name)])

    @property
    def near(self) -> tuple[str, ...]:
        """What means them where they took part: single names too, and the parts of whole ones."""
        parts = [part for name in self.names for part in (name, *name.split()) if len(part) >= _SHORTEST_NAME]
        return _longest_first([*self.marks, *parts])


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of a person."""

    person: Person
    theirs: tuple[MessageId, ...]
    """What they said."""
    alone: tuple[ConversationId, ...]
    """Conversations with nobody else, and the stubs that lead there."""
    shared: tuple[ConversationId, ...]

    @property
    def here(self) -> tuple[ConversationId, ...]:
        """Every conversation they were in."""
        return (*self.shared, *self.alone)

    @property
    def messages(self) -> ColumnElement[bool]:
        """What they said, and all of the conversations with nobody else."""
        return or_(one_of(message.c.id, self.theirs), one_of(message.c.conversation, self.alone))

    @property
    def notes(self) -> ColumnElement[bool]:
        """Notes about them."""
        return or_(one_of(note.c.member, self.person.members), one_of(note.c.conversation, self.alone))

    @property
    def reminders(self) -> ColumnElement[bool]:
        """Reminders about them."""
        return or_(one_of(reminder.c.member, self.person.members), one_of(reminder.c.conversation, self.alone))

    @property
    def drafts(self) -> ColumnElement[bool]:
        """What was begun as an answer to them."""
        named = [draft.c.detail.icontains(mark, autoescape=True) for mark in self.person.marks]
        return or_(one_of(draft.c.reply_to, self.theirs), one_of(draft.c.conversation, self.alone), *named)

    @property
    def acts(self) -> ColumnElement[bool]:
        """Outgoing acts that answer them, or are in a conversation with nobody else."""
        return or_(one_of(outbox.c.target, self.theirs), one_of(outbox.c.conversation, self.alone))

    @property
    def files(self) -> ColumnElement[bool]:
        """Files of all of it."""
        said = attachment.c.message.in_(select(message.c.id).where(self.messages))
        return or_(said, attachment.c.draft.in_(select(draft.c.id).where(self.drafts)))


def find_person(conn: Connection, wanted: MemberId) -> Person:
    """Everything that belongs to a member, linked handles and the records behind them.

    Raises:
        NotFound: there is no such member.
    """
    whole = circles.present(conn, wanted)
    members = tuple(circles.parts_of(conn, [whole]))
    handles = conn.execute(_HANDLES.where(one_of(handle.c.member, members))).all()
    return _person(conn, whole, members, tuple(Called(*row) for row in handles))


def find_owners(conn: Connection, handles: Collection[HandleId]) -> list[Person]:
    """The people who have these handles; a handle that belongs to nobody is a person of its own."""
    rows = conn.execute(select(handle.c.id, handle.c.member).where(one_of(handle.c.id, handles))).all()
    owners = {MemberId(row.member) for row in rows if row.member is not None}
    found = [find_person(conn, one) for one in sorted(owners)]
    loose = [row.id for row in rows if row.member is None]
    for row in conn.execute(_HANDLES.where(one_of(handle.c.id, loose), handle.c.own.is_(False))).all():
        one = Called(*row)
        found.append(Person(one.name or one.handle, (), (one,), _names([one.name])))
    return found


def trace(conn: Connection, person: Person) -> Traces:
    """Find all that is there of a person."""
    theirs = conn.execute(select(message.c.id).where(one_of(message.c.author, person.ids))).scalars()
    said = tuple(MessageId(one) for one in theirs)
    spoke = set(conn.execute(select(message.c.conversation).where(one_of(message.c.id, said)).distinct()).scalars())
    written_to = _written_to(conn, person)
    elsewhere = _with_others(conn, person, spoke | written_to)
    alone = (spoke | written_to) - elsewhere
    stubs = conn.execute(select(conversation.c.id).where(one_of(conversation.c.merged_into, alone))).scalars()
    return Traces(
        person,
        said,
        tuple(map(ConversationId, sorted({*alone, *stubs}))),
        tuple(map(ConversationId, sorted((spoke | written_to) & elsewhere))),
    )


def measure(conn: Connection, found: Traces) -> Extent:
    """How much that is."""

    def count(table: Table, condition: ColumnElement[bool]) -> int:
        return int(conn.execute(select(func.count()).select_from(table).where(condition)).scalar_one())

    return Extent(
        name=found.person.name,
        handles=tuple(one.handle for one in found.person.handles),
        messages=count(message, found.messages),
        conversations=count(conversation, and_(one_of(conversation.c.id, found.alone), _IS_WHOLE)),
        shared=len(found.shared),
        attachments=count(attachment, found.files),
        drafts=count(draft, found.drafts),
        notes=count(note, found.notes),
        reminders=count(reminder, found.reminders),
        outbox=count(outbox, found.acts),
    )


_IS_WHOLE = conversation.c.merged_into.is_(None)
_HANDLES = select(
    handle.c.id,
    handle.c.channel,
    handle.c.remote_id,
    handle.c.handle,
    handle.c.name,
    handle.c.avatar_url,
    handle.c.profile_url,
).order_by(handle.c.id)


def _person(conn: Connection, whole: MemberId, members: tuple[MemberId, ...], handles: tuple[Called, ...]) -> Person:
    rows = conn.execute(select(member.c.id, member.c.name, member.c.preferred_name).where(one_of(member.c.id, members)))
    named = {row.id: (row.name, row.preferred_name) for row in rows}
    names = [name for pair in named.values() for name in pair] + [one.name for one in handles]
    return Person(named[whole][0], members, handles, _names(names))


def _written_to(conn: Connection, person: Person) -> set[str]:
    """Conversations in which something of ours was addressed to them."""
    handles = [one.handle for one in person.handles if _is_telling(one.handle)]
    if not handles:
        return set()
    named = or_(*(message.c.recipients.icontains(one, autoescape=True) for one in handles))
    wanted = {one.lower() for one in handles}
    rows = conn.execute(select(message.c.conversation, message.c.recipients).where(named))
    return {row.conversation for row in rows if wanted & set(_addressed(row.recipients))}


def _with_others(conn: Connection, person: Person, wanted: Collection[str]) -> set[str]:
    """Those of these conversations in which somebody else speaks, or is spoken to while they themselves never spoke."""
    here = one_of(message.c.conversation, wanted)
    other = and_(message.c.direction == Direction.INCOMING.value, ~one_of(message.c.author, person.ids))
    found = set(conn.execute(select(message.c.conversation).where(here, other).distinct()).scalars())
    spoke = set(
        conn.execute(select(message.c.conversation).where(here, one_of(message.c.author, person.ids))).scalars()
    )
    handles = {one.handle.lower() for one in person.handles}
    silent = [one for one in wanted if one not in spoke]
    addressed = select(message.c.conversation, message.c.recipients).where(one_of(message.c.conversation, silent))
    for row in conn.execute(addressed.where(message.c.recipients.is_not(None))):
        if set(_addressed(row.recipients)) - handles:
            found.add(row.conversation)
    return found


def _addressed(recipients: str | None) -> list[str]:
    return [str(one[1]).lower() for one in json.loads(recipients or "[]")]


def _is_telling(name: str) -> bool:
    """Whether a handle is more than a number or a few letters."""
    return len(name) >= _SHORTEST and any(letter.isalpha() for letter in name)


def _names(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in said if len(name.strip()) >= _SHORTEST_NAME))


def _longest_first(marks: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(marks), key=lambda one: (-len(one), one)))
