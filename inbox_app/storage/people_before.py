"""How things stood with people before somebody changed them, and how that is brought back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, exists, func, insert, select, union_all, update

from inbox_app.domain.ids import ConversationId, FieldId, HandleId, MemberId, NoteId, TagId
from inbox_app.domain.timecode import ms_of
from inbox_app.domain.words import Direction
from inbox_app.storage.bulk import insert_rows, one_of
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
    ours: dict[HandleId, Columns] = field(default_factory=dict)
    """Handles that became one of us's, or a member's again."""
    welcomed: list[tuple[HandleId, MemberId, str]] = field(default_factory=list)
    """Newcomers that were dealt with, and how; offered again once that is taken back."""
    fields_made: list[FieldId] = field(default_factory=list)
    tags_made: list[TagId] = field(default_factory=list)
    """What was not there before, and goes again where nothing else uses it since."""

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))


def touch(tx: Tx, members: Collection[MemberId]) -> None:
    """These people look different now, also where lists and threads name them."""
    tx.members.update(members)
    tx.about("members")


def restore(tx: Tx, before: Mapping[str, Any]) -> None:
    """Bring back what one operation changed; what happened since to other things stays."""
    for one, values in before["notes"].items():
        _restore_note(tx, NoteId(one), values)
    put_columns(tx.conn, before["members"])
    _restore_fields_and_tags(tx, before)
    moved = {MemberId(one) for _link, _handle, *both in before["moved"] for one in both}
    for link, one, *_both in before["moved"]:
        tx.conn.execute(update(member_link).where(member_link.c.id == link).values(undone_at=tx.now))
        moved |= _follow_moves(tx, HandleId(one))
    for former, whole, whose in before.get("split", ()):
        moved |= take_back(tx, HandleId(former), HandleId(whole), MemberId(whose))
    recount(tx, moved)
    moved |= _give_back(tx, before.get("ours", {}))
    moved |= _forget_met(tx, before.get("met", ()))
    moved |= _take_from_beside(tx, before.get("beside", ()))
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


def _give_back(tx: Tx, ours: Mapping[HandleId, Columns]) -> set[MemberId]:
    """Let these handles be as before: a member's, or those of one of us."""
    for one, values in ours.items():
        tx.conn.execute(update(handle).where(handle.c.id == one).values(**values))
    return set(tx.conn.execute(_whose(ours)).scalars()) if ours else set()


def _whose(handles: Collection[HandleId]) -> Select[MemberId]:
    return select(handle.c.member).where(one_of(handle.c.id, handles), handle.c.member.is_not(None))


def _forget_met(tx: Tx, met: Sequence[tuple[HandleId, MemberId]]) -> set[MemberId]:
    """Forget who was written down, unless they spoke since or somebody noted or decided something about them."""
    handles = [one for one, _whose in met]
    whose = {whose for _one, whose in met}
    if not whose:
        return set()
    theirs = select(handle.c.member, handle.c.id).where(one_of(handle.c.member, whose))
    held = union_all(
        select(handle.c.member).where(one_of(handle.c.id, _spoken(tx.conn, handles))),
        select(note.c.member).where(one_of(note.c.member, whose)),
        select(reminder.c.member).where(one_of(reminder.c.member, whose)),
    )
    known = frozenset(handles)
    others = {member for member, one in tx.conn.execute(theirs) if one not in known}
    gone = whose - {*tx.conn.execute(held).scalars()} - others - _decided_about(tx.conn)
    if gone:
        written = [one for one, member in met if member in gone]
        tx.conn.execute(delete(handle).where(one_of(handle.c.id, written)))
        tx.conn.execute(delete(member).where(one_of(member.c.id, gone)))
    return gone


def _take_from_beside(tx: Tx, beside: Sequence[tuple[HandleId, MemberId]]) -> set[MemberId]:
    """Forget these handles, but for those that spoke since or that somebody gave to another member."""
    if not beside:
        return set()
    spoken = _spoken(tx.conn, [one for one, _whose in beside])
    now = dict(tx.conn.execute(select(handle.c.id, handle.c.member).where(one_of(handle.c.id, dict(beside)))).all())
    gone = [one for one, whose in beside if one not in spoken and now.get(one) == whose]
    tx.conn.execute(delete(handle).where(one_of(handle.c.id, gone)))
    return {whose for _one, whose in beside}


def _spoken(conn: Connection, handles: Collection[HandleId]) -> frozenset[HandleId]:
    """Those of these handles that said something."""
    said = exists(select(message.c.id).where(message.c.author == handle.c.id))
    return frozenset(conn.execute(select(handle.c.id).where(one_of(handle.c.id, handles), said)).scalars())


