"""On which days members spoke: read from the messages each time, so that no label can go stale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import case, func, select

from inbox_app.domain.ids import MemberId
from inbox_app.domain.loyalty import DAY_MS, Rhythm
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import Direction
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.people import OUTSIDE
from inbox_app.storage.schema import handle, message
from inbox_app.storage.transaction import Reading

SAID = (message.c.direction == Direction.INCOMING, message.c.context.is_(False), SHOWN)
"""What members said to us: not what is shown for context, and a mail that several accounts got once."""


def rhythms(conn: Reading, wanted: Collection[MemberId] | None = None) -> Mapping[MemberId, Rhythm]:
    """The days of these members, or of everybody who ever spoke."""
    # The id is time-coded, so the day is its quotient and the index of authors is in order of days.
    day = (message.c.id // first_id(DAY_MS)).label("day")
    # Another account may have loaded what was said later on the day of somebody's first word: that word decides.
    word, loaded = func.min(message.c.id), func.min(case((message.c.history, message.c.id)))
    found = select(handle.c.member, day, word, loaded).join(handle, handle.c.id == message.c.author)
    found = found.where(*SAID, handle.c.member.is_not(None), OUTSIDE).group_by(handle.c.member, day)
    if wanted is not None:
        found = found.where(one_of(handle.c.member, wanted))
    days: defaultdict[str, list[int]] = defaultdict(list)
    first: dict[str, bool] = {}
    for whose, when, said, as_history in conn.execute(found.order_by(handle.c.member, day)):
        days[whose].append(when)
        first.setdefault(whose, said == as_history)
    return {MemberId(whose): Rhythm(tuple(when), first[whose]) for whose, when in days.items()}
