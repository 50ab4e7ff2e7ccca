"""What ingest must know of an account before it stores what came from it, and the account's cursors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _
from inbox_app.storage.accounts import GOING
from inbox_app.storage.archives import ARCHIVE
from inbox_app.storage.schema import account, colleague


@dataclass(frozen=True, slots=True)
class Source:
    """An account as the sender of events. `own` are the names that mean us on this channel, lower-cased."""

    account: AccountId
    channel: str
    hat: str
    own: frozenset[str]
    colleagues: tuple[ColleagueId, ...]
    archived: bool = False
    """Whether it is an archive, behind which there is no service."""
    is_going: bool = False
    """Whether it is being deleted with its history."""


def source_of(conn: Connection, wanted: AccountId) -> Source:
    """The account with the names of all our accounts on its channel: what one of ours wrote is never a member's.

    Raises:
        NotFound: there is no such account.
    """
    rows = conn.execute(_ACCOUNTS).all()
    ours = next((row for row in rows if row.id == wanted), None)
    if ours is None:
        raise NotFound(_("There is no account “{id}” in this workspace.").format(id=wanted))
    own = {name.lower() for row in rows if row.channel == ours.channel for name in _names(row)}
    people = conn.execute(_COLLEAGUES)
    return Source(
        wanted,
        ours.channel,
        ours.hat,
        frozenset(own),
        tuple(ColleagueId(one) for one in people.scalars()),
        archived=ours.state == AccountState.ARCHIVE,
        is_going=ours.remote_id.startswith(GOING),
    )


def _names(row: Row[*tuple[Any, ...]]) -> tuple[str, ...]:
    """What means us in one account; an archive bears any name, maybe that of somebody outside."""
    named = () if row.remote_id.startswith(ARCHIVE) else (row.remote_id, row.handle)
    return (*named, *json.loads(row.handles))


_ACCOUNTS = select(
    account.c.id,
    account.c.channel,
    account.c.hat,
    account.c.remote_id,
    account.c.handle,
    account.c.handles,
    account.c.state,
)
_COLLEAGUES = select(colleague.c.id).where(colleague.c.left_at.is_(None)).order_by(colleague.c.id)
