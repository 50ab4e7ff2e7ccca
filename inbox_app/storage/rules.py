"""Rules as rows: kept in their order, judged over messages, and the log of what they did."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.filters import OF_MESSAGE, Is, from_json, to_json
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId, OperationId, RuleId, new_id
from inbox_app.domain.rules import DryRun, Met, Rule, RuleRun, RuleTally, Said, holds, said_holds, stored_rule_steps
from inbox_app.domain.timecode import from_ms, ms_of
from inbox_app.domain.titles import snippet_of
from inbox_app.domain.words import Direction
from inbox_app.i18n import _
from inbox_app.storage.bulk import any_of, one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.filters import where
from inbox_app.storage.schema import (
    conversation,
    handle,
    member_tag,
    message,
    message_text,
    operation,
    rule,
    rule_run,
    tag,
)
from inbox_app.storage.transaction import Tx

BY = ColleagueId("rules")
"""Who decided what a rule did. Nobody's Z takes that back, and no condition of a rule depends on who asks."""
_MET_SHOWN = 50


def every(conn: Connection) -> tuple[Rule, ...]:
    """All rules in the order in which they run."""
    return tuple(map(_rule, conn.execute(select(rule).order_by(rule.c.position, rule.c.made_at, rule.c.id))))


def at_work(conn: Connection) -> tuple[Rule, ...]:
    """Those that are switched on."""
    return tuple(one for one in every(conn) if one.enabled)


def named(conn: Connection, wanted: str) -> Rule:
    """A rule by its id, or by its name whatever its case.

    Raises:
        NotFound: there is none.
    """
    for one in every(conn):
        if wanted == one.id or wanted.casefold() == one.name.casefold():
            return one
    raise NotFound(_("There is no rule “{name}”.").format(name=wanted))


def put(tx: Tx, wanted: Rule) -> RuleId:
    """Keep a rule: one that is new comes after the others.

    Raises:
        WrongUse: another rule has its name.
    """
    twin = select(rule.c.id).where(func.lower(rule.c.name) == wanted.name.lower(), rule.c.id != wanted.id)
    if tx.conn.execute(twin).first() is not None:
        raise WrongUse(_("There is another rule “{name}”. Choose another name.").format(name=wanted.name))
    values = {
        "name": wanted.name,
        "condition": json.dumps(to_json(wanted.condition), separators=(",", ":")),
        "actions": json.dumps([str(step) for step in wanted.steps], ensure_ascii=False),
        "enabled": wanted.enabled,
        "stop": wanted.stop,
    }
    tx.about("rules")
    if wanted.id and tx.conn.execute(update(rule).where(rule.c.id == wanted.id).values(**values)).rowcount:
        return wanted.id
    made = wanted.id or RuleId(new_id())
    last = tx.conn.execute(select(func.coalesce(func.max(rule.c.position), 0))).scalar_one()
    tx.conn.execute(insert(rule).values(id=made, made_at=tx.now, position=last + 1, **values))
    return made


def arrange(tx: Tx, order: Sequence[RuleId]) -> None:
    """Let rules run in this order."""
    for place, one in enumerate(order, 1):
        tx.conn.execute(update(rule).where(rule.c.id == one).values(position=place))
    tx.about("rules")


def remove(tx: Tx, wanted: RuleId) -> None:
    """Forget a rule; what it did stands, and its log stays."""
    tx.conn.execute(update(rule_run).where(rule_run.c.rule == wanted).values(rule=None))
    tx.conn.execute(delete(rule).where(rule.c.id == wanted))
    tx.about("rules")


