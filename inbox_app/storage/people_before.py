"""How things stood with people before somebody changed them, and how that is brought back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from inbox_app.domain.ids import ConversationId, FieldId, HandleId, MemberId, NoteId, TagId
from inbox_app.domain.timecode import ms_of
from inbox_app.domain.words import Direction
from inbox_app.storage.conversations import surviving
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.holders import take_back
from inbox_app.storage.made_along import take_away_fields, take_away_tags
from inbox_app.storage.schema import (
    conversation,
    handle,
    member,
    member_field,
    member_link,
    member_tag,
    message,
    note,
    operation,
    reminder,
    tag,
)
from inbox_app.storage.schema import field as field_table
from inbox_app.storage.transaction import Tx

Columns = dict[str, Any]


@dataclass(slots=True)
class PeopleBefore:
    """A note that was not there yet is None, and so is a field without a value. `moved`: link, handle, from, to."""

    notes: dict[NoteId, Columns | None] = field(default_factory=dict)
    members: dict[MemberId, Columns] = field(default_factory=dict)
    fields: list[tuple[MemberId, FieldId, str | None]] = field(default_factory=list)
    tags_put: list[tuple[MemberId, TagId]] = field(default_factory=list)
    tags_taken: list[tuple[MemberId, TagId]] = field(default_factory=list)
    moved: list[tuple[str, HandleId, MemberId, MemberId]] = field(default_factory=list)
    apart: list[tuple[HandleId, HandleId]] = field(default_factory=list)
    """Handles that a person said are not the same person's; told no more once that is taken back."""
    split: list[tuple[HandleId, HandleId, MemberId]] = field(default_factory=list)
    """Former handles, the handles that they were part of, and the members that they were given to."""
    met: list[tuple[HandleId, MemberId]] = field(default_factory=list)
    """Who was written down before they spoke."""
    beside: list[tuple[HandleId, MemberId]] = field(default_factory=list)
    """Handles that were written down beside the others of somebody who was here."""
    welcomed: list[tuple[HandleId, MemberId, str]] = field(default_factory=list)
    """Newcomers that were dealt with, and how; offered again once that is taken back."""
    fields_made: list[FieldId] = field(default_factory=list)
    tags_made: list[TagId] = field(default_factory=list)
    """What was not there before, and goes again where nothing else uses it since."""

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def touch(tx: Tx, members: Collection[MemberId]) -> None:
    """These people look different now, also where lists and threads name them."""
    tx.members.update(members)
    tx.about("members")


def restore(tx: Tx, before: Mapping[str, Any]) -> None:
    """Bring back what one operation changed; what happened since to other things stays."""
    for one, values in before["notes"].items():
        _restore_note(tx, NoteId(one), values)
    for one, values in before["members"].items():
        tx.conn.execute(update(member).where(member.c.id == one).values(**values))
    _restore_fields_and_tags(tx, before)
    moved = {MemberId(one) for _link, _handle, *both in before["moved"] for one in both}
    for link, one, *_both in before["moved"]:
        tx.conn.execute(update(member_link).where(member_link.c.id == link).values(undone_at=tx.now))
        moved |= _follow_moves(tx, HandleId(one))
    for former, whole, whose in before.get("split", ()):
        moved |= take_back(tx, HandleId(former), HandleId(whole), MemberId(whose))
    moved |= _forget_met(tx, before.get("met", ()))
    moved |= _take_from_beside(tx, before.get("beside", ()))
    recount(tx, moved)
    take_away_fields(tx, before.get("fields_made", ()))
    take_away_tags(tx, before.get("tags_made", ()))
    named = (whose for whose, *_what in (*before["fields"], *before["tags_put"], *before["tags_taken"]))
    greeted = (MemberId(whose) for _handle, whose, _how in before.get("welcomed", ()))
    if touched := {*moved, *map(MemberId, before["members"]), *map(MemberId, named), *greeted}:
        touch(tx, touched)
    if before["tags_put"] or before["tags_taken"]:
        tx.about("tags")


def unite(whole: PeopleBefore, later: Mapping[str, Any]) -> None:
    """How things stood before both: of a note or a member the earlier values, of lists all."""
    for part in fields(whole):
        known, more = getattr(whole, part.name), later.get(part.name, ())
        if isinstance(known, dict):
            known.update({one: values for one, values in dict(more).items() if one not in known})
        else:
            known.extend(more)


def _follow_moves(tx: Tx, one: HandleId) -> set[MemberId]:
    """Let a handle belong to whom the moves that stand lead it to, in whatever order the others were taken back.

    A move counts only from where the handle was then: what somebody's link brought along stays behind with that link.
    Returns whom it concerns.
    """
    asked = select(member_link).where(member_link.c.handle == one).order_by(member_link.c.made_at, member_link.c.id)
    moves = tx.conn.execute(asked).all()
    now = tx.conn.execute(select(handle.c.member).where(handle.c.id == one)).scalar_one_or_none()
    if not moves or now is None:
        return set()
    place = moves[0].from_member
    for move in moves:
        if move.undone_at is None and move.from_member == place:
            place = move.to_member
    tx.conn.execute(update(handle).where(handle.c.id == one).values(member=place))
    return {MemberId(now), MemberId(place)}


