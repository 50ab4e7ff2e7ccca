"""Members taken in from a table or an address book: lot after lot, together one decision to undo.

Between two lots whoever else writes does, and it can be stopped. What came in until then stands, as one decision,
whether it was stopped, taken back meanwhile, or the process was killed; taken in again, the rest follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from inbox_app.domain.ids import ColleagueId, FieldId, MemberId, OperationId, new_id
from inbox_app.domain.people import FieldType
from inbox_app.exchange.member_survey import Numbered, Person, Survey, look_over, survey, wanted_fields
from inbox_app.storage import acquainted, member_facts, operations
from inbox_app.storage.made_along import every_tag, take_away_fields
from inbox_app.storage.member_facts import Said
from inbox_app.storage.operations import Before, record
from inbox_app.storage.people_before import PeopleBefore
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

LOT = 100
"""Up to so many people are one transaction, which a person's own click waits for."""
_MOST_LOTS = 100
_IMPORT = "import"
Report = Callable[[int], bool]
"""Told after each lot how many are taken in; False stops there."""


def never_mind(_done: int) -> bool:
    """Go on until all are in."""
    return True


async def take_in(store: Store, me: ColleagueId, people: Numbered, report: Report = never_mind) -> Survey:
    """Take in all that is clear; returns what was done."""
    done = await survey(store, people)
    clear = {one.line for one in (*done.new, *done.changed)}
    done.new, done.changed = [], []
    name = OperationId(new_id())
    for lot in _lots([one for one in people if one[0] in clear]):
        found = await store.write(partial(_lot, me=me, name=name, people=lot))
        if found is None:
            break
        done.add(found)
        if not report(len(done.new) + len(done.changed)):
            break
    return done


def _lots(people: Numbered) -> Iterator[Numbered]:
    """In pieces, of which there are never too many: the operation that they make is written anew with each."""
    size = max(LOT, len(people) // _MOST_LOTS)
    for begin in range(0, len(people), size):
        yield people[begin : begin + size]


def _lot(tx: Tx, *, me: ColleagueId, name: OperationId, people: Numbered) -> Survey | None:
    """One lot, looked over once more; None where the whole was taken back meanwhile."""
    if operations.is_taken_back(tx.conn, name):
        return None
    made = [member_facts.define(tx, one, FieldType.TEXT, key=False) for one in wanted_fields(tx.conn, people)]
    found = look_over(tx.conn, people)
    before = _put(tx, found, made)
    if before:
        record(tx, me, _IMPORT, [], Before(people=before))
        operations.grow(tx, me, (), name)
    return found


def _put(tx: Tx, found: Survey, made: Sequence[FieldId]) -> PeopleBefore:
    """Put down what is new and what changed; a field made for it stays where somebody has it now."""
    before, begun = PeopleBefore(), PeopleBefore()
    known_tags = frozenset(every_tag(tx.conn))
    channel, new = acquainted.channel_of_addresses(tx.conn), {MemberId(new_id()): one for one in found.new}
    changed = _by_member(found.changed)
    names = {whose: one.name for whose, one in new.items()}
    before.met = acquainted.put_down(tx, channel, names, _addresses(new))
    before.beside = acquainted.put_down(tx, channel, {}, _addresses(changed))
    for those, was in ((new, begun), (changed, before)):
        member_facts.write_down(tx, was, {whose: Said(one.facts, one.own) for whose, one in those.items()})
        member_facts.put_tags(tx, was, {whose: one.tags for whose, one in those.items()})
    before.fields_made = take_away_fields(tx, made)
    before.tags_made = [one for one in every_tag(tx.conn) if one not in known_tags]
    return before


def _by_member(people: Iterable[Person]) -> dict[MemberId, Person]:
    """What all lines about one member say together."""
    found: dict[MemberId, Person] = {}
    for one in people:
        if one.whole is not None:
            found[one.whole] = found[one.whole].and_also(one) if one.whole in found else one
    return found


def _addresses(people: Mapping[MemberId, Person]) -> list[tuple[MemberId, str]]:
    return [(whose, address) for whose, one in people.items() for address in one.addresses]
