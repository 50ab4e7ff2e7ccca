"""Whom an import may have brought a second time: its people beside the members who were there without it.

Only what is seen in one reading of all handles decides who is looked at more closely: a name, a handle, a picture.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Row, select

from inbox_app.domain.ids import AccountId, MemberId
from inbox_app.domain.people import MemberLine, Suggestion
from inbox_app.storage.member_cards import lines
from inbox_app.storage.resemblance import Look, is_telling, looks, suggestions
from inbox_app.storage.schema import handle, message
from inbox_app.storage.transaction import Reading


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody who came with an account, and members known from elsewhere who may be the same person."""

    member: MemberLine
    resembles: tuple[Suggestion, ...]


def likenesses(conn: Reading, account: AccountId, *, most: int) -> tuple[Likeness, ...]:
    """People who wrote on this account and nowhere else, as far as they look like a member from elsewhere."""
    here = set(conn.execute(select(message.c.author).where(message.c.account == account).distinct()).scalars())
    members = handle.c.member.is_not(None) & handle.c.own.is_(False)
    rows = conn.execute(select(handle).where(members)).all()
    known = {row.member for row in rows if row.id not in here}
    worn = Counter(look for _member, look in {(row.member, look) for row in rows for look in _looks(row)})
    elsewhere = {look for row in rows if row.id not in here for look in _looks(row) if is_telling(look, worn[look])}
    new = (row for row in rows if row.member not in known and not elsewhere.isdisjoint(_looks(row)))
    alike = dict.fromkeys(MemberId(row.member) for row in new)
    said = ((one, suggestions(conn, one)) for one in alike)
    found = ((one, tuple(each for each in those if each.member.id in known)) for one, those in said)
    first = dict(islice(((one, those) for one, those in found if those), most))
    return tuple(Likeness(line, first[line.id]) for line in lines(conn, [*first]))


def _looks(row: Row[tuple[object, ...]]) -> set[Look]:
    return looks(row.handle, row.name, row.avatar_url)
