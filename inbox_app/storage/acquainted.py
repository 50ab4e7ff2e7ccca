"""People whom we know from elsewhere: found by their handles and addresses, or put down as new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Text, func, select

from inbox_app.domain.ids import HandleId, MemberId, new_id
from inbox_app.storage.bulk import one_of
from inbox_app.storage.people import HandleRow, MemberRow, add_people
from inbox_app.storage.schema import account, handle
from inbox_app.storage.transaction import Reading, Tx


def owners(conn: Reading, names: Collection[str]) -> Mapping[str, frozenset[MemberId]]:
    """Whose handle or address each of these names is, case apart; a name may be several people's."""
    found: defaultdict[str, set[MemberId]] = defaultdict(set)
    called = select(func.lower(handle.c.handle).label("name"), handle.c.member).where(
        one_of(func.lower(handle.c.handle, type_=Text()), {one.lower() for one in names}),
        handle.c.own.is_(False),
        handle.c.member.is_not(None),
    )
    for row in conn.execute(called):
        found[row.name].add(MemberId(row.member))
    return {name: frozenset(members) for name, members in found.items()}


def known(conn: Reading, wanted: Collection[str]) -> frozenset[MemberId]:
    """Those of these ids that are members here."""
    found = conn.execute(select(handle.c.member).where(one_of(handle.c.member, wanted), handle.c.own.is_(False)))
    return frozenset(MemberId(one) for one in found.scalars())


def channel_of_addresses(conn: Reading) -> str:
    """The channel on which we are called by a mail address ourselves; empty where there is none."""
    ours = select(account.c.channel).where(account.c.handle.like("_%@_%.__%"), account.c.handle.not_like("@%"))
    return conn.execute(ours.order_by(account.c.made_at, account.c.id).limit(1)).scalar_one_or_none() or ""


def taken(conn: Reading, channel: str, addresses: Collection[str]) -> frozenset[str]:
    """Those of these addresses, in small letters, that are somebody's there already, ours too."""
    wanted = {one.lower() for one in addresses}
    theirs = select(handle.c.remote_id).where(handle.c.channel == channel, one_of(handle.c.remote_id, wanted))
    ours = select(func.lower(account.c.handle)).where(account.c.channel == channel)
    return frozenset((*conn.execute(theirs).scalars(), *conn.execute(ours).scalars()))


def put_down(
    tx: Tx, channel: str, new: Mapping[MemberId, str], addresses: Sequence[tuple[MemberId, str]]
) -> list[tuple[HandleId, MemberId]]:
    """New members by their names, and addresses of theirs and of others who are here; returns each handle and whose."""
    first = dict(reversed(addresses))
    members: list[MemberRow] = [
        {"id": one, "name": name or first[one], "first_seen": None, "last_seen": None, "message_count": 0}
        for one, name in new.items()
    ]
    handles: list[HandleRow] = [
        {
            "id": HandleId(new_id()),
            "channel": channel,
            "remote_id": address.lower(),
            "handle": address,
            "name": new.get(whose, ""),
            "avatar_url": "",
            "profile_url": "",
            "is_bot": False,
            "member": whose,
            "own": False,
        }
        for whose, address in addresses
    ]
    add_people(tx, members, handles)
    if handles:
        tx.about("members")
    return [(handle["id"], whose) for handle, (whose, _address) in zip(handles, addresses, strict=True)]
