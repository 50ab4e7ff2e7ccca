"""Newcomers: whose first words came while we listened, whether we answered them, and who was dealt with by hand."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, select

from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.ids import ColleagueId, HandleId, MemberId, MessageId, OperationId
from inbox_app.domain.timecode import from_ms, ms_of
from inbox_app.domain.welcomes import Debut, Greeting, Newcomer
from inbox_app.domain.words import Direction, Kind, MessageState
from inbox_app.i18n import _
from inbox_app.storage.bulk import any_of, one_of
from inbox_app.storage.circles import present
from inbox_app.storage.member_cards import lines
from inbox_app.storage.operations import Before, record
from inbox_app.storage.people import OUTSIDE
from inbox_app.storage.people_before import PeopleBefore, touch
from inbox_app.storage.rhythms import SAID, rhythms
from inbox_app.storage.schema import conversation, handle, member, message, operation
from inbox_app.storage.timelines import lines_of
from inbox_app.storage.transaction import Reading, Tx

_WELCOME = "welcome"


def newcomers(conn: Reading, since: int) -> tuple[Newcomer, ...]:
    """Everybody whose first words came after a moment and were not loaded as history, the earliest first."""
    known = debuts(conn, since)
    said = {one.message: one for one in lines_of(conn, [one.first for one in known.values()])}
    found = (Newcomer(line, said[known[line.id].first], known[line.id]) for line in lines(conn, [*known]))
    return tuple(sorted(found, key=lambda one: one.debut.first))


def debuts(conn: Reading, since: int, only: MemberId | None = None) -> Mapping[MemberId, Debut]:
    """The first words of each of them, or of one alone, and what came of these."""
    firsts = _firsts(conn, since, only)
    answered, dealt, days = _answered(conn, firsts.values()), _dealt_with(conn), rhythms(conn, [*firsts])
    found = {}
    for whose, said in firsts.items():
        hand = dealt.get(whose)
        moments = [one for one in (answered.get(said.id), hand[1] if hand else None) if one is not None]
        passed = hand is not None and hand[0] is Greeting.PASSED
        welcomed = None if passed or not moments else from_ms(min(moments))
        found[whose] = Debut(said.id, from_ms(said.sent_at), welcomed, passed, len(days[whose].days) > 1)
    return found


def check_waiting(conn: Reading, wanted: MemberId) -> None:
    """Nobody else has welcomed this one, or passed them over, meanwhile. Older history may have come in: no matter.

    Raises:
        Refused: somebody was quicker.
    """
    whose = present(conn, wanted)
    debut = debuts(conn, 0, whose).get(whose)
    answered = debut is not None and not debut.is_waiting and _is_answered(conn, debut.first)
    if answered or whose in _dealt_with(conn):
        raise Refused(_("This newcomer was welcomed or passed over meanwhile, so nothing was sent."))


def _is_answered(conn: Reading, first: MessageId) -> bool:
    """Whether these very words were answered: what we said to others in the conversation is no welcome of this one."""
    where = select(conversation.c.kind).join(message, message.c.conversation == conversation.c.id)
    if conn.execute(where.where(message.c.id == first)).scalar_one() == Kind.DIRECT:
        return True
    return conn.execute(select(_answer.c.id).where(_answer.c.parent == first, *_OURS).limit(1)).first() is not None


def greet(tx: Tx, me: ColleagueId, wanted: Collection[MemberId], how: Greeting) -> OperationId | None:
    """Say that these newcomers are dealt with: they are offered no more, to nobody. The operation takes it back.

    Raises:
        NotFound: there is no such member.
        WrongUse: one of them has no handle.
    """
    dealt: list[tuple[HandleId, MemberId, str]] = []
    for one in {present(tx.conn, each) for each in wanted}:
        handles = tx.conn.execute(select(handle.c.id).where(handle.c.member == one)).scalars().all()
        if not handles:
            raise WrongUse(_("A member without a handle never spoke: there is nobody to welcome."))
        dealt += [(HandleId(each), one, how.value) for each in handles]
    if not dealt:
        return None
    made = record(tx, me, _WELCOME, [], Before(people=PeopleBefore(welcomed=dealt)))
    touch(tx, {whose for _handle, whose, _how in dealt})
    return made


@dataclass(frozen=True, slots=True)
class _First:
    id: MessageId
    sent_at: int
    kind: Kind


def _firsts(conn: Reading, since: int, only: MemberId | None) -> Mapping[MemberId, _First]:
    """The first words of each, where they came after the moment."""
    new = select(member.c.id).where(member.c.first_seen >= since, member.c.blocked.is_(False))
    new = new if only is None else new.where(member.c.id == only)
    first = func.min(_first_said(message.c.id))
    live = func.min(_first_said(case((message.c.history.is_(False), message.c.id))))
    said = (
        select(handle.c.member, first.label("first"))
        .where(handle.c.member.in_(new), OUTSIDE, handle.c.is_bot.is_(False))
        .group_by(handle.c.member)
        .having(first == live)
        .subquery()
    )
    here = (
        select(said.c.member, message.c.id, message.c.sent_at, conversation.c.kind)
        .join(message, message.c.id == said.c.first)
        .join(conversation, conversation.c.id == message.c.conversation)
        .where(message.c.deleted_at.is_(None))
    )
    return {
        MemberId(whose): _First(MessageId(one), sent_at, Kind(kind)) for whose, one, sent_at, kind in conn.execute(here)
    }


def _first_said(told: ColumnElement[int]) -> ScalarSelect[int]:
    """A look into the index of authors for each handle: a minimum of all would read all that they ever said."""
    said = select(told).where(message.c.author == handle.c.id, *SAID)
    return said.order_by(message.c.id).limit(1).correlate(handle).scalar_subquery()


def _answered(conn: Reading, firsts: Collection[_First]) -> Mapping[MessageId, int]:
    """When we first answered each of these messages: below it, or after it where any later message answers."""
    flat = [one.id for one in firsts if one.kind.answered_by_any_later]
    trees = [one.id for one in firsts if not one.kind.answered_by_any_later]
    rows = (*conn.execute(_NEXT_OF_OURS, {"wanted": flat}), *conn.execute(_FIRST_BELOW, {"wanted": trees}))
    return {MessageId(one): ms_of(answer) for one, answer in rows if answer is not None}


_answer = message.alias("answer")
_OURS = (_answer.c.direction == Direction.OUTGOING.value, _answer.c.state != MessageState.FAILED.value)
_NEXT_OF_OURS = select(
    message.c.id,
    select(func.min(_answer.c.id))
    .where(_answer.c.conversation == message.c.conversation, _answer.c.id > message.c.id, *_OURS)
    .scalar_subquery(),
).where(any_of(message.c.id))
_tree = (
    select(_answer.c.id.label("root"), _answer.c.id.label("id"), case((and_(*_OURS), _answer.c.id)).label("ours"))
    .where(any_of(_answer.c.id), _answer.c.ours_below)
    .cte("tree", recursive=True)
)
# What is ours is told on the way down: asked afterwards, SQLite goes through all messages for the few of the tree.
# Without doubles, since a service may tell of two messages that each is below the other.
_tree = _tree.union(
    select(_tree.c.root, _answer.c.id, case((and_(*_OURS), _answer.c.id))).where(_answer.c.parent == _tree.c.id)
)
_FIRST_BELOW = select(_tree.c.root, func.min(_tree.c.ours)).group_by(_tree.c.root)


def _dealt_with(conn: Reading) -> Mapping[MemberId, tuple[Greeting, int]]:
    """Whom a person dealt with by hand, by the handles that they had then."""
    said = select(operation.c.detail, operation.c.at).where(
        operation.c.kind == _WELCOME, operation.c.undone_at.is_(None)
    )
    dealt = {
        one: (Greeting(how), row.at)
        for row in conn.execute(said.order_by(operation.c.at.desc()))
        for one, _whose, how in json.loads(row.detail)["people"]["welcomed"]
    }
    now = conn.execute(select(handle.c.id, handle.c.member).where(one_of(handle.c.id, [*dealt])))
    return {MemberId(row.member): dealt[row.id] for row in now}
