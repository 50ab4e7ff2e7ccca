"""Addresses that somebody wrote from before, found by the beginning of a name or of the address."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from inbox_app.domain.recipients import Recipient
from inbox_app.storage.schema import handle, member

_ESCAPE = "\\"


def find(conn: Connection, channel: str, typed: str, limit: int) -> tuple[Recipient, ...]:
    """People outside whose name, a word of it, or address begins so; the shortest addresses first."""
    begins = "".join(_ESCAPE + sign if sign in "%_\\" else sign for sign in typed.lower()) + "%"
    name = func.coalesce(func.nullif(member.c.preferred_name, ""), func.nullif(member.c.name, ""), handle.c.name)
    wanted = (
        select(handle.c.handle, name)
        .outerjoin(member, member.c.id == handle.c.member)
        .where(handle.c.channel == channel, handle.c.own.is_(False), handle.c.handle.like("%@%"))
        .where(
            or_(
                func.lower(handle.c.handle).like(begins, escape=_ESCAPE),
                func.lower(name).like(begins, escape=_ESCAPE),
                func.lower(name).like(f"% {begins}", escape=_ESCAPE),
            )
        )
        .order_by(func.length(handle.c.handle), handle.c.handle)
        .limit(limit)
    )
    return tuple(("to", address, said or "") for address, said in conn.execute(wanted))
