"""Members as a table or as vCards, in and out: read line by line, and written so that they can be taken in again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import MemberId
from inbox_app.domain.loyalty import standing_name
from inbox_app.domain.people import Fact
from inbox_app.exchange.member_survey import COLUMNS, FOR_PEOPLE, Lines, Numbered, is_address
from inbox_app.exchange.sheets import heads_as_written, read_rows, write_rows
from inbox_app.exchange.vcards import read_cards
from inbox_app.i18n import _
from inbox_app.storage import member_facts, member_list
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading


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
    return Lines(found, heads_as_written(text))


async def write_members(store: Store, wanted: Sequence[MemberId]) -> str:
    """These members as a table, which can be taken in again."""

    def work(conn: Reading) -> str:
        fields = member_facts.fields(conn)
        heads = [*COLUMNS, *(one.name for one in fields), *FOR_PEOPLE]
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
            "; ".join(filter(is_address, line.handles)),
            "; ".join(one for one in line.handles if not is_address(one)),
            *(known.facts[fact].value for fact in Fact),
            "; ".join(line.tags),
            *(value.value for _field, value in known.fields),
            standing_name(row.label.standing),
            "; ".join(line.channels),
            str(line.messages),
            *seen,
        ]