@dataclass(slots=True)
class Judge:
    """Knows which messages a condition holds for; each plain part is asked once for all of them."""

    conn: Connection
    said: Sequence[Said]
    _known: dict[Is, frozenset[ConversationId]] = field(default_factory=dict)

    def met(self, of: Rule) -> list[Said]:
        """The messages that a rule is about, in their order."""
        return [one for one in self.said if holds(of.condition, partial(self._holds, one))]

    def _holds(self, one: Said, leaf: Is) -> bool:
        if leaf.by in OF_MESSAGE:
            return said_holds(leaf, one)
        if leaf not in self._known:
            within = {one.conversation for one in self.said}
            wanted = select(conversation.c.id).where(one_of(conversation.c.id, within), where(leaf, BY))
            self._known[leaf] = frozenset(map(ConversationId, self.conn.execute(wanted).scalars()))
        return one.conversation in self._known[leaf]


def said_in(conn: Connection, wanted: Collection[MessageId], now: int, *, history: bool = False) -> list[Said]:
    """What rules look at of these messages; the oldest first, without ours and context, and history where asked for."""
    asked = (_SEEN if history else _SAID).where(any_of(message.c.id)).order_by(message.c.id)
    return _said(conn, conn.execute(asked, {"wanted": list(wanted)}).all(), now)


def newest_said(conn: Connection, limit: int, now: int, older_than: MessageId | None = None) -> list[Said]:
    """The same of the newest messages from outside, whenever they came."""
    newest = _SEEN.order_by(message.c.id.desc()).limit(limit)
    if older_than is not None:
        newest = newest.where(message.c.id < older_than)
    return _said(conn, conn.execute(newest).all(), now)[::-1]


def dry_run(conn: Connection, of: Rule, limit: int, now: int) -> DryRun:
    """What a rule would have met among the newest messages, as everything stands now."""
    said = newest_said(conn, limit, now)
    met = Judge(conn, said).met(of)
    shown = [one.message for one in met[: -_MET_SHOWN - 1 : -1]]
    return DryRun(len(said), len(met), tuple(_met(conn, shown)))


def log(tx: Tx, of: RuleId, which: MessageId, did: OperationId | None) -> None:
    """Note that a rule was met."""
    tx.conn.execute(insert(rule_run).values(id=new_id(), rule=of, message=which, operation=did, at=tx.now))
    tx.about("rules")


def runs(conn: Connection, of: RuleId | None = None, limit: int = 200) -> tuple[RuleRun, ...]:
    """What rules did, the newest first."""
    wanted = _RUNS if of is None else _RUNS.where(rule_run.c.rule == of)
    rows = conn.execute(
        wanted.order_by(rule_run.c.at.desc(), rule_run.c.message.desc(), rule.c.position.desc()).limit(limit)
    )
    return tuple(
        RuleRun(
            row.id,
            row.rule,
            row.name or "",
            MessageId(row.message),
            ConversationId(row.conversation),
            row.operation,
            from_ms(row.at),
            None if row.undone_at is None else from_ms(row.undone_at),
            snippet_of(row.body or ""),
        )
        for row in rows
    )


def tally(conn: Connection, of: RuleId) -> RuleTally:
    """How often a rule was met, and how much of what it did stands."""
    stands = func.count(operation.c.id).filter(operation.c.undone_at.is_(None))
    counted = select(func.count(), stands).select_from(rule_run).outerjoin(operation)
    return RuleTally(*conn.execute(counted.where(rule_run.c.rule == of)).one())


def standing(conn: Connection, of: RuleId) -> list[OperationId]:
    """What a rule did and nobody took back, the newest first."""
    wanted = (
        select(operation.c.id)
        .join(rule_run, rule_run.c.operation == operation.c.id)
        .where(rule_run.c.rule == of, operation.c.undone_at.is_(None))
        .order_by(operation.c.at.desc(), operation.c.id.desc())
    )
    return [OperationId(one) for one in dict.fromkeys(conn.execute(wanted).scalars())]


def _rule(row: Row[*tuple[Any, ...]]) -> Rule:
    condition = from_json(json.loads(row.condition))
    return Rule(
        row.id, row.name, condition, stored_rule_steps(json.loads(row.actions)), row.enabled, row.stop, row.position
    )


