"""All that happened with a member in one line of time: what they said, what we answered, noted, decided and did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select

from inbox_app.domain.ids import ColleagueId, HandleId, MemberId, MessageId
from inbox_app.domain.member_deeds import DeedLine
from inbox_app.domain.people import KINDS_OF, Activities, Activity, AnyLine
from inbox_app.domain.timecode import first_id, ms_of, to_ms
from inbox_app.domain.words import Direction, MessageState
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.member_deeds import acted, decided, reminded
from inbox_app.storage.notes import notes_on
from inbox_app.storage.schema import conversation, message, participant
from inbox_app.storage.timelines import handles_of, lines_of, newest_of
from inbox_app.storage.transaction import Reading

_NOT_SENT = (MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED)


@dataclass(frozen=True, slots=True)
class _Page:
    """Which stretch of whose timeline is asked for, by whom and when."""

    me: ColleagueId
    whose: MemberId
    handles: tuple[HandleId, ...]
    now: int
    only: Activity | None
    channel: str
    older_than: MessageId | None
    places: int

    def shows(self, one: Activity) -> bool:
        """Whether it shows this kind."""
        return self.only is None or self.only is one

    def shows_elsewhere(self, one: Activity) -> bool:
        """Whether it shows what of this kind is on no channel: where one is chosen, only when asked for."""
        return self.only is one or (self.only is None and not self.channel)


def activities(
    conn: Reading,
    me: ColleagueId,
    whose: MemberId,
    now: int,
    *,
    only: Activity | None = None,
    channel: str = "",
    older_than: MessageId | None = None,
    limit: int = 50,
) -> Activities:
    """The newest of what happened (before a place in time): all of it or one kind, on one channel or on all."""
    page = _Page(me, whose, handles_of(conn, whose, channel), now, only, channel, older_than, limit + 1)
    said, beside = _said(conn, page), defaultdict[MessageId, list[AnyLine]](list)
    for at, one in _beside(conn, page):
        place = MessageId(first_id(to_ms(at)))
        if older_than is None or place < older_than:
            beside[place].append(one)
    # What happened at one place in time is never divided between two pages.
    places = sorted(said | beside.keys(), reverse=True)
    shown = places[:limit]
    told = {line.message: line for line in lines_of(conn, [one for one in shown if one in said])}
    lines: list[AnyLine] = []
    for place in shown:
        lines += beside.get(place, ())
        lines += [told[place]] if place in told else []
    return Activities(tuple(lines), shown[-1] if len(places) > limit else None)


def _said(conn: Reading, page: _Page) -> set[MessageId]:
    """What they said, and what we answered."""
    said = set[MessageId]()
    if page.only in (None, Activity.SAID, *KINDS_OF):
        kinds = KINDS_OF.get(page.only, ()) if page.only else ()
        said.update(newest_of(conn, page.handles, limit=page.places, older_than=page.older_than, kinds=kinds))
    if page.shows(Activity.ANSWERED):
        said.update(_answers(conn, page.handles, page.older_than, page.places))
    return said


def _beside(conn: Connection, page: _Page) -> Iterator[tuple[datetime, AnyLine]]:
    """What was noted and what we did, with the moment at which it stands; older than the page begins, or all."""
    until = None if page.older_than is None else ms_of(page.older_than - 1)
    if page.shows_elsewhere(Activity.NOTED):
        for note in notes_on(conn, members=[page.whose]):
            yield note.met.at if note.met else note.made_at, note
    deeds: list[DeedLine] = []
    if page.shows(Activity.DECIDED):
        deeds += decided(conn, page.handles, until, page.places)
    if page.shows(Activity.ACTED):
        deeds += acted(conn, page.handles, until)
    if page.shows(Activity.REMINDED):
        whose = page.whose if page.shows_elsewhere(Activity.REMINDED) else None
        deeds += reminded(conn, page.me, whose, page.handles, page.now)
    yield from ((one.at, one) for one in deeds)


def _answers(
    conn: Connection, handles: tuple[HandleId, ...], older_than: MessageId | None, limit: int
) -> list[MessageId]:
    """The newest of what we wrote to them: below what they said, and where we speak with them alone or by mail."""
    theirs = select(message.c.id).where(one_of(message.c.author, handles))
    private = (
        select(conversation.c.id)
        .join(participant, participant.c.conversation == conversation.c.id)
        .where(one_of(participant.c.handle, handles), conversation.c.kind.in_(KINDS_OF[Activity.PRIVATE]))
    )
    wanted = (message.c.parent.in_(theirs), message.c.conversation.in_(private))
    found = {int(one) for where in wanted for one in conn.execute(_ours(older_than, limit).where(where)).scalars()}
    return [MessageId(one) for one in sorted(found, reverse=True)[:limit]]


def _ours(older_than: MessageId | None, limit: int) -> Select[int]:
    sent = select(message.c.id).where(
        message.c.direction == Direction.OUTGOING,
        message.c.state.not_in(_NOT_SENT),
        message.c.context.is_(False),
        SHOWN,
    )
    before = sent if older_than is None else sent.where(message.c.id < older_than)
    return before.order_by(message.c.id.desc()).limit(limit)
