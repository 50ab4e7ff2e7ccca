"""Reports counted in the database: what came and left by quarters of an hour, and the conversations that began.

Each is one pass over an index that holds all it asks for, or over the ids alone: messages are read when somebody
opens a figure. Ids are coded by time, so a quarter of an hour is their quotient.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    ScalarSelect,
    Select,
    TextClause,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
)

from inbox_app.content.questions import asks
from inbox_app.domain.ids import MessageId
from inbox_app.domain.report import QUARTER_MS, Begun, Volume
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import Direction, Hat, Kind, MessageState
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.schema import (
    account,
    conversation,
    conversation_tag,
    handle,
    message,
    message_copy,
    message_text,
    tag,
)
from inbox_app.storage.transaction import Reading

_SAID = (message.c.context.is_(False), message.c.state != MessageState.FAILED)
COUNTS = (*_SAID, SHOWN)
"""What reports count: not what is shown for context, nor what never left; a mail that several accounts got once."""
_OF_US = select(handle.c.id).where(handle.c.colleague.is_not(None))
_NOT_OF_US = message.c.author.not_in(_OF_US)


def from_members(*, with_us: bool) -> tuple[ColumnElement[bool], ...]:
    """Of what came, only what members said: not what one of us did by a name of their own, unless that counts too."""
    return () if with_us else (_NOT_OF_US,)


def knows_us(conn: Reading) -> bool:
    """Whether anybody speaks here who is one of us: else nothing has to be asked about whoever wrote something."""
    return conn.execute(_OF_US.limit(1)).first() is not None


def volumes(conn: Reading, begin: int, end: int, *, with_us: bool = True) -> Sequence[Volume]:
    """What each account got and sent, by quarters of an hour."""
    known = conn.execute(select(account.c.id, account.c.channel).order_by(account.c.id)).all()
    days = {"first": first_id(begin), "end": first_id(end)}
    copies = _left_out(conn, days, with_us=with_us)
    found = []
    # An account and a way at a time: then the quarter is all that the database has to group by, which is a number.
    for which, channel in known:
        for way in Direction:
            all_of_them = _VOLUME.all_at_once(conn, days | {"which": which, "way": way})
            found.append(Volume(which, channel, way, _without(copies[which, way], all_of_them)))
    return [one for one in found if one.quarters]


def hats(
    conn: Reading, begin: int, end: int, said: Sequence[Volume], *, with_us: bool = True
) -> Mapping[tuple[str, str], int]:
    """How many messages came and left under each hat: under the rarer one they are counted, the others are the rest."""
    worn = select(conversation.c.hat, func.count()).where(conversation.c.merged_into.is_(None))
    worn = worn.where(conversation.c.last_message >= first_id(begin)).group_by(conversation.c.hat)
    often = {hat.value: 0 for hat in Hat} | {row[0]: row[1] for row in conn.execute(worn)}
    usual, *rare = sorted(often, key=lambda hat: -often[hat])
    # Counted conversation by conversation: joined, the database would go through all messages of the days.
    counted = (
        select(conversation.c.hat, *(func.sum(one) for one in _numbers_in(begin, end, with_us=with_us)))
        .where(conversation.c.hat.in_(rare), conversation.c.last_message >= first_id(begin))
        .group_by(conversation.c.hat)
    )
    rows = conn.execute(counted).all() if any(often[hat] for hat in rare) else ()
    found = {(hat, way.value): number for hat, *numbers in rows for way, number in zip(Direction, numbers, strict=True)}
    for way in Direction:
        every = sum(one.number for one in said if one.way is way)
        found[usual, way] = every - sum(found.get((hat, way), 0) for hat in rare)
    return found


def tags(conn: Reading, begin: int, end: int, *, with_us: bool = True) -> Mapping[tuple[str, str], int]:
    """How many messages came and left in conversations with each tag; one with two tags counts for both."""
    here = conversation.c.last_message >= first_id(begin)
    counted = (
        select(tag.c.name, *(func.sum(one) for one in _numbers_in(begin, end, with_us=with_us)))
        .select_from(conversation_tag)
        .join(conversation, and_(conversation.c.id == conversation_tag.c.conversation, here))
        .join(tag, tag.c.id == conversation_tag.c.tag)
        .group_by(tag.c.name)
    )
    return {
        (name, way.value): number
        for name, *numbers in conn.execute(counted)
        for way, number in zip(Direction, numbers, strict=True)
        if any(numbers)
    }


def begun(conn: Reading, begin: int, end: int, *, with_us: bool = True) -> Sequence[Begun]:
    """The conversations that a member began, in no order."""
    asked = _BEGUN if with_us else _BEGUN_BY_MEMBERS
    return [*map(Begun._make, asked.all_at_once(conn, {"first": first_id(begin), "end": first_id(end)}))]


def asked(conn: Reading, begin: int, end: int, *, with_us: bool = True) -> tuple[int, int]:
    """How many questions members asked, and how many of them we answered."""
    numbers = func.count(), func.sum(case((_ANSWERED, 1), else_=0))
    told = conn.execute(_asked(begin, end, _JUDGED, *numbers, with_us=with_us)).one()
    unknown = [row.answered for row in _unjudged(conn, begin, end, with_us=with_us)]
    return told[0] + len(unknown), (told[1] or 0) + sum(unknown)


def questions(conn: Reading, begin: int, end: int, *, with_us: bool = True) -> Mapping[MessageId, bool]:
    """What members asked, in order, and whether we answered it."""
    rows = conn.execute(_asked(begin, end, _JUDGED, message.c.id, _ANSWERED, with_us=with_us)).all()
    found = [(one, bool(answered)) for one, answered in rows]
    found += [(row.id, bool(row.answered)) for row in _unjudged(conn, begin, end, with_us=with_us)]
    return {MessageId(one): answered for one, answered in sorted(found)}


def within(begin: int, end: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """From and before which millisecond a message stands."""
    return message.c.id >= first_id(begin), message.c.id < first_id(end)


def _numbers_in(begin: int, end: int, *, with_us: bool) -> Iterator[ScalarSelect[int]]:
    """How many messages of a conversation came, and how many left."""
    for way in Direction:
        here = (message.c.conversation == conversation.c.id, message.c.direction == way, *within(begin, end))
        only = from_members(with_us=with_us) if way is Direction.INCOMING else ()
        counted = select(func.count()).select_from(message).where(*here, *COUNTS, *only)
        yield counted.correlate(conversation).scalar_subquery()


def _volume() -> Select[Any]:
    """All of one account and way, copies as well."""
    whose = (message.c.account == bindparam("which"), message.c.direction == bindparam("way"))
    return select(_QUARTER, func.count()).where(*whose, *_INSIDE, *_SAID).group_by(_QUARTER)


def _left_out(conn: Reading, days: Mapping[str, int], *, with_us: bool) -> Mapping[tuple[str, str], Counter[int]]:
    """What other records stand for, and what is ours: counted by itself, nothing is asked about each message."""
    found: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for statement in (_COPIES,) if with_us else (_COPIES, _BY_US):
        for which, way, quarter, number in conn.execute(statement, days):
            found[which, way][quarter] += number
    return found


def _without(copies: Counter[int], all_of_them: Iterable[Sequence[int]]) -> Sequence[Sequence[int]]:
    found = all_of_them if not copies else ((at, number - copies[at]) for at, number in all_of_them)
    return [(at * QUARTER_MS, number) for at, number in found if number]


def _begun(*, with_us: bool) -> Select[Any]:
    """First message, our first answer whenever it came, and the decision "done"; a look into the index each.

    In the order of that index: as they come, each look would need another page of it, and the next one again.
    """
    alive = (
        select(conversation.c.id, conversation.c.done_at)
        .where(conversation.c.merged_into.is_(None), conversation.c.last_message >= _FIRST)
        # Not the bare column: for its order SQLite would go through all conversations that there ever were.
        .order_by(conversation.c.id.op("||")(""))
        .cte("alive")
        .prefix_with("MATERIALIZED")
    )
    came = (message.c.direction == Direction.INCOMING, *from_members(with_us=with_us))
    first = _next(*came, of=alive).label("first")
    led = select(alive.c.id, alive.c.done_at, first).limit(_ALL).subquery("led")
    answer = _next(message.c.direction == Direction.OUTGOING, message.c.id > led.c.first, of=led)
    inside = (led.c.first >= _FIRST, led.c.first < _END)
    return select(led.c.first, _moment(led.c.first), _moment(answer), led.c.done_at).where(*inside)


def _moment(key: ColumnElement[int]) -> ColumnElement[int]:
    return key // literal(first_id(1))


_FIRST, _END = bindparam("first", type_=BigInteger), bindparam("end", type_=BigInteger)
_INSIDE = (message.c.id >= _FIRST, message.c.id < _END)
_QUARTER = (message.c.id // literal(first_id(QUARTER_MS))).label("quarter")
_ALL = 2**62
"""A limit keeps the databases from folding one question into the other, and asking for the first message thrice."""


def _next(*wanted: ColumnElement[bool], of: FromClause) -> ScalarSelect[int]:
    found = select(message.c.id).where(message.c.conversation == of.c.id, *wanted, *COUNTS)
    return found.order_by(message.c.id).limit(1).correlate(of).scalar_subquery()


# Tens of thousands of rows each, of every one of which SQLAlchemy would make an object that lives for a moment.
_VOLUME, _BEGUN = Prepared(_volume()), Prepared(_begun(with_us=True))
_BEGUN_BY_MEMBERS = Prepared(_begun(with_us=False))
_copied = select(message_copy.c.message).where(message_copy.c.message >= _FIRST, message_copy.c.message < _END)
_COPIES = (
    select(message.c.account, message.c.direction, _QUARTER, func.count())
    # Not as a join: for that SQLite goes through all messages of the days, and looks for each among the copies.
    .where(message.c.id.in_(_copied), *_SAID)
    .group_by(message.c.account, message.c.direction, _QUARTER)
)
_BY_US = (
    select(message.c.account, message.c.direction, _QUARTER, func.count())
    .where(message.c.author.in_(_OF_US), message.c.direction == Direction.INCOMING, *_INSIDE, *COUNTS)
    .group_by(message.c.account, message.c.direction, _QUARTER)
)

_JUDGED = text("message_text.asks")
_FLAT = conversation.c.kind.in_([kind.value for kind in Kind if kind.answered_by_any_later])
# An answer right below stays one where the conversation was divided since.
_LATER = and_(_FLAT, conversation.c.last_outgoing > message.c.id)
_ANSWERED = or_(message.c.ours_below.is_(True), _LATER).label("answered")


def _unjudged(conn: Reading, begin: int, end: int, *, with_us: bool) -> Sequence[Row[*tuple[Any, ...]]]:
    told = (message.c.id, _ANSWERED, message_text.c.body)
    unknown = _asked(begin, end, message_text.c.asks.is_(None), *told, with_us=with_us)
    return [row for row in conn.execute(unknown) if asks(row.body)]


def _asked(
    begin: int, end: int, known: ColumnElement[bool] | TextClause, *told: ColumnElement[Any], with_us: bool
) -> Select[*tuple[Any, ...]]:
    return (
        select(*told)
        .select_from(message_text)
        .join(message, message.c.id == message_text.c.id)
        .join(conversation, conversation.c.id == message.c.conversation)
        .where(known, message_text.c.id >= first_id(begin), message_text.c.id < first_id(end))
        .where(message.c.direction == Direction.INCOMING, *COUNTS, *from_members(with_us=with_us))
    )
