"""How much of what is kept of one member is whose words: what a person wants to know before it is handed over."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.selection import Extent, Selection
from inbox_app.domain.words import Direction
from inbox_app.storage.exporting.scope import extent, scope_of
from inbox_app.storage.schema import conversation, handle, message, note
from inbox_app.storage.transaction import Reading


@dataclass(frozen=True, slots=True)
class Shares:
    """Messages by who wrote them, and the notes on the member and on the conversations."""

    extent: Extent
    theirs: int
    ours: int
    others: int
    notes: int


def shares(conn: Reading, chosen: Selection, me: ColleagueId) -> Shares:
    """Count what a selection by member holds.

    Raises:
        NotFound: there is no such member.
    """
    scope = scope_of(conn, chosen, me)
    whole = extent(conn, chosen, me)
    said = select(func.count()).select_from(message).where(scope.messages)
    handles = select(handle.c.id).where(handle.c.member == chosen.member)
    theirs = conn.execute(said.where(message.c.author.in_(handles))).scalar_one()
    from_us = message.c.direction == Direction.OUTGOING.value
    ours = conn.execute(said.where(from_us, message.c.author.not_in(handles))).scalar_one()
    within = select(conversation.c.id).where(scope.conversations)
    on_them = or_(note.c.member == chosen.member, note.c.conversation.in_(within))
    notes = conn.execute(select(func.count(note.c.id)).where(on_them)).scalar_one()
    return Shares(whole, theirs, ours, whole.messages - theirs - ours, notes)
