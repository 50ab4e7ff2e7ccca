"""Who may be one person among all members: by looks in one reading of all handles, by what they wrote piece by piece.

A pair is looked at closely only when it is about to be shown: what speaks against it is asked for one by one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import combinations

from sqlalchemy import ColumnElement, func, or_, select

from inbox_app.domain.ids import HandleId, MemberId, MessageId
from inbox_app.domain.pairs import Guess, Pair, Two, two_of
from inbox_app.domain.people import WEIGHTS, Ground, Reason, weight
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import led_to
from inbox_app.storage.linking import APART
from inbox_app.storage.member_cards import lines
from inbox_app.storage.resemblance import Look, addresses, against, is_common, is_telling, looks, said_of
from inbox_app.storage.schema import handle, message, message_text, operation
from inbox_app.storage.transaction import Reading

PIECE = 20_000
"""So many messages are searched for addresses at once."""
_MOST = 1_000
"""So many pairs are found by looks at once: whoever is through with them is given the next."""

Worn = Mapping[Look, Mapping[MemberId, str]]


def alike(conn: Reading, but: Collection[Two] = ()) -> list[Guess]:
    """Pairs that look alike, so many of the surest as a person goes through, but for those.

    A name that many have makes none: it is told of those who are alike in something else.
    """
    worn = _worn(conn)
    scores: defaultdict[Two, int] = defaultdict(int)
    for look, whose in worn.items():
        if not is_common(look, len(whose)):
            for one, other in combinations(sorted(whose), 2):
                scores[one, other] += WEIGHTS[look[0]]
    for two in _kept_apart(conn).union(but):
        scores.pop(two, None)
    surest = nlargest(_MOST, scores, key=lambda two: (scores[two], two))
    shown = {one for two in surest for one in two}
    wears: defaultdict[MemberId, list[Look]] = defaultdict(list)
    for look, whose in worn.items():
        for one in shown.intersection(whose):
            wears[one].append(look)
    return [Guess(two, tuple(_grounds(worn, two, wears))) for two in surest]


def _grounds(worn: Worn, two: Two, wears: Mapping[MemberId, Sequence[Look]]) -> Iterator[Ground]:
    for look in sorted(set(wears[two[0]]).intersection(wears[two[1]])):
        yield said_of(look, worn[look][two[1]], (worn[look][two[0]],))
        if is_common(look, len(worn[look])):
            yield Ground(Reason.COMMON_NAME, str(len(worn[look])))


def _worn(conn: Reading) -> Worn:
    """Every look that several members have and that says something, with those who have it."""
    worn: defaultdict[Look, dict[MemberId, str]] = defaultdict(dict)
    columns = (handle.c.member, handle.c.handle, handle.c.name, handle.c.avatar_url)
    for whose, called, name, picture in conn.execute(select(*columns).where(_of_a_member())):
        said = {Reason.SAME_NAME: name, Reason.SAME_HANDLE: called, Reason.SAME_PICTURE: ""}
        for look in looks(called, name, picture):
            worn[look].setdefault(whose, said[look[0]])
    return {look: whose for look, whose in worn.items() if len(whose) > 1 and is_telling(look, len(whose))}


def wrote(conn: Reading, before: MessageId | None) -> tuple[list[Guess], MessageId | None]:
    """Pairs of whom one wrote the other's address, in the next older messages; and where to go on, None at the end."""
    older = select(message.c.id).order_by(message.c.id.desc())
    if before is not None:
        older = older.where(message.c.id < before)
    last = conn.execute(older.offset(PIECE - 1).limit(1)).scalar_one_or_none()
    said = (
        select(message.c.id, handle.c.member, message_text.c.body)
        .join(message_text, message_text.c.id == message.c.id)
        .join(handle, handle.c.id == message.c.author)
        .where(_of_a_member(), or_(message_text.c.body.contains("@"), message_text.c.body.contains("://")))
    )
    if before is not None:
        said = said.where(message.c.id < before)
    if last is not None:
        said = said.where(message.c.id >= last)
    wrote: defaultdict[str, dict[MemberId, MessageId]] = defaultdict(dict)
    for at, whose, text in conn.execute(said.order_by(message.c.id.desc())):
        for address in addresses(text):
            wrote[address].setdefault(whose, MessageId(at))
    return [*_addressed(conn, wrote)], None if last is None else MessageId(last)


def _addressed(conn: Reading, wrote: Mapping[str, Mapping[MemberId, MessageId]]) -> Iterator[Guess]:
    columns = (handle.c.member, handle.c.handle, handle.c.profile_url)
    named = or_(*(one_of(func.lower(each, type_=each.type), wrote) for each in (handle.c.handle, handle.c.profile_url)))
    for whose, *names in conn.execute(select(*columns).where(_of_a_member(), named)):
        for name in names:
            for one, at in wrote.get(name.lower(), {}).items():
                if one != whose:
                    yield Guess(two_of(one, whose), (Ground(Reason.WROTE_ADDRESS, name, at),))


def weighed(conn: Reading, guesses: Sequence[Guess]) -> tuple[Pair, ...]:
    """These with what speaks against them, the surest first.

    Left out is who was linked, kept apart or erased meanwhile, and where as much speaks against it.
    """
    apart = _kept_apart(conn)
    grounds: defaultdict[Two, dict[Ground, None]] = defaultdict(dict)
    for guess in guesses:
        now = led_to(conn, guess.two)
        if len(now) == 2 and (two := two_of(now[0], now[1])) not in apart:
            grounds[two] |= dict.fromkeys(guess.grounds)
    found = {two: (*said, *against(conn, *two)) for two, said in grounds.items()}
    likely = {two: said for two, said in found.items() if weight(said) > 0}
    known = {line.id: line for line in lines(conn, [*{one for two in likely for one in two}])}
    pairs = []
    for two, said in likely.items():
        whole, part = sorted((known[one] for one in two), key=lambda line: (-line.messages, line.id))
        pairs.append(Pair(whole, part, said))
    return tuple(sorted(pairs, key=lambda one: (-one.weight, one.whole.name, one.whole.id, one.part.id)))


def _kept_apart(conn: Reading) -> set[Two]:
    """Those of whom a person said that they are two."""
    said = select(operation.c.detail).where(operation.c.kind == APART, operation.c.undone_at.is_(None))
    pairs = [pair for detail in conn.execute(said).scalars() for pair in json.loads(detail)["people"]["apart"]]
    handles = {HandleId(one) for pair in pairs for one in pair}
    found = select(handle.c.id, handle.c.member).where(one_of(handle.c.id, handles), handle.c.member.is_not(None))
    whose = {row.id: MemberId(row.member) for row in conn.execute(found)}
    return {two_of(whose[one], whose[other]) for one, other in pairs if one in whose and other in whose}


def _of_a_member() -> ColumnElement[bool]:
    return handle.c.member.is_not(None) & handle.c.own.is_(False)
