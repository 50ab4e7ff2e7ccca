"""What is written down about a member: facts, fields that the workspace defined, tags; each change can be undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from math import isfinite
from typing import TypeVar

from sqlalchemy import Connection, delete, func, insert, select, update

from inbox_app.domain.days_gone import day_near
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import ColleagueId, FieldId, MemberId, TagId, new_id
from inbox_app.domain.inbox import Tag
from inbox_app.domain.people import CHOICES, Fact, Field, FieldType, Known
from inbox_app.domain.people_words import consent_meant
from inbox_app.i18n import _
from inbox_app.storage.bulk import insert_rows, one_of
from inbox_app.storage.circles import all_present, parts_of, records_of
from inbox_app.storage.made_along import every_tag
from inbox_app.storage.operations import Before, record
from inbox_app.storage.people_before import PeopleBefore, put_columns, put_fields, take_off_tags, touch
from inbox_app.storage.schema import field, member, member_field, member_tag, tag
from inbox_app.storage.tags import tag_named
from inbox_app.storage.transaction import Tx

_COLUMNS = {fact: member.c[fact.value] for fact in Fact}
_LONGEST = 500
What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a member; an empty value takes away what linked records say too."""

    facts: Mapping[Fact, str]
    own: Mapping[FieldId, str]


def say(
    tx: Tx, me: ColleagueId, wanted: Collection[MemberId], facts: Mapping[Fact, str], own: Mapping[FieldId, str]
) -> None:
    """Set facts and fields of members; an empty value takes away what linked records say too.

    Raises:
        NotFound: there is no such member or field.
        WrongUse: a value is not of its kind.
    """
    whole = all_present(tx.conn, wanted)
    fitting = Said(
        {fact: fitting_fact(fact, value) for fact, value in facts.items()},
        {which: fitting_field(definition(tx.conn, which), value) for which, value in own.items()},
    )
    before = PeopleBefore()
    write_down(tx, before, dict.fromkeys(whole, fitting))
    if before:
        record(tx, me, "member", [], Before(people=before))


def write_down(tx: Tx, before: PeopleBefore, wanted: Mapping[MemberId, Said]) -> None:
    """The same of many at once, in fitting values; `before` learns how it was. Nothing is recorded."""
    records = records_of(tx.conn, wanted)
    parts = {part for several in records.values() for part in several}
    facts, held = _said_of(tx.conn, parts), _held_of(tx.conn, parts)
    columns: defaultdict[MemberId, dict[str, str]] = defaultdict(dict)
    fields_said: list[tuple[MemberId, FieldId, str | None]] = []
    for whole, said in wanted.items():
        for part, fact, value in _each(whole, records[whole], said.facts):
            old = facts[part][fact] if part in facts else value
            if old != value:
                before.members.setdefault(part, {})[fact.value] = old
                columns[part][fact.value] = value
        for part, which, value in _each(whole, records[whole], said.own):
            was = held.get((which, part))
            if (was or "") != value:
                before.fields.append((part, which, was))
                fields_said.append((part, which, value))
    put_columns(tx.conn, columns)
    put_fields(tx.conn, fields_said)
    if columns or fields_said:
        touch(tx, wanted)


def _each(
    whole: MemberId, parts: Collection[MemberId], said: Mapping[What, str]
) -> Iterator[tuple[MemberId, What, str]]:
    """Which record says what: a value the one that has the handles, nothing all of them."""
    for what, value in said.items():
        for part in [whole] if value else [*parts]:
            yield part, what, value


def retag(tx: Tx, me: ColleagueId, wanted: Collection[MemberId], put: Collection[str], take: Collection[str]) -> None:
    """Put tags on members (made when new) and take others off.

    Raises:
        NotFound: one of the members does not exist.
    """
    before, whole, known = PeopleBefore(), all_present(tx.conn, wanted), frozenset(every_tag(tx.conn))
    put_tags(tx, before, dict.fromkeys(whole, put))
    _take_tags(tx, before, whole, take)
    before.tags_made = [one for one in every_tag(tx.conn) if one not in known]
    if before:
        record(tx, me, "member", [], Before(people=before))


def put_tags(tx: Tx, before: PeopleBefore, wanted: Mapping[MemberId, Collection[str]]) -> None:
    """Put on each of these members tags of their own; `before` learns which are new on them. Nothing is recorded."""
    ids = {name: _named(tx, [name]) for name in dict.fromkeys(chain.from_iterable(wanted.values()))}
    records = records_of(tx.conn, wanted)
    worn = _worn(tx.conn, {part for several in records.values() for part in several})
    new: list[tuple[MemberId, TagId]] = []
    for one, names in wanted.items():
        known = {which for part in records[one] for which in worn[part]}
        putting = dict.fromkeys(which for name in names for which in ids[name])
        new += [(one, which) for which in putting if which not in known]
    insert_rows(tx.conn, member_tag, [{"member": one, "tag": which} for one, which in new])
    before.tags_put += new
    _touch_tags(tx, new)


