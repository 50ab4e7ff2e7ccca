"""Where mails lie: folder, UIDVALIDITY and UID; one mail may lie in several folders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.storage.bulk import any_of, insert_rows, one_of
from inbox_app.storage.schema import location
from inbox_app.storage.transaction import Tx


class Place(NamedTuple):
    """A place in a mailbox."""

    folder: str
    validity: int
    uid: int


class Stretch(NamedTuple):
    """The UIDs of a folder from `first` to `last`."""

    folder: str
    validity: int
    first: int
    last: int


def put_at(tx: Tx, account: AccountId, places: Mapping[Place, MessageId]) -> None:
    """Remember where messages lie; places that are known already are not written again."""
    known = _stored(tx, account, places)
    wrong = [place for place, one in places.items() if known.get(place, one) != one]
    for place in wrong:
        take_from(tx, account, place)
    new = [place for place in places if place not in known or place in wrong]
    rows = [{"account": account, "message": places[place]} | place._asdict() for place in new]
    insert_rows(tx.conn, location, rows)


def _stored(tx: Tx, account: AccountId, places: Mapping[Place, MessageId]) -> dict[Place, MessageId]:
    known: dict[Place, MessageId] = {}
    for folder, validity in {(place.folder, place.validity) for place in places}:
        uids = [place.uid for place in places if place[:2] == (folder, validity)]
        here = {"account": account, "folder": folder, "validity": validity, "wanted": uids}
        rows = tx.conn.execute(_SELECT, here)
        known.update({Place(folder, validity, row[0]): MessageId(row[1]) for row in rows})
    return known


_SELECT = select(location.c.uid, location.c.message).where(
    location.c.account == bindparam("account"),
    location.c.folder == bindparam("folder"),
    location.c.validity == bindparam("validity"),
    any_of(location.c.uid),
)


def take_from(tx: Tx, account: AccountId, place: Place) -> bool:
    """A message left this place; it stays where else it lies. Returns whether it was there."""
    gone = delete(location).where(
        location.c.account == account,
        location.c.folder == place.folder,
        location.c.validity == place.validity,
        location.c.uid == place.uid,
    )
    return tx.conn.execute(gone).rowcount > 0


def keep_only(tx: Tx, account: AccountId, of: Stretch, uids: Collection[int]) -> None:
    """In this stretch of a folder nothing else lies than these."""
    here = (
        location.c.account == account,
        location.c.folder == of.folder,
        location.c.validity == of.validity,
        location.c.uid.between(of.first, of.last),
    )
    gone = set(tx.conn.execute(select(location.c.uid).where(*here)).scalars()).difference(uids)
    if gone:
        tx.conn.execute(delete(location).where(*here, one_of(location.c.uid, gone)))


def void_others(tx: Tx, account: AccountId, folder: str, validity: int) -> None:
    """The folder was numbered anew: places with another validity mean nothing."""
    tx.conn.execute(
        delete(location).where(
            location.c.account == account, location.c.folder == folder, location.c.validity != validity
        )
    )
