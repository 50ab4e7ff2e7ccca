"""Members as a table or as vCards, in and out: looked at before anything is changed, told by line numbers.

Somebody is recognised by an id of ours, a handle or a mail address, never by a name. An empty cell takes nothing away.
Somebody who is not here yet is put down by a mail address; a handle elsewhere is met when they speak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from inbox_app.domain.errors import UserFacingError, WrongUse
from inbox_app.domain.ids import ColleagueId, FieldId, MemberId, OperationId, new_id
from inbox_app.domain.loyalty import standing_name
from inbox_app.domain.people import Fact, Field, FieldType
from inbox_app.exchange.sheets import read_rows, write_rows
from inbox_app.exchange.vcards import read_cards, telephone
from inbox_app.i18n import _
from inbox_app.storage import acquainted, member_facts, member_list
from inbox_app.storage.made_along import every_tag, take_away_fields
from inbox_app.storage.member_facts import Told
from inbox_app.storage.operations import Before, join, record
from inbox_app.storage.people_before import PeopleBefore
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading, Tx

COLUMNS = ("id", "name", "email", "handle", *Fact, "tags")
_FOR_PEOPLE = ("label", "channels", "messages", "first_seen", "last_seen")
_IMPORT = "import"
Numbered = Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Person:
    """What a line says of somebody; `whole` is who it is here, None for somebody new."""

    line: int
    name: str
    names: tuple[str, ...]
    facts: Mapping[Fact, str]
    own: Mapping[FieldId, str]
    tags: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    """Where they can be written to, as far as nobody here has these addresses."""
    misread: tuple[str, ...] = ()
    """Why cells of it are left out."""
    whole: MemberId | None = None


@dataclass(slots=True)
class Survey:
    """What taking people in does or would do; `ambiguous` and `problems` are (line, sentence) and are left out.

    Of `cells` just this one is left out, and the line taken in without it.
    """

    new: list[Person] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    same: int = 0
    ambiguous: list[tuple[int, str]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    cells: list[tuple[int, str]] = field(default_factory=list)

    @property
    def remarks(self) -> list[tuple[int, str]]:
        """All that there is to say of single lines, in their order."""
        return sorted([*self.ambiguous, *self.problems, *self.cells])


def read_people(text: str) -> Numbered:
    """The lines of a table, or the cards of an address book.

    Raises:
        WrongUse: it is neither.
    """
    if text.removeprefix("\ufeff").lstrip().upper().startswith("BEGIN:VCARD"):
        return list(read_cards(text))
    heads, found = read_rows(text)
    if not {"email", "handle"} & set(heads):
        raise WrongUse(_("This is no table of members: its first line must name a column email or handle."))
    return list(found)


async def survey(store: Store, people: Numbered) -> Survey:
    """What taking these people in would do; nothing is changed."""
    return await store.read(lambda conn: _survey(conn, people))


async def take_in(store: Store, me: ColleagueId, people: Numbered) -> Survey:
    """Take in all that is clear, in one transaction and as one decision to undo; returns what was done."""

    def work(tx: Tx) -> Survey:
        wanted = _wanted_fields(tx.conn, people)
        made = [member_facts.define(tx, name, FieldType.TEXT, key=False) for name in wanted]
        found = _survey(tx.conn, people)
        _put(tx, me, found, made)
        join(tx, me, _IMPORT, (), OperationId(new_id()))
        return found

    return await store.write(work)


def _put(tx: Tx, me: ColleagueId, found: Survey, made: Sequence[FieldId]) -> None:
    """Put down what is new and what changed; a field made for it stays where somebody has it now."""
    channel, before = acquainted.channel_of_addresses(tx.conn), PeopleBefore()
    known_tags = every_tag(tx.conn)
    for one in found.new:
        handles = acquainted.put_down(tx, channel, one.addresses, one.name)
        before.met += handles
        member_facts.begin(tx, handles[0][1], one.facts, one.own, one.tags)
    wearing: defaultdict[tuple[str, ...], list[MemberId]] = defaultdict(list)
    for one in found.changed:
        if one.whole is not None:
            before.beside += acquainted.put_beside(tx, channel, one.addresses, one.whole)
            member_facts.say(tx, me, one.whole, one.facts, one.own)
            wearing[one.tags].append(one.whole)
    for tags, those in wearing.items():
        member_facts.retag(tx, me, those, tags, ())
    before.fields_made = take_away_fields(tx, made)
    before.tags_made = sorted(every_tag(tx.conn) - known_tags)
    if before:
        record(tx, me, _IMPORT, [], Before(people=before))


async def write_members(store: Store, wanted: Sequence[MemberId]) -> str:
    """These members as a table, which can be taken in again."""

    def work(conn: Reading) -> str:
        fields = member_facts.fields(conn)
        heads = [*COLUMNS, *(one.name for one in fields), *_FOR_PEOPLE]
        return write_rows(heads, [*_lines(conn, wanted, store.now())])

    return await store.read(work)


def _lines(conn: Reading, wanted: Sequence[MemberId], now: int) -> Iterator[list[str]]:
    told = member_facts.told_of(conn, wanted)
    for row in member_list.rows(conn, wanted, now):
        line, known = row.line, told[row.line.id]
        seen = [f"{when:%Y-%m-%d}" if when else "" for when in (line.first_seen, line.last_seen)]
        yield [
            line.id,
            line.name,
            "; ".join(filter(_is_address, line.handles)),
            "; ".join(one for one in line.handles if not _is_address(one)),
            *(known.facts[fact].value for fact in Fact),
            "; ".join(line.tags),
            *(value.value for _field, value in known.fields),
            standing_name(row.label.standing),
            "; ".join(line.channels),
            str(line.messages),
            *seen,
        ]


def _survey(conn: Reading, people: Numbered) -> Survey:
    found, seen = Survey(), dict[str, int]()
    fields = {one.name.casefold(): one for one in member_facts.fields(conn)}
    fields |= {one.casefold(): Field(FieldId(one), one, FieldType.TEXT) for one in _wanted_fields(conn, people)}
    names = {name for _line, cells in people for name in _names(cells)}
    ids = acquainted.known(conn, {cells.get("id", "").strip() for _line, cells in people})
    owners: dict[str, frozenset[MemberId]] = {one.lower(): frozenset([one]) for one in ids}
    owners |= acquainted.owners(conn, names)
    channel = acquainted.channel_of_addresses(conn)
    there = acquainted.taken(conn, channel, names) | owners.keys()
    told = member_facts.told_of(conn, frozenset[MemberId]().union(*owners.values()))
    for line, cells in people:
        try:
            person = _person(line, cells, fields, ids)
            person = replace(person, addresses=tuple(one for one in person.addresses if one.lower() not in there))
            _refuse_twice(person, seen)
            if _sort_in(found, person, owners, told, has_mail=bool(channel)):
                found.cells += [(line, sentence) for sentence in person.misread]
        except UserFacingError as problem:
            found.problems.append((line, problem.message))
    return found


def _wanted_fields(conn: Reading, people: Numbered) -> tuple[str, ...]:
    """Fields that the workspace lacks for what address books say."""
    name = telephone()
    known = {one.name.casefold() for one in member_facts.fields(conn)}
    is_said = any(cells.get(name.casefold()) for _line, cells in people)
    return (name,) if is_said and name.casefold() not in known else ()


def _person(line: int, cells: Mapping[str, str], fields: Mapping[str, Field], ids: Collection[str]) -> Person:
    misread: list[str] = []
    facts = {
        fact: said
        for fact in Fact
        if (said := _cell(misread, fact.value, partial(member_facts.fitting_fact, fact, cells.get(fact.value, ""))))
    }
    own = {
        one.id: said
        for name, one in fields.items()
        if (said := _cell(misread, one.name, partial(member_facts.fitting_field, one, cells.get(name, ""))))
    }
    addresses = tuple(filter(_is_address, _several(cells, "email")))
    name = " ".join(cells.get("name", "").split())
    whole = cells.get("id", "").strip()
    names = (whole,) if whole in ids else _names(cells)
    return Person(line, name, names, facts, own, _several(cells, "tags"), addresses, tuple(misread))


def _cell(misread: list[str], column: str, read: Callable[[], str]) -> str:
    """What a cell says; nothing where it cannot be kept, which spoils no other cell of its line."""
    try:
        return read()
    except WrongUse as unfit:
        told = _("{column}: {why} This cell is left out, the rest of the line is not.")
        misread.append(told.format(column=column, why=unfit.message))
        return ""


def _sort_in(
    found: Survey,
    one: Person,
    owners: Mapping[str, frozenset[MemberId]],
    told_of: Mapping[MemberId, Told],
    *,
    has_mail: bool,
) -> bool:
    """Whether the line is clear, so that it is taken in."""
    if not one.names:
        told = _("There is neither a mail address nor a handle: a name or a telephone number tells nobody apart here.")
        raise WrongUse(told)
    whose = frozenset[MemberId]().union(*(owners.get(name.lower(), frozenset()) for name in one.names))
    if len(whose) > 1:
        told = _("{names}: this is {count} members here. Link them first, or write a line for each.")
        found.ambiguous.append((one.line, told.format(names=", ".join(one.names), count=len(whose))))
        return False
    if whose:
        known = replace(one, whole=next(iter(whose)), addresses=one.addresses if has_mail else ())
        if _says_more(known, told_of[next(iter(whose))]):
            found.changed.append(known)
        else:
            found.same += 1
    elif not one.addresses:
        told = _("Nobody here is called {names} yet. A mail address would do; others are met when they speak.")
        raise WrongUse(told.format(names=", ".join(one.names)))
    elif not has_mail:
        raise WrongUse(_("No account here gets mail, so an address leads nowhere. Connect a mailbox first."))
    else:
        found.new.append(one)
    return True


def _says_more(one: Person, known: Told) -> bool:
    fields = {field.id: value.value for field, value in known.fields}
    worn = {name.casefold() for name in known.tags}
    return (
        bool(one.addresses)
        or any(known.facts[fact].value != said for fact, said in one.facts.items())
        or any(fields.get(which, "") != said for which, said in one.own.items())
        or any(name.casefold() not in worn for name in one.tags)
    )


def _refuse_twice(one: Person, seen: dict[str, int]) -> None:
    names = (*one.names, *one.addresses)
    for name in names:
        if name.lower() in seen:
            raise WrongUse(_("{name} stands in line {line} already.").format(name=name, line=seen[name.lower()]))
    seen |= dict.fromkeys((name.lower() for name in names), one.line)


def _names(cells: Mapping[str, str]) -> tuple[str, ...]:
    return (*_several(cells, "email"), *_several(cells, "handle"))


def _several(cells: Mapping[str, str], column: str) -> tuple[str, ...]:
    """The parts of a cell, each once; in an address book tags are parted by commas."""
    said = cells.get(column, "").replace(",", ";").split(";")
    return tuple(dict.fromkeys(" ".join(one.split()) for one in said if one.strip()))


def _is_address(name: str) -> bool:
    before, at, after = name.partition("@")
    return bool(before and at and "." in after) and " " not in name
