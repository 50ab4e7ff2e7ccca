"""What a rule has not met yet: of all that is there already, and of what has waited long enough for an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select

from inbox_app.domain.ids import MessageId
from inbox_app.domain.rules import Rule
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import Direction
from inbox_app.storage import rules
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.dialect import holds
from inbox_app.storage.schema import message, operation, rule_run


class Stretch(NamedTuple):
    """A piece of the history: how many messages were looked at, which a rule meets, and the oldest of them."""

    looked_at: int
    met: Sequence[MessageId]
    oldest: MessageId | None


def stretch(conn: Connection, of: Rule, older_than: MessageId | None, limit: int, now: int) -> Stretch:
    """The next older piece, judged as everything stands now."""
    said = rules.newest_said(conn, limit, now, older_than)
    met = [one.message for one in rules.Judge(conn, said).met(of)]
    new = not_met_by(conn, of, met)
    return Stretch(len(said), [one for one in met if one in new], said[0].message if said else None)


def waiting(conn: Connection, of: Rule, now: int) -> list[MessageId]:
    """What has waited as long as a rule by the clock says and was not met by it, the oldest first."""
    if of.waits_ms is None:
        return []
    asked = (
        select(message.c.id)
        .where(holds(message.c.needs_reply), message.c.id < first_id(now - of.waits_ms + 1), SHOWN)
        .order_by(message.c.id)
    )
    asking = [MessageId(one) for one in conn.execute(asked).scalars()]
    new = left_to(conn, of, asking)
    said = rules.said_in(conn, [one for one in asking if one in new], now)
    return [one.message for one in rules.Judge(conn, said).met(of)]


def not_met_by(conn: Connection, of: Rule, wanted: Collection[MessageId]) -> set[MessageId]:
    """Those of these messages that a rule did nothing with that stands."""
    stands = or_(rule_run.c.operation.is_(None), operation.c.undone_at.is_(None))
    return {*wanted} - _met(conn, wanted, rule_run.c.rule == of.id, stands)


def left_to(conn: Connection, of: Rule, wanted: Collection[MessageId]) -> set[MessageId]:
    """Those that a rule never met, and none before it that stops: what was taken back is not done again by itself."""
    before = takewhile(lambda one: one.id != of.id, rules.every(conn))
    those = [of.id, *(one.id for one in before if one.stop)]
    return {*wanted} - _met(conn, wanted, one_of(rule_run.c.rule, those))


def _met(conn: Connection, wanted: Collection[MessageId], *how: ColumnElement[bool]) -> set[MessageId]:
    runs = select(rule_run.c.message).outerjoin(operation, operation.c.id == rule_run.c.operation)
    return set(map(MessageId, conn.execute(runs.where(one_of(rule_run.c.message, wanted), *how)).scalars()))


def everything(conn: Connection) -> int:
    """How many messages from outside there are, about: those are the ones that rules look at."""
    asked = select(func.count()).where(message.c.direction == Direction.INCOMING, message.c.context.is_(False))
    return conn.execute(asked.select_from(message)).scalar_one()
