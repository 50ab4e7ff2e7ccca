"""Fields and tags that a decision made along its way: gone with it, unless something else uses them since."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import TypeVar

from sqlalchemy import Connection, delete, select, union_all, update

from inbox_app.domain.filters import By, conditions, from_json
from inbox_app.domain.ids import FieldId, TagId
from inbox_app.storage.bulk import one_of
from inbox_app.storage.schema import (
    conversation_tag,
    field,
    member_field,
    member_tag,
    operation,
    rule,
    tag,
    template,
    view,
)
from inbox_app.storage.transaction import Tx

Id = TypeVar("Id", bound=str)


def every_tag(conn: Connection) -> tuple[TagId, ...]:
    """All tags there are, by their names."""
    return tuple(TagId(one) for one in conn.execute(select(tag.c.id).order_by(tag.c.name)).scalars())


def take_away_fields(tx: Tx, made: Collection[FieldId]) -> list[FieldId]:
    """Forget those that say nothing of anybody and that no template asks for. Returns those that stay."""
    if not made:
        return []
    used = union_all(
        select(member_field.c.field).where(one_of(member_field.c.field, made)),
        select(field.c.id).where(one_of(field.c.id, made), field.c.key),
    )
    asked = "\n".join(tx.conn.execute(select(template.c.text)).scalars()).casefold()
    named = tx.conn.execute(select(field.c.id, field.c.name).where(one_of(field.c.id, made))).all()
    asked_for = {one for one, name in named if f"{{member.{name.casefold()}" in asked}
    gone = _undecided(tx.conn, {*made} - {*tx.conn.execute(used).scalars()} - asked_for)
    if gone:
        tx.conn.execute(delete(field).where(one_of(field.c.id, gone)))
        tx.about("members")
    return [one for one in made if one not in gone]


def take_away_tags(tx: Tx, made: Collection[TagId]) -> None:
    """Forget those that nobody wears, that were given no colour, and that no view and no rule looks for.

    What only puts a tag on makes it anew when it does.
    """
    if not made:
        return
    used = union_all(
        select(member_tag.c.tag).where(one_of(member_tag.c.tag, made)),
        select(conversation_tag.c.tag).where(one_of(conversation_tag.c.tag, made)),
        select(tag.c.id).where(one_of(tag.c.id, made), tag.c.colour != ""),
    )
    named = tx.conn.execute(select(tag.c.id, tag.c.name).where(one_of(tag.c.id, made))).all()
    wanted = set(_looked_for(tx.conn))
    looked_for = {one for one, name in named if {one.casefold(), name.casefold()} & wanted}
    gone = _undecided(tx.conn, {*made} - {*tx.conn.execute(used).scalars()} - looked_for)
    if gone:
        _keep_names(tx, {one: name for one, name in named if one in gone})
        tx.conn.execute(delete(tag).where(one_of(tag.c.id, gone)))
        tx.about("tags")


def _keep_names(tx: Tx, gone: dict[str, str]) -> None:
    """What was decided with these tags, all of it taken back by now, goes on being told by their names."""
    for of, said in tx.conn.execute(select(operation.c.id, operation.c.detail)).all():
        if named := {one: name for one, name in gone.items() if one in said}:
            detail = json.loads(said)
            detail["tags_gone"] = detail.get("tags_gone", {}) | named
            tx.conn.execute(update(operation).where(operation.c.id == of).values(detail=json.dumps(detail)))


def _looked_for(conn: Connection) -> Iterator[str]:
    """The ids and names of tags in views and in the conditions of rules."""
    for stored in conn.execute(union_all(select(view.c.filter), select(rule.c.condition))).scalars():
        for one in conditions(from_json(json.loads(stored))):
            if one.by in (By.TAG, By.MEMBER_TAG):
                yield from (value.casefold() for value in one.values)


def _undecided(conn: Connection, ids: set[Id]) -> set[Id]:
    """Those that no decision names that stands: taking that back may need them."""
    stand = select(operation.c.detail).where(operation.c.undone_at.is_(None)) if ids else None
    for detail in conn.execute(stand).scalars() if stand is not None else ():
        ids = {one for one in ids if one not in detail}
    return ids