def _take_tags(tx: Tx, before: PeopleBefore, wanted: Collection[MemberId], take: Collection[str]) -> None:
    gone = {name.lower() for name in take}
    worn = _worn(tx.conn, parts_of(tx.conn, wanted)) if gone else {}
    off = [(part, which) for part, names in worn.items() for which, name in names.items() if name.lower() in gone]
    take_off_tags(tx.conn, off)
    before.tags_taken += off
    if off:
        touch(tx, wanted)
        _touch_tags(tx, off)


def _touch_tags(tx: Tx, changed: Collection[tuple[MemberId, TagId]]) -> None:
    if changed:
        touch(tx, {whose for whose, _which in changed})
        tx.about("tags")


def begin(
    tx: Tx, wanted: MemberId, facts: Mapping[Fact, str], own: Mapping[FieldId, str], tags: Collection[str]
) -> None:
    """What was known of somebody before anybody decided anything: nothing to take back."""
    nothing = PeopleBefore()
    write_down(tx, nothing, {wanted: Said(facts, own)})
    put_tags(tx, nothing, {wanted: tags})
    touch(tx, {wanted})


def define(tx: Tx, name: str, type_: FieldType, *, key: bool) -> FieldId:
    """A field that the workspace wants to know of its members; one of that name is changed.

    Raises:
        WrongUse: it has no name, or one of that name holds what does not fit.
    """
    said = " ".join(name.split())
    if not said or said.lower() in set(Fact):
        raise WrongUse(_("A field needs a name that no fact of every card has already."))
    known = next((one for one in fields(tx.conn) if one.name.lower() == said.lower()), None)
    made = known.id if known else FieldId(new_id())
    if known:
        _check_held(tx.conn, Field(made, said, type_))
        tx.conn.execute(update(field).where(field.c.id == made).values(name=said, type=type_.value, key=key))
    else:
        last = tx.conn.execute(select(func.max(field.c.position))).scalar_one() or 0
        tx.conn.execute(insert(field).values(id=made, name=said, type=type_.value, key=key, position=last + 1))
    tx.about("members")
    return made


def _check_held(conn: Connection, wanted: Field) -> None:
    """Raises `WrongUse` where something that is kept of members is not of this field's kind."""
    held = conn.execute(select(member_field.c.value).where(member_field.c.field == wanted.id).distinct())
    for value in held.scalars():
        try:
            if fitting_field(wanted, value) != value:
                raise _unfit(wanted)
        except WrongUse as unfit:
            told = _("The field “{name}” is there already and says “{value}” of somebody. {why}")
            raise WrongUse(told.format(name=wanted.name, value=value, why=unfit.message)) from unfit


def drop(tx: Tx, wanted: FieldId) -> int:
    """The workspace has this field no more, nor what it held. Returns of how many members something is lost.

    Raises:
        NotFound: there is no such field.
    """
    definition(tx.conn, wanted)
    held = tx.conn.execute(select(func.count()).where(member_field.c.field == wanted)).scalar_one()
    tx.conn.execute(delete(member_field).where(member_field.c.field == wanted))
    tx.conn.execute(delete(field).where(field.c.id == wanted))
    tx.about("members")
    return held


def fields(conn: Connection) -> tuple[Field, ...]:
    """The fields of this workspace, key ones first, then as they were made."""
    rows = conn.execute(select(field).order_by(field.c.key.desc(), field.c.position, field.c.name))
    return tuple(Field(FieldId(row.id), row.name, FieldType(row.type), row.key) for row in rows)


def definition(conn: Connection, wanted: FieldId) -> Field:
    """One field by id.

    Raises:
        NotFound: there is no such field.
    """
    found = next((one for one in fields(conn) if one.id == wanted), None)
    if found is None:
        raise NotFound(_("There is no field {id} in this workspace.").format(id=wanted))
    return found


def facts_of(conn: Connection, parts: Sequence[MemberId]) -> dict[Fact, Known]:
    """The facts of one person from all records, the first of which speaks before the others."""
    return _facts(_said_of(conn, parts), parts)


def fields_of(conn: Connection, parts: Sequence[MemberId]) -> tuple[tuple[Field, Known], ...]:
    """Every field of the workspace with what is known of this person."""
    return _fields(fields(conn), _held_of(conn, parts), parts)


@dataclass(frozen=True, slots=True)
class Told:
    """What is written down about one person, and the names of their tags."""

    facts: Mapping[Fact, Known]
    fields: tuple[tuple[Field, Known], ...]
    tags: frozenset[str]


def told_of(conn: Connection, wanted: Collection[MemberId]) -> Mapping[MemberId, Told]:
    """The same for many people, in as many questions as for one."""
    records = {one: [one, *sorted(several - {one})] for one, several in records_of(conn, wanted).items()}
    parts = {part for several in records.values() for part in several}
    said, held, worn, every = _said_of(conn, parts), _held_of(conn, parts), _worn(conn, parts), fields(conn)
    return {
        one: Told(
            _facts(said, several),
            _fields(every, held, several),
            frozenset(name for part in several for name in worn[part].values()),
        )
        for one, several in records.items()
    }