def _said(conn: Connection, rows: Sequence[Row[*tuple[Any, ...]]], now: int) -> list[Said]:
    tags = _member_tags(conn, {row.member for row in rows if row.member is not None})
    firsts = _firsts(conn, {row.author: row.member for row in rows})
    return [
        Said(
            MessageId(row.id),
            ConversationId(row.conversation),
            row.body or "",
            row.title,
            "<a " in (row.html or ""),
            row.hidden,
            firsts.get(row.author) == row.id,
            frozenset(tags[row.member]),
            now - ms_of(row.id) if row.needs_reply else None,
        )
        for row in rows
    ]


def _member_tags(conn: Connection, members: Iterable[str]) -> defaultdict[str | None, set[str]]:
    found: defaultdict[str | None, set[str]] = defaultdict(set)
    for one, name in conn.execute(_MEMBER_TAGS, {"wanted": list(members)}):
        found[one].add(name.casefold())
    return found


def _firsts(conn: Connection, authors: Mapping[str, str | None]) -> dict[str, int]:
    """The first message of whoever stands behind each of these handles."""
    of_member: dict[str, int] = dict(
        conn.execute(_FIRST_OF_MEMBERS, {"wanted": [one for one in authors.values() if one]}).all()
    )
    of_handle: dict[str, int] = dict(
        conn.execute(_FIRST_OF_HANDLES, {"wanted": [one for one, member in authors.items() if not member]}).all()
    )
    return {one: of_member.get(member or "", of_handle.get(one, 0)) for one, member in authors.items()}


def _met(conn: Connection, wanted: Sequence[MessageId]) -> Iterable[Met]:
    rows = {row.id: row for row in conn.execute(_MET, {"wanted": list(wanted)})}
    for one in wanted:
        row = rows[one]
        author = row.name or row.handle
        yield Met(one, ConversationId(row.conversation), author, snippet_of(row.body or ""), from_ms(ms_of(one)))


_SEEN = (
    select(
        message.c.id,
        message.c.conversation,
        message.c.title,
        message.c.html,
        message.c.hidden,
        message.c.needs_reply,
        message.c.author,
        handle.c.member,
        message_text.c.body,
    )
    .join(handle, handle.c.id == message.c.author)
    .outerjoin(message_text, message_text.c.id == message.c.id)
    .where(
        message.c.direction == Direction.INCOMING,
        message.c.context.is_(False),
        message.c.deleted_at.is_(None),
        SHOWN,
    )
)
_SAID = _SEEN.where(message.c.history.is_(False))
_MEMBER_TAGS = (
    select(member_tag.c.member, tag.c.name).join(tag, tag.c.id == member_tag.c.tag).where(any_of(member_tag.c.member))
)
_FIRST_OF_MEMBERS = (
    select(handle.c.member, func.min(message.c.id))
    .join(message, message.c.author == handle.c.id)
    .where(any_of(handle.c.member))
    .group_by(handle.c.member)
)
_FIRST_OF_HANDLES = (
    select(message.c.author, func.min(message.c.id)).where(any_of(message.c.author)).group_by(message.c.author)
)
_MET = (
    select(message.c.id, message.c.conversation, handle.c.name, handle.c.handle, message_text.c.body)
    .join(handle, handle.c.id == message.c.author)
    .outerjoin(message_text, message_text.c.id == message.c.id)
    .where(any_of(message.c.id))
)
_RUNS = (
    select(
        rule_run.c.id,
        rule_run.c.rule,
        rule.c.name,
        rule_run.c.message,
        message.c.conversation,
        rule_run.c.operation,
        rule_run.c.at,
        operation.c.undone_at,
        message_text.c.body,
    )
    .join(message, message.c.id == rule_run.c.message)
    .outerjoin(rule, rule.c.id == rule_run.c.rule)
    .outerjoin(operation, operation.c.id == rule_run.c.operation)
    .outerjoin(message_text, message_text.c.id == message.c.id)
)
