"""The messages that a figure of volume counts, looked for when somebody opens it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, select

from inbox_app.domain.ids import MessageId
from inbox_app.domain.report import Part, Stretch
from inbox_app.domain.words import Direction
from inbox_app.storage.reporting import COUNTS, from_members, within
from inbox_app.storage.schema import account, conversation, conversation_tag, message, tag
from inbox_app.storage.transaction import Reading


def counted(
    conn: Reading, stretches: Iterable[Stretch], part: Part, key: str, limit: int | None, *, with_us: bool
) -> Sequence[MessageId]:
    """The newest of what a figure counts in these times, which come latest first."""
    found: list[MessageId] = []
    for begin, end in stretches:
        rest = None if limit is None else limit - len(found)
        if rest == 0:
            break
        wanted = select(message.c.id).join(conversation, conversation.c.id == message.c.conversation)
        wanted = wanted.where(*within(begin, end), *_only(part, key, with_us=with_us), *COUNTS).order_by(
            message.c.id.desc()
        )
        found += [MessageId(one) for one in conn.execute(wanted.limit(rest)).scalars()]
    return found


def _only(part: Part, key: str, *, with_us: bool) -> tuple[ColumnElement[bool], ...]:
    what, _space, way = key.rpartition(" ")
    members = from_members(with_us=with_us)
    if part is Part.HEAT:
        return message.c.direction == Direction.INCOMING, *members
    of_part: dict[Part, ColumnElement[bool]] = {
        Part.CHANNELS: message.c.account.in_(select(account.c.id).where(account.c.channel == what)),
        Part.ACCOUNTS: message.c.account == what,
        Part.HATS: conversation.c.hat == what,
        Part.TAGS: conversation.c.id.in_(_tagged(what)),
    }
    narrowed = (of_part[part],) if part in of_part else ()
    return message.c.direction == way, *narrowed, *(members if way == Direction.INCOMING else ())


def _tagged(name: str) -> Select[tuple[str]]:
    carried = select(conversation_tag.c.conversation).join(tag, tag.c.id == conversation_tag.c.tag)
    return carried.where(tag.c.name == name)
