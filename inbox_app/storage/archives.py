"""Archives as accounts: beginning an import, leaving a mark while it is not whole, and what one holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select, update

from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import AccountState
from inbox_app.storage import accounts
from inbox_app.storage.accounts import Account, OurselvesThere
from inbox_app.storage.schema import account, conversation, message
from inbox_app.storage.transaction import Tx

ARCHIVE = "archive:"
"""How the remote id of an archive begins; its name follows. No service names its accounts so."""
UNFINISHED = "import_unfinished"
"""The account's error code as long as an import has not come to its end."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What lies in one account."""

    messages: int
    conversations: int


def begin(tx: Tx, channel: str, we: OurselvesThere, unfinished: str) -> Account:
    """The archive of this name, new or as it was, with a sentence beside it until `finish`.

    What was ours stays ours: handles that were known are united with those given now.
    """
    known = find(tx.conn, channel, we.remote_id)
    if known is not None:
        we = replace(we, handles=we.handles | known.handles)
    added = accounts.add(tx, channel, we, {}, state=AccountState.ARCHIVE)
    tx.conn.execute(update(account).where(account.c.id == added).values(error=unfinished, error_code=UNFINISHED))
    return accounts.get(tx.conn, added)


def finish(tx: Tx, wanted: AccountId) -> Holdings:
    """Everything is in: nothing is left to go on from."""
    tx.conn.execute(update(account).where(account.c.id == wanted).values(cursor=None))
    accounts.note_success(tx, wanted, next_poll=None)
    return holdings(tx.conn, wanted)


def find(conn: Connection, channel: str, remote_id: str) -> Account | None:
    """The archive that was imported under this name, if there is one."""
    found = conn.execute(
        select(account.c.id).where(account.c.channel == channel, account.c.remote_id == remote_id)
    ).scalar_one_or_none()
    return None if found is None else accounts.get(conn, AccountId(found))


def holdings(conn: Connection, wanted: AccountId) -> Holdings:
    """How many messages and conversations there are."""
    messages = select(func.count()).select_from(message).where(message.c.account == wanted)
    conversations = (
        select(func.count())
        .select_from(conversation)
        .where(conversation.c.account == wanted, conversation.c.merged_into.is_(None))
    )
    return Holdings(conn.execute(messages).scalar_one(), conn.execute(conversations).scalar_one())
