"""What taking members in would do, line by line: looked at before anything is changed.

Somebody is recognised by an id of ours, a handle or a mail address, never by a name. An empty cell takes nothing away.
Somebody who is not here yet is put down by a mail address; a handle elsewhere is met when they speak.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from inbox_app.domain.errors import UserFacingError, WrongUse
from inbox_app.domain.ids import FieldId, MemberId
from inbox_app.domain.people import Fact, Field, FieldType
from inbox_app.exchange.vcards import telephone
from inbox_app.i18n import _
from inbox_app.storage import acquainted, member_facts
from inbox_app.storage.member_facts import Told
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

COLUMNS = ("id", "name", "email", "handle", *Fact, "tags")
FOR_PEOPLE = ("label", "channels", "messages", "first_seen", "last_seen")
"""What goes out for people to read, and is passed over when it comes in."""
_TELEPHONES = (
    "telephone", "telefono", "phone", "phone number", "tel", "mobile", "mobile phone", "cell phone", "cellulare",
    "numero di telefono", "phone 1 - value", "phone 2 - value",
)  # fmt: skip
"""What tables call the column of a telephone number."""
Numbered = Sequence[tuple[int, Mapping[str, str]]]


class Lines(list[tuple[int, Mapping[str, str]]]):
    """The lines of a table, which also knows its heads as they are written."""

    def __init__(self, lines: Iterable[tuple[int, Mapping[str, str]]], written: Mapping[str, str]) -> None:
        super().__init__(lines)
        self.written = written


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

    def and_also(self, later: Person) -> Person:
        """With what another line says of the same member."""
        return replace(
            self,
            facts={**self.facts, **later.facts},
            own={**self.own, **later.own},
            tags=(*self.tags, *later.tags),
            addresses=(*self.addresses, *later.addresses),
        )

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
    unread: tuple[str, ...] = ()
    """Columns with something in them that nothing here is called by."""

    def add(self, lot: Survey) -> None:
        """What one part of the lines came to as well."""
        self.same += lot.same
        self.new += lot.new
        self.changed += lot.changed
        self.ambiguous += lot.ambiguous
        self.problems += lot.problems

    @property
    def about_columns(self) -> str:
        """A sentence about the columns that are passed over; empty where there are none."""
        if not self.unread:
            return ""
        told = _("Passed over, since no field here is called so: {columns}.")
        return told.format(columns=", ".join(self.unread))

    @property
    def remarks(self) -> list[tuple[int, str]]:
        """All that there is to say of single lines, in their order."""
        return sorted([*self.ambiguous, *self.problems, *self.cells])


async def survey(store: Store, people: Numbered) -> Survey:
    """What taking these people in would do; nothing is changed."""
    return await store.read(lambda conn: look_over(conn, people))


def look_over(conn: Reading, people: Numbered) -> Survey:
    """The same within a transaction."""
    found, seen = Survey(), dict[str, int]()
    fields = {one.name.casefold(): one for one in member_facts.fields(conn)}
    written = people.written if isinstance(people, Lines) else {}
    people = _with_telephones(people, fields)
    fields |= {one.casefold(): Field(FieldId(one), one, FieldType.TEXT) for one in wanted_fields(conn, people)}
    found.unread = tuple(written.get(head, head) for head in _unread(people, fields))
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


def _unread(people: Numbered, fields: Collection[str]) -> tuple[str, ...]:
    said = dict.fromkeys(head for _line, cells in people for head, cell in cells.items() if head and cell.strip())
    return tuple(head for head in said if head not in {*COLUMNS, *FOR_PEOPLE, *fields})


def wanted_fields(conn: Reading, people: Numbered) -> tuple[str, ...]:
    """Fields that the workspace lacks for what address books say."""
    name = telephone()
    known = {one.name.casefold() for one in member_facts.fields(conn)}
    is_said = any(cells.get(name.casefold()) for _line, cells in _with_telephones(people, known))
    return (name,) if is_said and name.casefold() not in known else ()


def _with_telephones(people: Numbered, fields: Collection[str]) -> Numbered:
    """The numbers under one name, whatever a table calls their columns, unless a field is called so."""
    ours = telephone().casefold()
    theirs = [one for one in _TELEPHONES if one != ours and one not in fields]

    def renamed(cells: Mapping[str, str]) -> Mapping[str, str]:
        numbers = [cells[one].strip() for one in (ours, *theirs) if cells.get(one, "").strip()]
        kept = {head: cell for head, cell in cells.items() if head not in theirs}
        return {**kept, ours: "; ".join(dict.fromkeys(numbers))} if numbers else kept

    return [(line, renamed(cells)) for line, cells in people]


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
    addresses = tuple(filter(is_address, _several(cells, "email")))
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


def is_address(name: str) -> bool:
    """Whether a name is a mail address."""
    before, at, after = name.partition("@")
    return bool(before and at and "." in after) and " " not in name
