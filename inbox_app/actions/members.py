"""Knowing people: what is noted about a member, and who is the same person; everything here can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from inbox_app.domain.encounters import Encounter, Met
from inbox_app.domain.ids import ColleagueId, ConversationId, FieldId, HandleId, MemberId, NoteId
from inbox_app.domain.people import Fact, FieldType
from inbox_app.domain.timecode import to_ms
from inbox_app.storage import circles, conversations, linking, member_facts, notes, teammates
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


async def note_member(
    store: Store, me: ColleagueId, wanted: MemberId, text: str, *, pinned: bool = False, met: Met | None = None
) -> NoteId:
    """Take a note about a member; one of an encounter stands in their timeline when that was.

    Raises:
        NotFound: there is no such member.
        WrongUse: the note says nothing, or too much, or of a day to come.
    """

    def work(tx: Tx) -> NoteId:
        whole = circles.present(tx.conn, wanted)
        return notes.write(tx, me, text, about=whole, on_member=True, pinned=pinned, met=met)

    return await store.write(work)


async def note_conversation(
    store: Store, me: ColleagueId, wanted: ConversationId, text: str, *, pinned: bool = False
) -> NoteId:
    """Take a note on a conversation.

    Raises:
        NotFound: there is no such conversation.
        WrongUse: the note says nothing, or too much.
    """

    def work(tx: Tx) -> NoteId:
        on = conversations.surviving(tx.conn, wanted)
        return notes.write(tx, me, text, about=on, on_member=False, pinned=pinned)

    return await store.write(work)


async def change_note(
    store: Store,
    me: ColleagueId,
    wanted: NoteId,
    *,
    text: str | None = None,
    pinned: bool | None = None,
    how: Encounter | None = None,
    met_at: datetime | None = None,
) -> None:
    """Word a note anew, pin it or unpin it, or tell its encounter otherwise; what it said is kept.

    Raises:
        NotFound: there is no such note.
        WrongUse: it would say nothing, or too much, or it tells of no encounter, or one of a day to come.
    """
    await store.write(lambda tx: notes.change(tx, me, wanted, text=text, pinned=pinned, how=how, met_at=met_at))


async def remove_note(store: Store, me: ColleagueId, wanted: NoteId) -> None:
    """Throw a note away.

    Raises:
        NotFound: there is no such note.
    """
    await store.write(lambda tx: notes.remove(tx, me, wanted))


async def say(
    store: Store, me: ColleagueId, wanted: MemberId, facts: Mapping[Fact, str], own: Mapping[FieldId, str]
) -> None:
    """Set facts and fields of a member; empty takes one away.

    Raises:
        NotFound: there is no such member or field.
        WrongUse: a value is not of its kind; nothing was changed.
    """
    await say_of(store, me, [wanted], facts, own)


async def say_of(
    store: Store, me: ColleagueId, wanted: Sequence[MemberId], facts: Mapping[Fact, str], own: Mapping[FieldId, str]
) -> None:
    """The same of several at once, as one decision.

    Raises:
        NotFound: there is no such member or field.
        WrongUse: a value is not of its kind; nothing was changed.
    """
    await store.write(lambda tx: member_facts.say(tx, me, wanted, facts, own))


async def retag(
    store: Store, me: ColleagueId, wanted: Sequence[MemberId], *, put: Sequence[str] = (), take: Sequence[str] = ()
) -> None:
    """Put tags on members and take others off.

    Raises:
        NotFound: one of them does not exist; nothing was changed.
    """
    await store.write(lambda tx: member_facts.retag(tx, me, wanted, put, take))


async def define_field(store: Store, name: str, type_: FieldType, *, key: bool = False) -> FieldId:
    """A field that this workspace wants to know of its members.

    Raises:
        WrongUse: it has no name, or that of something every card has.
    """
    return await store.write(lambda tx: member_facts.define(tx, name, type_, key=key))


async def drop_field(store: Store, wanted: FieldId) -> int:
    """No such field any more; returns of how many members something was thrown away, which no undo brings back.

    Raises:
        NotFound: there is no such field.
    """
    return await store.write(lambda tx: member_facts.drop(tx, wanted))


async def count_as_ours(store: Store, me: ColleagueId, wanted: MemberId, *, ours: bool) -> None:
    """Let somebody be one of us, whom no list and no figure of members counts, or a member again.

    Raises:
        NotFound: there is no such member.
    """
    await store.write(lambda tx: teammates.count_as_ours(tx, me, wanted, ours=ours))


async def link(store: Store, me: ColleagueId, one: MemberId, other: MemberId, reason: str = "") -> MemberId:
    """Two members are one person; returns the one that stands for both.

    Raises:
        NotFound: one of them does not exist.
        WrongUse: they are one already.
    """
    return await store.write(lambda tx: linking.link(tx, me, one, other, reason))


async def unlink(store: Store, me: ColleagueId, wanted: HandleId) -> MemberId:
    """A handle is somebody else's; returns the member it had at first, to whom it belongs again.

    Raises:
        NotFound: there is no such handle.
        Refused: it was never linked.
    """
    return await store.write(lambda tx: linking.unlink(tx, me, wanted))


async def split(store: Store, me: ColleagueId, wanted: HandleId, moment: datetime, name: str) -> MemberId:
    """Two people had a handle, the one before a moment, the other since; returns a new member for the first.

    Raises:
        NotFound: there is no such handle.
        WrongUse: nothing was said with it before, or nothing since.
    """
    return await store.write(lambda tx: linking.split(tx, me, wanted, to_ms(moment), name))


async def take_link_back(store: Store, wanted: HandleId) -> None:
    """Undo the link by which this handle came where it is, with all handles that came with it.

    Raises:
        NotFound: there is no such handle.
        Refused: no link brought it there.
    """
    await store.write(lambda tx: linking.unlink_whole(tx, wanted))


async def keep_apart(store: Store, me: ColleagueId, one: MemberId, other: MemberId) -> None:
    """Two members are not one person: it is not suggested again.

    Raises:
        NotFound: one of them does not exist.
    """
    await store.write(lambda tx: linking.keep_apart(tx, me, one, other))