def tags_of(conn: Connection, parts: Collection[MemberId]) -> tuple[Tag, ...]:
    """All tags that any of these records wears."""
    wanted = select(tag.c.id, tag.c.name, tag.c.colour).join(member_tag, member_tag.c.tag == tag.c.id)
    rows = conn.execute(wanted.where(member_tag.c.member.in_(parts)).distinct().order_by(tag.c.name))
    return tuple(Tag(TagId(row.id), row.name, row.colour) for row in rows)


def tag_names(conn: Connection, parts: Mapping[MemberId, MemberId]) -> Mapping[MemberId, tuple[str, ...]]:
    """The names of all tags that members wear, by the records that belong to each."""
    worn = select(member_tag.c.member, tag.c.name).join(tag, tag.c.id == member_tag.c.tag)
    found: defaultdict[MemberId, dict[str, None]] = defaultdict(dict)
    for part, name in conn.execute(worn.where(one_of(member_tag.c.member, parts)).order_by(tag.c.name)):
        found[parts[part]][name] = None
    return {whose: tuple(names) for whose, names in found.items()}


def fitting_fact(fact: Fact, value: str) -> str:
    """A value as the card keeps it.

    Raises:
        WrongUse: it is none of those that it may be, or too long.
    """
    return _fitting(consent_meant(value) if fact is Fact.CONSENT else value, CHOICES.get(fact, ()))


def fitting_field(wanted: Field, value: str) -> str:
    """A value as the field keeps it.

    Raises:
        WrongUse: it is not of the field's kind.
    """
    said = _fitting(value)
    try:
        if said and wanted.type is FieldType.NUMBER and ("_" in said or not isfinite(float(said))):
            raise ValueError(said)
        if said and wanted.type is FieldType.DATE:
            return _day_meant(said).isoformat()
    except ValueError as wrong:
        raise _unfit(wanted) from wrong
    return said


def _unfit(wanted: Field) -> WrongUse:
    sentence = (
        _("“{name}” holds a number, such as 12 or 3.5.")
        if wanted.type is FieldType.NUMBER
        else _("“{name}” holds a day, such as 20/10/2026, 20 October or 2026-12-31.")
    )
    return WrongUse(sentence.format(name=wanted.name))


def _day_meant(words: str) -> date:
    """The day that the words name for who writes them now."""
    found = day_near(words, datetime.now(UTC).astimezone().date())
    if found is None:
        raise ValueError(words)
    return found


def _fitting(value: str, choices: Collection[str] = ()) -> str:
    said = " ".join(value.split())
    if choices and said.lower() in choices:
        said = said.lower()
    elif said and choices:
        raise WrongUse(_("“{value}” is none of: {choices}.").format(value=said, choices=", ".join(choices)))
    if len(said) > _LONGEST:
        raise WrongUse(_("This is too long: at most {count} characters.").format(count=_LONGEST))
    return said


def _said_of(conn: Connection, parts: Collection[MemberId]) -> Mapping[str, Mapping[str, str]]:
    rows = conn.execute(select(member.c.id, *_COLUMNS.values()).where(one_of(member.c.id, parts)))
    return {str(row["id"]): {fact: str(row[fact.value]) for fact in Fact} for row in rows.mappings()}


def _facts(said: Mapping[str, Mapping[str, str]], parts: Sequence[MemberId]) -> dict[Fact, Known]:
    own = {fact: [said[one][fact] for one in parts if one in said] for fact in Fact}
    return {fact: _united(values, own_only=fact is Fact.PREFERRED_NAME) for fact, values in own.items()}


def _held_of(conn: Connection, parts: Collection[MemberId]) -> Mapping[tuple[str, str], str]:
    rows = conn.execute(select(member_field).where(one_of(member_field.c.member, parts)))
    return {(row.field, row.member): row.value for row in rows}


def _fields(
    every: Sequence[Field], held: Mapping[tuple[str, str], str], parts: Sequence[MemberId]
) -> tuple[tuple[Field, Known], ...]:
    return tuple((one, _united([held.get((one.id, part), "") for part in parts])) for one in every)


def _united(values: Sequence[str], *, own_only: bool = False) -> Known:
    """What the first says; without a word of its own, what the next one says. A name is the first one's or nobody's."""
    said = list(dict.fromkeys(filter(None, values)))
    value = values[0] if own_only and values else next(iter(said), "")
    return Known(value, tuple(one for one in said if one != value))


def _worn(conn: Connection, parts: Collection[MemberId]) -> Mapping[MemberId, dict[TagId, str]]:
    """What each of these records wears: tags with their names."""
    wanted = select(member_tag.c.member, tag.c.id, tag.c.name).join(tag, tag.c.id == member_tag.c.tag)
    worn: defaultdict[MemberId, dict[TagId, str]] = defaultdict(dict)
    for whose, which, name in conn.execute(wanted.where(one_of(member_tag.c.member, parts))):
        worn[MemberId(whose)][TagId(which)] = name
    return worn


def _named(tx: Tx, names: Collection[str]) -> list[TagId]:
    return list(dict.fromkeys(tag_named(tx, said) for name in names if (said := " ".join(name.split()))))
