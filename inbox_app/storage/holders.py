"""Handles that changed hands: what an earlier holder said stands under a handle of its own, unknown to the service.

Its name for the service is that of the present handle with the moment until which it holds; what arrives later, but was
said before that moment, finds its author by it. So cards, timelines, reports and labels need to know nothing of this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from inbox_app.domain.ids import ConversationId, HandleId, MemberId, new_id
from inbox_app.domain.timecode import first_id
from inbox_app.storage import participants
from inbox_app.storage.schema import (
    handle,
    member,
    member_field,
    member_link,
    member_tag,
    message,
    note,
    post,
    reminder,
)
from inbox_app.storage.transaction import Tx

_UNTIL = "#until-"


def known_as(remote_id: str) -> tuple[str, int | None]:
    """What the service calls a handle, and until when this one held it: None where it still does."""
    base, _mark, until = remote_id.rpartition(_UNTIL)
    return (base, int(until)) if base and until.isdecimal() else (remote_id, None)


def holders(conn: Connection, channel: str) -> Mapping[str, Sequence[tuple[int, str]]]:
    """For each handle of a channel that changed hands: until when whom, the earliest first."""
    rows = conn.execute(
        select(handle.c.remote_id)
        .join(member_link, member_link.c.handle == handle.c.id)
        .where(member_link.c.since.is_not(None), handle.c.channel == channel)
    )
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for remote_id in rows.scalars():
        base, until = known_as(remote_id)
        if until is not None:
            found[base].append((until, remote_id))
    return {base: sorted(those) for base, those in found.items()}


def said_before(conn: Connection, wanted: HandleId, moment: int) -> tuple[int, int]:
    """How many messages of a handle are from before a moment, and how many from then on."""
    early = func.count().filter(message.c.id < first_id(moment))
    before, every = conn.execute(select(early, func.count()).where(message.c.author == wanted)).one()
    return before, every - before


def hand_over(tx: Tx, wanted: HandleId, moment: int, name: str) -> tuple[HandleId, MemberId]:
    """Give what a handle said before a moment to a new member, under a handle of its own."""
    row = tx.conn.execute(select(handle).where(handle.c.id == wanted)).mappings().one()
    former, whose = HandleId(new_id()), MemberId(new_id())
    tx.conn.execute(insert(member).values(id=whose, name=name))
    base, _until = known_as(row["remote_id"])
    told = {**row, "id": former, "member": whose, "remote_id": f"{base}{_UNTIL}{moment}"}
    tx.conn.execute(insert(handle).values(**told))
    # From itself to itself: the new member is its home, which has none of the other's notes, tags and fields.
    made = {"id": new_id(), "handle": former, "from_member": whose, "to_member": whose, "made_at": tx.now}
    tx.conn.execute(insert(member_link).values(**made, reason="", since=moment))
    _give(tx, wanted, former, moment)
    return former, whose


def take_back(tx: Tx, former: HandleId, wanted: HandleId, whose: MemberId) -> set[MemberId]:
    """It was one person after all: what the former handle said is the present one's again. Returns whom it concerns."""
    rows = tx.conn.execute(select(handle.c.id, handle.c.member).where(handle.c.id.in_([former, wanted])))
    owners = {HandleId(row.id): row.member for row in rows}
    if former not in owners or wanted not in owners:
        return set()
    _give(tx, former, wanted, None)
    tx.conn.execute(delete(handle).where(handle.c.id == former))
    tx.conn.execute(delete(member).where(member.c.id == whose, ~or_(*_ANYTHING_ABOUT)))
    return {MemberId(one) for one in (*owners.values(), whose) if one is not None}


_ANYTHING_ABOUT = tuple(
    exists(select(table.c.member).where(table.c.member == member.c.id))
    for table in (handle, note, member_field, member_tag, reminder)
)


def _give(tx: Tx, one: HandleId, other: HandleId, before: int | None) -> None:
    """What one handle said (before a moment) is from now on what the other said."""
    early = (message.c.author == one, *(() if before is None else (message.c.id < first_id(before),)))
    spoke = tx.conn.execute(select(message.c.conversation).where(*early).distinct())
    where = {ConversationId(each) for each in spoke.scalars()}
    tx.conn.execute(update(message).where(*early).values(author=other))
    posts = update(post).where(post.c.author == one).values(author=other)
    tx.conn.execute(posts if before is None else posts.where(post.c.published_at < before))
    participants.recount(tx, where)
    tx.touch_conversations(where)