def _forget_met(tx: Tx, met: Sequence[tuple[HandleId, MemberId]]) -> set[MemberId]:
    """Forget who was written down, unless they spoke since or somebody noted or decided something about them."""
    gone = set()
    decided = _decided_about(tx.conn) if met else ()
    handles: defaultdict[MemberId, list[HandleId]] = defaultdict(list)
    for one, whose in met:
        handles[whose].append(one)
    for whose, theirs in handles.items():
        if whose in decided:
            continue
        held = (
            select(message.c.id).where(message.c.author.in_(theirs)),
            select(note.c.id).where(note.c.member == whose),
            select(reminder.c.id).where(reminder.c.member == whose),
            select(handle.c.id).where(handle.c.member == whose, handle.c.id.not_in(theirs)),
        )
        if not any(tx.conn.execute(asked.limit(1)).first() for asked in held):
            tx.conn.execute(delete(handle).where(handle.c.id.in_(theirs)))
            tx.conn.execute(delete(member).where(member.c.id == whose))
            gone.add(whose)
    return gone


def _take_from_beside(tx: Tx, beside: Sequence[tuple[HandleId, MemberId]]) -> set[MemberId]:
    """Forget these handles, but for those that spoke since or that somebody gave to another member."""
    for one, whose in beside:
        if tx.conn.execute(select(message.c.id).where(message.c.author == one).limit(1)).first() is None:
            tx.conn.execute(delete(handle).where(handle.c.id == one, handle.c.member == whose))
    return {whose for _one, whose in beside}


_ABOUT_PEOPLE = ("member", "link", "unlink", "split", "import")
"""The kinds of decisions that say something of members."""


def _decided_about(conn: Connection) -> set[str]:
    """The members about whom a decision stands: what was said of them, their tags and fields, and their links."""
    asked = select(operation.c.detail).where(operation.c.undone_at.is_(None), operation.c.kind.in_(_ABOUT_PEOPLE))
    found: set[str] = set()
    for detail in conn.execute(asked).scalars():
        told = json.loads(detail)["people"] or {}
        found.update(told.get("members", ()))
        found.update(one for part in ("fields", "tags_put", "tags_taken") for one, *_what in told.get(part, ()))
        found.update(one for _link, _handle, *both in told.get("moved", ()) for one in both)
    return found


def _restore_fields_and_tags(tx: Tx, before: Mapping[str, Any]) -> None:
    for whose, which, value in before["fields"]:
        if _is_there(tx.conn, member, whose) and _is_there(tx.conn, field_table, which):
            put_field(tx.conn, whose, which, value)
    for whose, which in before["tags_put"]:
        tx.conn.execute(delete(member_tag).where(member_tag.c.member == whose, member_tag.c.tag == which))
    again = insert_or(tx.conn.dialect.name, member_tag).on_conflict_do_nothing()
    for whose, which in before["tags_taken"]:
        if _is_there(tx.conn, member, whose) and _is_there(tx.conn, tag, which):
            tx.conn.execute(again, {"member": whose, "tag": which})


def _restore_note(tx: Tx, wanted: NoteId, values: Columns | None) -> None:
    gone = delete(note).where(note.c.id == wanted).returning(note.c.member, note.c.conversation)
    for about, within in tx.conn.execute(gone).all():
        touch_note(tx, about, within)
    if values is None:
        return
    about, within = values["member"], values["conversation"]
    if within is not None and _is_there(tx.conn, conversation, within):
        within = surviving(tx.conn, within)
    elif within is not None or not _is_there(tx.conn, member, about):
        return
    tx.conn.execute(insert(note).values(id=wanted, **{**values, "conversation": within}))
    touch_note(tx, about, within)


def _is_there(conn: Connection, table: Table, wanted: str) -> bool:
    """What something is about may have gone since, with its account or by a person's wish."""
    return conn.execute(select(table.c.id).where(table.c.id == wanted)).first() is not None


def touch_note(tx: Tx, about: MemberId | None, within: ConversationId | None) -> None:
    """A note on a member or on a conversation is another now."""
    if about is not None:
        touch(tx, {about})
    if within is not None:
        tx.touch_conversations({within})


def put_field(conn: Connection, whose: MemberId, which: FieldId, value: str | None) -> None:
    """Let a field of one record hold this; None or nothing leaves it empty."""
    conn.execute(delete(member_field).where(member_field.c.member == whose, member_field.c.field == which))
    if value:
        conn.execute(insert(member_field).values(member=whose, field=which, value=value))


def recount(tx: Tx, members: Collection[MemberId]) -> None:
    """Count anew what these members said to us, and when first and last, from the messages of their handles."""
    for one in members:
        first, last, count = tx.conn.execute(_SAID, {"of": one}).one()
        values = {
            "first_seen": None if first is None else ms_of(first),
            "last_seen": None if last is None else ms_of(last),
            "message_count": count,
        }
        tx.conn.execute(update(member).where(member.c.id == one).values(**values))


_SAID = (
    select(func.min(message.c.id), func.max(message.c.id), func.count(message.c.id))
    .join(handle, handle.c.id == message.c.author)
    .where(
        handle.c.member == bindparam("of"),
        message.c.direction == Direction.INCOMING,
        message.c.context.is_(False),
        SHOWN,
    )
)