_ABOUT_PEOPLE = ("member", "link", "unlink", "divide", "import", "ours")
"""The kinds of decisions that say something of members."""


def _decided_about(conn: Connection) -> set[str]:
    """The members about whom a decision stands: what was said of them, their tags and fields, and their links."""
    asked = select(operation.c.detail).where(operation.c.undone_at.is_(None), operation.c.kind.in_(_ABOUT_PEOPLE))
    found, ours = set[str](), set[HandleId]()
    for detail in conn.execute(asked).scalars():
        told = json.loads(detail)["people"] or {}
        found.update(told.get("members", ()))
        found.update(one for part in ("fields", "tags_put", "tags_taken") for one, *_what in told.get(part, ()))
        found.update(one for _link, _handle, *both in told.get("moved", ()) for one in both)
        ours.update(told.get("ours", ()))
    found.update(conn.execute(_whose(ours)).scalars() if ours else ())
    return found


def _restore_fields_and_tags(tx: Tx, before: Mapping[str, Any]) -> None:
    put, taken = before["tags_put"], before["tags_taken"]
    here = _there(tx.conn, member, (whose for whose, *_what in (*before["fields"], *taken)))
    known = _there(tx.conn, field_table, (which for _whose, which, _value in before["fields"]))
    put_fields(tx.conn, [one for one in before["fields"] if one[0] in here and one[1] in known])
    take_off_tags(tx.conn, put)
    worn = _there(tx.conn, tag, (which for _whose, which in taken))
    rows = [{"member": whose, "tag": which} for whose, which in taken if whose in here and which in worn]
    if rows:
        tx.conn.execute(insert_or(tx.conn.dialect.name, member_tag).on_conflict_do_nothing(), rows)


def _restore_note(tx: Tx, wanted: NoteId, values: Columns | None) -> None:
    gone = delete(note).where(note.c.id == wanted).returning(note.c.member, note.c.conversation)
    for about, within in tx.conn.execute(gone).all():
        touch_note(tx, about, within)
    if values is None:
        return
    about, within = values["member"], values["conversation"]
    if within is not None and _there(tx.conn, conversation, [within]):
        within = surviving(tx.conn, within)
    elif within is not None or not _there(tx.conn, member, [about]):
        return
    tx.conn.execute(insert(note).values(id=wanted, **{**values, "conversation": within}))
    touch_note(tx, about, within)


def _there(conn: Connection, table: Table, wanted: Iterable[str]) -> frozenset[str]:
    """Those of these that are still here: some may have gone since, with an account or by a person's wish."""
    return frozenset(conn.execute(select(table.c.id).where(one_of(table.c.id, {*wanted}))).scalars())


def touch_note(tx: Tx, about: MemberId | None, within: ConversationId | None) -> None:
    """A note on a member or on a conversation is another now."""
    if about is not None:
        touch(tx, {about})
    if within is not None:
        tx.touch_conversations({within})


def put_columns(conn: Connection, values: Mapping[MemberId, Columns]) -> None:
    """Let columns of these members hold this; those of which the same columns change are one statement."""
    alike: defaultdict[tuple[str, ...], list[Columns]] = defaultdict(list)
    for one, columns in values.items():
        alike[tuple(sorted(columns))].append({"of": one, **{f"new_{name}": said for name, said in columns.items()}})
    for names, rows in alike.items():
        changed = update(member).where(member.c.id == bindparam("of"))
        conn.execute(changed.values({name: bindparam(f"new_{name}") for name in names}), rows)


def put_fields(conn: Connection, values: Collection[tuple[MemberId, FieldId, str | None]]) -> None:
    """Let fields of these records hold this; None or nothing leaves one empty."""
    if values:
        conn.execute(_EMPTY_FIELD, [{"of": whose, "which": which} for whose, which, _value in values])
    rows = [{"member": whose, "field": which, "value": value} for whose, which, value in values if value]
    insert_rows(conn, member_field, rows)


def take_off_tags(conn: Connection, worn: Collection[tuple[MemberId, TagId]]) -> None:
    """Let these records wear these tags no more."""
    if worn:
        conn.execute(_TAKE_OFF, [{"of": whose, "which": which} for whose, which in worn])


_EMPTY_FIELD = delete(member_field).where(
    member_field.c.member == bindparam("of"), member_field.c.field == bindparam("which")
)
_TAKE_OFF = delete(member_tag).where(member_tag.c.member == bindparam("of"), member_tag.c.tag == bindparam("which"))


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
