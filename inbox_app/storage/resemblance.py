"""Who may be the same person as a member: what is stored speaks for it or against it, a person decides."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from inbox_app.domain.ids import HandleId, MemberId, MessageId
from inbox_app.domain.people import Fact, Ground, Reason, Suggestion, weight
from inbox_app.storage.circles import parts_of, present
from inbox_app.storage.linking import APART
from inbox_app.storage.member_cards import lines
from inbox_app.storage.member_facts import facts_of
from inbox_app.storage.schema import handle, message, message_text, operation, participant
from inbox_app.storage.search_conditions import plain
from inbox_app.storage.transaction import Reading

_READ_BACK = 200
"""How many of a member's last messages are searched for addresses."""
_SHORTEST = 4
"""Handles shorter than this say nothing."""
_COMMON = 4
"""From so many members on, a name is one that many have."""
_FEW = 5
"""A picture or a handle of more members than this says nothing: “info”, or what a service gives whoever chose none."""
_WEIGHED = 32
"""So many of those who look alike most are looked at for what speaks against it."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s<>\"']+")

Look = tuple[Reason, str]


def suggestions(conn: Reading, wanted: MemberId, *, limit: int = 8) -> tuple[Suggestion, ...]:
    """Members who may be the same person as this one, the likeliest first.

    Raises:
        NotFound: there is no such member.
    """
    whole = present(conn, wanted)
    mine = _handles_of(conn, whole)
    grounds: defaultdict[MemberId, list[Ground]] = defaultdict(list)
    for one, ground in (*_alike(conn, mine), *_wrote(conn, mine)):
        if ground not in grounds[one]:
            grounds[one].append(ground)
    apart = _kept_apart(conn, [one.id for one in mine])
    alike = [(one, said) for one, said in grounds.items() if one != whole and one not in apart]
    alike.sort(key=lambda each: (-weight(each[1]), each[0]))
    likely = {one: (*said, *against(conn, whole, one)) for one, said in alike[:_WEIGHED]}
    found = (Suggestion(line, likely[line.id]) for line in lines(conn, [*likely]))
    return tuple(sorted(found, key=lambda one: (-one.weight, one.member.name, one.member.id))[:limit])


@dataclass(frozen=True, slots=True)
class _Mine:
    id: HandleId
    handle: str
    name: str
    avatar_url: str


def bare(handle_name: str) -> str:
    """The part of a handle that a person chooses: `@Anna.B@social.example` and `anna_b@mail.example` alike."""
    return re.sub(r"[._-]", "", _local(handle_name))


def _local(handle_name: str) -> str:
    return handle_name.lstrip("@").partition("@")[0].partition(":")[0].casefold()


def said_of(look: Look, theirs: str, ours: Iterable[str]) -> Ground:
    """Why somebody may be the same: a handle may be the very one of ours, or almost."""
    is_equal = look[0] is Reason.SAME_HANDLE and _local(theirs) in map(_local, ours)
    return Ground(Reason.EQUAL_HANDLE if is_equal else look[0], theirs)


def looks(handle_name: str, name: str, picture: str) -> set[Look]:
    """What a handle is recognised by at a glance; what anybody may have is left out."""
    spoken, chosen = " ".join(name.casefold().split()), bare(handle_name)
    found = {(Reason.SAME_NAME, spoken)} if " " in spoken else set()
    found |= {(Reason.SAME_HANDLE, chosen)} if len(chosen) >= _SHORTEST else set()
    return found | ({(Reason.SAME_PICTURE, picture)} if picture else set())


def is_telling(look: Look, members: int) -> bool:
    """Whether a look says anything when so many members have it: a name does, and what few have."""
    return look[0] is Reason.SAME_NAME or members <= _FEW


def is_common(look: Look, members: int) -> bool:
    """Whether this is a name, and one that many have."""
    return look[0] is Reason.SAME_NAME and members >= _COMMON


def addresses(text: str) -> list[str]:
    """The mail addresses and links in a text, in lower case."""
    return [one.rstrip(".,;:!?)").lower() for one in _ADDRESS.findall(text)]


def _handles_of(conn: Connection, whose: MemberId) -> list[_Mine]:
    rows = conn.execute(select(handle).where(handle.c.member == whose))
    return [_Mine(HandleId(row.id), row.handle, row.name, row.avatar_url) for row in rows]


def _alike(conn: Connection, mine: Collection[_Mine]) -> Iterable[tuple[MemberId, Ground]]:
    """Others that look alike: one reading of all names, as long as a person waits for it anyway."""
    ours = {look for one in mine for look in looks(one.handle, one.name, one.avatar_url)}
    known = {one.id for one in mine}
    worn: defaultdict[Look, dict[MemberId, str]] = defaultdict(dict)
    columns = (handle.c.id, handle.c.member, handle.c.handle, handle.c.name, handle.c.avatar_url)
    for row in conn.execute(select(*columns).where(handle.c.member.is_not(None), handle.c.own.is_(False))):
        if row.id not in known:
            said = {Reason.SAME_NAME: row.name, Reason.SAME_HANDLE: row.handle, Reason.SAME_PICTURE: ""}
            for look in ours & looks(row.handle, row.name, row.avatar_url):
                worn[look].setdefault(MemberId(row.member), said[look[0]])
    for look in sorted(worn):
        members = len(worn[look]) + 1
        for one, said_so in worn[look].items() if is_telling(look, members) else ():
            yield one, said_of(look, said_so, (each.handle for each in mine))
            if is_common(look, members):
                yield one, Ground(Reason.COMMON_NAME, str(members))


def _wrote(conn: Connection, mine: Collection[_Mine]) -> Iterable[tuple[MemberId, Ground]]:
    """Others whose address or profile this member wrote in a message."""
    wrote: dict[str, MessageId] = {}
    for one in mine:
        said = (
            select(message.c.id, message_text.c.body)
            .join(message_text, message_text.c.id == message.c.id)
            .where(message.c.author == one.id)
        )
        for row in conn.execute(said.order_by(message.c.id.desc()).limit(_READ_BACK)):
            for address in addresses(row.body):
                wrote.setdefault(address, MessageId(row.id))
    if not wrote:
        return
    known = {one.id for one in mine}
    addressed = plain(handle.c.handle).in_([*wrote]) | plain(handle.c.profile_url).in_([*wrote])
    for row in conn.execute(select(handle).where(addressed, handle.c.member.is_not(None), handle.c.own.is_(False))):
        if row.id not in known:
            named = next(one for one in (row.handle, row.profile_url) if one.lower() in wrote)
            yield MemberId(row.member), Ground(Reason.WROTE_ADDRESS, named, wrote[named.lower()])


def against(conn: Connection, whole: MemberId, other: MemberId) -> list[Ground]:
    """What speaks against two members being one person."""
    found = []
    both = [
        set(
            conn.execute(
                select(message.c.account)
                .join(handle, handle.c.id == message.c.author)
                .where(handle.c.member == one)
                .distinct()
            ).scalars()
        )
        for one in (whole, other)
    ]
    if both[0] & both[1]:
        found.append(Ground(Reason.SAME_ACCOUNT))
    theirs = participant.alias("theirs")
    we, they = handle.alias("we"), handle.alias("they")
    together = (
        select(participant.c.conversation)
        .join(we, we.c.id == participant.c.handle)
        .join(theirs, theirs.c.conversation == participant.c.conversation)
        .join(they, they.c.id == theirs.c.handle)
        .where(we.c.member == whole, they.c.member == other)
    )
    if conn.execute(together.limit(1)).first() is not None:
        found.append(Ground(Reason.SPOKE_TOGETHER))
    spoken = [facts_of(conn, [*parts_of(conn, [one])])[Fact.LANGUAGE].value for one in (whole, other)]
    if all(spoken) and spoken[0].lower() != spoken[1].lower():
        found.append(Ground(Reason.OTHER_LANGUAGE, spoken[1]))
    return found


def _kept_apart(conn: Connection, mine: Collection[HandleId]) -> set[MemberId]:
    """Whom a person said to be somebody else."""
    said = select(operation.c.detail).where(operation.c.kind == APART, operation.c.undone_at.is_(None))
    others: set[str] = set()
    for detail in conn.execute(said).scalars():
        for pair in json.loads(detail)["people"]["apart"]:
            if set(pair) & set(mine):
                others |= set(pair) - set(mine)
    found = select(handle.c.member).where(handle.c.id.in_(others), handle.c.member.is_not(None))
    return {MemberId(one) for one in conn.execute(found).scalars()}
