"""Where a template went: to whom, under which post, and what came of it.

A use bears the id of the outgoing act that it went with: what became of the act is known there, so that nothing taken
back or given up counts, and a post made from a template is found by the remote id it got.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Join, Select, and_, func, insert, or_, select, union_all

from inbox_app.domain.ids import MemberId, OutboxId, PostId, TemplateId
from inbox_app.domain.words import Direction, OutboxState
from inbox_app.storage.schema import handle, message, message_copy, outbox, post, template_use
from inbox_app.storage.transaction import Tx

_NOTHING_CAME_OF_IT = (OutboxState.UNDONE.value, OutboxState.DISCARDED.value, OutboxState.FAILED.value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a template did: how often it was asked with it, how many answers came and from how many members."""

    asked: int = 0
    answers: int = 0
    members: int = 0


def record(tx: Tx, of: TemplateId, act: OutboxId, person: MemberId | None = None) -> None:
    """Note that a text went out with an act: to whom and under which post, where the act answers a message.
    Where it begins a conversation, `person` says with whom."""
    ours, target = tx.conn.execute(select(outbox.c.message, outbox.c.target).where(outbox.c.id == act)).one()
    under = None
    if target is not None:
        facts = select(handle.c.member, message.c.post).join_from(message, handle, handle.c.id == message.c.author)
        person, under = tx.conn.execute(facts.where(message.c.id == target)).one()
    values = {"id": act, "template": of, "message": ours, "member": person, "post": under, "at": tx.now}
    tx.conn.execute(insert(template_use).values(**values))
    tx.about("templates")


def totals(conn: Connection) -> dict[TemplateId, tuple[int, int]]:
    """How often each text was used and when last."""
    counted = _standing(select(template_use.c.template, func.count(), func.max(template_use.c.at)))
    return {TemplateId(of): (count, at) for of, count, at in conn.execute(counted.group_by(template_use.c.template))}


def last_for_member(conn: Connection, texts: Collection[TemplateId], person: MemberId) -> int | None:
    """When one of these texts last went to this member, whatever the handle was linked to then."""
    answered = message.alias("answered")
    to = _USES.outerjoin(answered, answered.c.id == outbox.c.target)
    to = to.outerjoin(handle, handle.c.id == answered.c.author)
    wanted = _standing(select(func.max(template_use.c.at)), to).where(
        template_use.c.template.in_(texts),
        or_(handle.c.member == person, and_(handle.c.id.is_(None), template_use.c.member == person)),
    )
    found: int | None = conn.execute(wanted).scalar_one()
    return found


def last_under_post(conn: Connection, texts: Collection[TemplateId], under: PostId) -> Mapping[TemplateId, int]:
    """When each of these texts was last used under a post."""
    wanted = _standing(select(template_use.c.template, func.max(template_use.c.at))).where(
        template_use.c.template.in_(texts), template_use.c.post == under
    )
    return {TemplateId(of): at for of, at in conn.execute(wanted.group_by(template_use.c.template))}


def outcome(conn: Connection, texts: Collection[TemplateId]) -> Outcome:
    """What came of these texts: comments from outside under the posts made from them, and direct answers to them."""
    used = template_use.c.template.in_(texts)
    asked = conn.execute(_standing(select(func.count())).where(used)).scalar_one()
    is_the_one = and_(post.c.account == outbox.c.account, post.c.remote_id == outbox.c.remote_id)
    made = _standing(select(post.c.id), _USES.join(post, is_the_one))
    said = _standing(select(outbox.c.message)).where(used, outbox.c.message.is_not(None))
    # An answer that several accounts got hangs below what its own account has of the mail that it answers.
    copied = select(message_copy.c.message).where(message_copy.c.original.in_(said))
    answers = union_all(
        _from_outside(message.c.post.in_(made.where(used, outbox.c.message.is_(None)))),
        _from_outside(message.c.parent.in_(said)),
        _from_outside(message.c.parent.in_(copied)),
    ).subquery()
    people = func.count(func.distinct(func.coalesce(answers.c.member, answers.c.author)))
    counted = conn.execute(select(func.count(func.distinct(answers.c.id)), people)).one()
    return Outcome(asked, *counted)


def _from_outside(which: ColumnElement[bool]) -> Select[Any]:
    """What stands for each of these messages, so that two records of one mail are one answer."""
    return (
        select(func.coalesce(message_copy.c.original, message.c.id).label("id"), message.c.author, handle.c.member)
        .join(handle, handle.c.id == message.c.author)
        .outerjoin(message_copy, message_copy.c.message == message.c.id)
        .where(which, message.c.direction == Direction.INCOMING.value, message.c.deleted_at.is_(None))
    )


_USES = template_use.outerjoin(outbox, outbox.c.id == template_use.c.id)


def _standing(wanted: Select[Any], among: Join = _USES) -> Select[Any]:
    """Of those uses of which something came, or still may."""
    came = or_(outbox.c.id.is_(None), outbox.c.state.not_in(_NOTHING_CAME_OF_IT))
    return wanted.select_from(among).where(came)
