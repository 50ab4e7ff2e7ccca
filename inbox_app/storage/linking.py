"""Saying that two members are one person, and that they are not: recorded moves of handles, reversible for ever."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from sqlalchemy import func, insert, select, update

from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.ids import ColleagueId, HandleId, MemberId, OperationId, new_id
from inbox_app.i18n import _
from inbox_app.storage.circles import homes_of, present
from inbox_app.storage.holders import hand_over, said_before
from inbox_app.storage.operations import Before, record, taken_back
from inbox_app.storage.people_before import PeopleBefore, recount, restore, touch
from inbox_app.storage.schema import handle, member_link, operation
from inbox_app.storage.transaction import Tx

LINK, UNLINK, APART, DIVIDE = "link", "unlink", "apart", "divide"


def link(tx: Tx, me: ColleagueId, one: MemberId, other: MemberId, reason: str) -> MemberId:
    """The two are one person: all handles of the other belong to the first from now on. Returns the first.

    Raises:
        NotFound: one of them does not exist.
        WrongUse: they are one person already, or one of them has no handle.
    """
    whole, part = present(tx.conn, one), present(tx.conn, other)
    if whole == part:
        raise WrongUse(_("These two are one member already."))
    moving = dict.fromkeys(_handles(tx, part), whole)
    if not moving or not _handles(tx, whole):
        raise WrongUse(_("A member without a handle cannot be linked: there is nothing to link by."))
    _move(tx, me, LINK, moving, reason)
    return whole


def unlink(tx: Tx, me: ColleagueId, wanted: HandleId) -> MemberId:
    """This handle is somebody else's: it goes back to the member it had at first. Returns that one.

    Raises:
        NotFound: there is no such handle.
        Refused: it was never linked to anybody.
    """
    now = _whose(tx, wanted)
    home = homes_of(tx.conn, [wanted]).get(wanted, now)
    if home == now:
        raise Refused(_("This handle was not linked to another member: there is nothing to take off."))
    _move(tx, me, UNLINK, {wanted: home}, "")
    return home


def unlink_whole(tx: Tx, wanted: HandleId) -> OperationId:
    """Take back the link that brought this handle where it is, with all that came by it.

    Raises:
        NotFound: there is no such handle.
        Refused: no link brought it there.
    """
    now = _whose(tx, wanted)
    candidates = select(operation.c.id, operation.c.detail).where(
        operation.c.kind == LINK, operation.c.undone_at.is_(None), operation.c.detail.contains(wanted)
    )
    for row in tx.conn.execute(candidates.order_by(operation.c.at.desc(), operation.c.id)):
        if any(one == wanted and to == now for _link, one, _old, to in json.loads(row.detail)["people"]["moved"]):
            restore(tx, taken_back(tx, OperationId(row.id))["people"])
            return OperationId(row.id)
    raise Refused(_("This handle was not linked to another member: there is nothing to take off."))


def keep_apart(tx: Tx, me: ColleagueId, one: MemberId, other: MemberId) -> None:
    """The two are not one person: do not suggest it again.

    Raises:
        NotFound: one of them does not exist.
    """
    first, second = _handles(tx, present(tx.conn, one)), _handles(tx, present(tx.conn, other))
    pairs = [(a, b) for a in first for b in second]
    record(tx, me, APART, [], Before(people=PeopleBefore(apart=pairs)))
    touch(tx, {one, other})


def split(tx: Tx, me: ColleagueId, wanted: HandleId, moment: int, name: str) -> MemberId:
    """Two people had this handle: what was said before the moment is somebody else's. Returns that one.

    Raises:
        NotFound: there is no such handle of a member.
        WrongUse: nothing was said with it before, or nothing since.
    """
    now = _whose(tx, wanted)
    before, since = said_before(tx.conn, wanted, moment)
    if not before or not since:
        raise WrongUse(_("This handle said nothing before that day, or nothing since: there is nothing to divide."))
    former, whose = hand_over(tx, wanted, moment, name)
    record(tx, me, DIVIDE, [], Before(people=PeopleBefore(split=[(former, wanted, whose)])))
    recount(tx, {now, whose})
    touch(tx, {now, whose})
    return whose


def _move(tx: Tx, me: ColleagueId, kind: str, moving: Mapping[HandleId, MemberId], reason: str) -> None:
    """Let handles belong to other members, and count both anew."""
    moved = []
    for which, to in moving.items():
        made, old = new_id(), _whose(tx, which)
        row = {"from_member": old, "to_member": to, "colleague": me, "reason": reason or kind}
        tx.conn.execute(insert(member_link).values(id=made, handle=which, made_at=_later(tx, which), **row))
        tx.conn.execute(update(handle).where(handle.c.id == which).values(member=to))
        moved.append((made, which, old, to))
    record(tx, me, kind, [], Before(people=PeopleBefore(moved=moved)))
    both = {one for _link, _handle, *members in moved for one in members}
    recount(tx, both)
    touch(tx, both)


def _later(tx: Tx, which: HandleId) -> int:
    """Now, but after all that happened to the handle: its first move is told by its moment."""
    last = tx.conn.execute(select(func.max(member_link.c.made_at)).where(member_link.c.handle == which)).scalar_one()
    return tx.now if last is None else max(tx.now, last + 1)


def _handles(tx: Tx, whose: MemberId) -> Collection[HandleId]:
    found = select(handle.c.id).where(handle.c.member == whose).order_by(handle.c.id)
    return [HandleId(one) for one in tx.conn.execute(found).scalars()]


def _whose(tx: Tx, wanted: HandleId) -> MemberId:
    found = tx.conn.execute(select(handle.c.member).where(handle.c.id == wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound(_("There is no handle {id} of a member in this workspace.").format(id=wanted))
    return MemberId(found)
