"""All that happened with a member in one line of time: what they said, what we answered, encounters and notes."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, Select, select

from inbox_app.domain.ids import HandleId, MemberId, MessageId
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import KINDS_OF, Activities, Activity, TimelineLine
from inbox_app.domain.timecode import first_id, to_ms
from inbox_app.domain.words import Direction, MessageState
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.notes import notes_on
from inbox_app.storage.schema import conversation, message, participant
from inbox_app.storage.timelines import handles_of, lines_of, newest_of
from inbox_app.storage.transaction import Reading

_NOT_SENT = (MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED)


def activities(
    conn: Reading,
    whose: MemberId,
    *,
    only: Activity | None = None,
    channel: str = "",
    older_than: MessageId | None = None,
    limit: int = 50,
) -> Activities:
    """The newest of what happened (before a place in time): all of it or one kind, on one channel or on all.

    A note is on no channel: where one is chosen, notes are shown only when they are asked for.
    """
    handles = handles_of(conn, whose, channel)
    said = set[MessageId]()
    if only is not Activity.ANSWERED and only is not Activity.NOTED:
        kinds = KINDS_OF.get(only, ()) if only else ()
        said.update(newest_of(conn, handles, limit=limit + 1, older_than=older_than, kinds=kinds))
    if only is None or only is Activity.ANSWERED:
        said.update(_answers(conn, handles, older_than, limit + 1))
    with_notes = only is Activity.NOTED or (only is None and not channel)
    noted = _noted(conn, whose, older_than) if with_notes else {}
    # What happened at one place in time is never divided between two pages.
    places = sorted(said | noted.keys(), reverse=True)
    shown = places[:limit]
    told = {line.message: line for line in lines_of(conn, [one for one in shown if one in said])}
    lines: list[TimelineLine | NoteRow] = []
    for place in shown:
        lines += noted.get(place, ())
        lines += [told[place]] if place in told else []
    return Activities(tuple(lines), shown[-1] if len(places) > limit else None)


def _noted(conn: Connection, whose: MemberId, older_than: MessageId | None) -> dict[MessageId, list[NoteRow]]:
    """Every note about them by its place: when they were met, or when it was written."""
    found = defaultdict[MessageId, list[NoteRow]](list)
    for one in notes_on(conn, members=[whose]):
        place = MessageId(first_id(to_ms(one.met.at if one.met else one.made_at)))
        if older_than is None or place < older_than:
            found[place].append(one)
    return found


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
