"""Accounts: who is signed in where, how far each has been pulled, and how it fares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import AccountId, new_id
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import AccountState, Formatting, Hat, Quoting
from inbox_app.i18n import _, retell
from inbox_app.storage.schema import account, secret
from inbox_app.storage.transaction import Tx

GOING = "going:"
"""How the remote id of an account begins whose history is being deleted. No service names its accounts so."""
_one = select(account).where(account.c.id == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class Account:
    """One connected sign-in as it is stored. Times are milliseconds since 1970."""

    id: AccountId
    channel: str
    remote_id: str
    handle: str
    name: str
    handles: frozenset[str]
    settings: Mapping[str, str]
    abilities: JsonObject
    state: AccountState
    hat: Hat
    error: str
    error_code: str
    cursor: JsonObject | None
    older_cursor: JsonObject | None
    older_done: bool
    history_since: int | None
    last_success: int | None
    next_poll: int | None
    signature: str = ""
    quoting: Quoting = Quoting.BELOW
    formatting: Formatting = Formatting.AUTO
    tells_read: bool = True
    """Whether the service is told what is read here."""


@dataclass(frozen=True, slots=True)
class OurselvesThere:
    """Who we are on the service, as the connection test learned it."""

    remote_id: str
    handle: str
    name: str = ""
    handles: frozenset[str] = frozenset()
    abilities: JsonObject = field(default_factory=dict)


def add(
    tx: Tx,
    channel: str,
    we: OurselvesThere,
    settings: Mapping[str, str],
    *,
    history_since: int | None = None,
    state: AccountState = AccountState.ACTIVE,
) -> AccountId:
    """Connect an account, or one that is known anew: it keeps its history, and loads what it wants more of.

    Secrets are kept apart.
    """
    known = tx.conn.execute(
        select(account.c.id).where(account.c.channel == channel, account.c.remote_id == we.remote_id)
    ).scalar_one_or_none()
    values = _identity(we) | {
        "settings": json.dumps(dict(settings)),
        "state": state.value,
        "history_since": history_since,
        "error": "",
        "error_code": "",
    }
    if known is None:
        known = new_id()
        tx.conn.execute(insert(account).values(id=known, channel=channel, made_at=tx.now, **values))
    else:
        values |= _reopened_history(get(tx.conn, AccountId(known)), settings, history_since)
        tx.conn.execute(update(account).where(account.c.id == known).values(**values))
    tx.accounts.add(AccountId(known))
    return AccountId(known)


def every(conn: Connection, *, removed: bool = False) -> tuple[Account, ...]:
    """All accounts in their order; the removed ones only when asked for."""
    found = select(account).order_by(account.c.position, account.c.made_at, account.c.id)
    if not removed:
        found = found.where(account.c.state != AccountState.REMOVED.value)
    return tuple(_account(row) for row in conn.execute(found))


def get(conn: Connection, wanted: AccountId) -> Account:
    """One account, removed or not; raises `NotFound`."""
    row = conn.execute(_one, {"wanted": wanted}).one_or_none()
    if row is None:
        raise NotFound(_("There is no account “{id}” in this workspace.").format(id=wanted))
    return _account(row)


def set_state(tx: Tx, wanted: AccountId, state: AccountState) -> None:
    """Pause, resume or remove; a removed one forgets its secrets at once and keeps its history.

    Raises:
        Refused: an archive has no service from which it could rest; what is being deleted does not come back.
    """
    known = get(tx.conn, wanted)
    if known.remote_id.startswith(GOING) and state is not AccountState.REMOVED:
        raise Refused(_("{handle} was removed, and its history is being deleted.").format(handle=known.handle))
    if known.state is AccountState.ARCHIVE and state is not AccountState.REMOVED:
        raise Refused(
            _("“{name}” is an archive: it is never synced, so it can only be removed.").format(name=known.name)
        )
    tx.conn.execute(
        update(account).where(account.c.id == wanted).values(state=state.value, error="", error_code="", next_poll=None)
    )
    if state is AccountState.REMOVED:
        tx.conn.execute(secret.delete().where(secret.c.account == wanted))
    tx.accounts.add(wanted)


def refuse_somebody_else(known: Account, theirs: OurselvesThere) -> str:
    """A sentence where a sign-in leads to another person than before, empty where it does not.

    Two people's messages must never mix in one account.
    """
    if known.remote_id == theirs.remote_id:
        return ""
    return _("The sign-in of {ours} now leads to {theirs}. Sign in as {ours}, or add {theirs} as an account.").format(
        ours=known.handle, theirs=theirs.handle
    )


def remember_identity(tx: Tx, wanted: AccountId, we: OurselvesThere) -> None:
    """Keep what `connect` said of us; writes nothing when nothing is new."""
    known = get(tx.conn, wanted)
    if (known.remote_id, known.handle, known.name, known.handles, known.abilities) == (
        we.remote_id,
        we.handle,
        we.name,
        we.handles,
        we.abilities,
    ):
        return
    tx.conn.execute(update(account).where(account.c.id == wanted).values(**_identity(we)))
    tx.accounts.add(wanted)


def keep_settings(tx: Tx, wanted: AccountId, settings: Mapping[str, str]) -> None:
    """Replace the account's settings (a new sign-in, a corrected host); a folder more brings its past."""
    known = get(tx.conn, wanted)
    values: dict[str, object] = {"settings": json.dumps(dict(settings))}
    values |= _reopened_history(known, settings, known.history_since)
    tx.conn.execute(update(account).where(account.c.id == wanted).values(**values))
    tx.accounts.add(wanted)


def rename(tx: Tx, wanted: AccountId, remote_id: str, handle: str) -> None:
    """Call the account otherwise, on the service and here; a name that another account has is made its own by its id.

    What was wrong with it may have named it, and is looked at anew.
    """
    known = get(tx.conn, wanted)
    taken = select(account.c.id).where(
        account.c.channel == known.channel, account.c.remote_id == remote_id, account.c.id != wanted
    )
    own = f"{remote_id}#{wanted}" if tx.conn.execute(taken).first() else remote_id
    values = {"remote_id": own, "handle": handle, "handles": "[]", "error": "", "error_code": ""}
    tx.conn.execute(update(account).where(account.c.id == wanted).values(**values))
    tx.accounts.add(wanted)


def ask_history(tx: Tx, wanted: AccountId, since: int | None) -> None:
    """Say how far back history is wanted; None for all of it."""
    known = get(tx.conn, wanted)
    values = {"history_since": since} | _reopened_history(known, known.settings, since)
    tx.conn.execute(update(account).where(account.c.id == wanted).values(**values))
    tx.accounts.add(wanted)


def _reopened_history(known: Account, settings: Mapping[str, str], since: int | None) -> dict[str, str | int | None]:
    """What has to be loaded still: from the top where it goes further back, else what the new settings added."""
    if known.history_since is not None and (since is None or since < known.history_since):
        return {"older_done": False, "older_cursor": None}
    return {"older_done": False} if settings != known.settings else {}


def keep_letter_habits(tx: Tx, wanted: AccountId, signature: str, quoting: Quoting, formatting: Formatting) -> None:
    """How mails of this account are written."""
    get(tx.conn, wanted)
    habits = {"signature": signature, "quoting": quoting.value, "formatting": formatting.value}
    tx.conn.execute(update(account).where(account.c.id == wanted).values(**habits))
    tx.accounts.add(wanted)


def tell_read(tx: Tx, wanted: AccountId, *, tells: bool) -> None:
    """Say whether the service is told what is read here."""
    get(tx.conn, wanted)
    tx.conn.execute(update(account).where(account.c.id == wanted).values(tells_read=tells))
    tx.accounts.add(wanted)


def wear(tx: Tx, wanted: AccountId, hat: Hat) -> None:
    """Under which hat the conversations are worked that begin there from now on."""
    get(tx.conn, wanted)
    tx.conn.execute(update(account).where(account.c.id == wanted).values(hat=hat.value))
    tx.accounts.add(wanted)


def keep_cursor(tx: Tx, wanted: AccountId, cursor: JsonObject) -> None:
    """The place up to which everything is in the database; only ever in the transaction that stored the events."""
    tx.conn.execute(update(account).where(account.c.id == wanted).values(cursor=json.dumps(cursor)))


def keep_older_cursor(tx: Tx, wanted: AccountId, cursor: JsonObject, *, done: bool) -> None:
    """The same for history; `done` when its wished beginning is reached."""
    tx.conn.execute(
        update(account).where(account.c.id == wanted).values(older_cursor=json.dumps(cursor), older_done=done)
    )


def note_success(tx: Tx, wanted: AccountId, *, next_poll: int | None) -> None:
    """A pull came through: the error is over."""
    before = get(tx.conn, wanted)
    tx.conn.execute(
        update(account)
        .where(account.c.id == wanted)
        .values(last_success=tx.now, next_poll=next_poll, error="", error_code="")
    )
    if before.error or before.last_success is None:
        tx.accounts.add(wanted)


def note_failure(tx: Tx, wanted: AccountId, sentence: str, code: str, *, next_poll: int | None) -> None:
    """A pull failed; `sentence` is what a person reads beside the account."""
    tx.conn.execute(
        update(account).where(account.c.id == wanted).values(error=sentence, error_code=code, next_poll=next_poll)
    )
    tx.accounts.add(wanted)


def forget_failure(tx: Tx, wanted: AccountId) -> None:
    """It was tried and works: what was wrong before is over, and what stood still for a sign-in goes on."""
    known = get(tx.conn, wanted)
    goes_on = AccountState.ACTIVE if known.state is AccountState.SIGN_IN_NEEDED else known.state
    over = {"state": goes_on.value, "error": "", "error_code": ""}
    tx.conn.execute(update(account).where(account.c.id == wanted).values(**over))
    tx.accounts.add(wanted)


def need_sign_in(tx: Tx, wanted: AccountId, sentence: str) -> None:
    """Stop the account until the person signs in again; what waits to be sent stays queued."""
    tx.conn.execute(
        update(account)
        .where(account.c.id == wanted, account.c.state == AccountState.ACTIVE.value)
        .values(
            state=AccountState.SIGN_IN_NEEDED.value,
            error=sentence,
            error_code=AccountState.SIGN_IN_NEEDED.value,
            next_poll=None,
        )
    )
    tx.accounts.add(wanted)


def _identity(we: OurselvesThere) -> dict[str, str]:
    return {
        "remote_id": we.remote_id,
        "handle": we.handle,
        "name": we.name,
        "handles": json.dumps(sorted(we.handles)),
        "abilities": json.dumps(we.abilities),
    }


def _account(row: Row[*tuple[Any, ...]]) -> Account:
    return Account(
        id=AccountId(row.id),
        channel=row.channel,
        remote_id=row.remote_id,
        handle=row.handle,
        name=row.name,
        handles=frozenset(json.loads(row.handles)),
        settings=json.loads(row.settings),
        abilities=json.loads(row.abilities),
        state=AccountState(row.state),
        hat=Hat(row.hat),
        error=retell(row.error),
        error_code=row.error_code,
        cursor=None if row.cursor is None else json.loads(row.cursor),
        older_cursor=None if row.older_cursor is None else json.loads(row.older_cursor),
        older_done=row.older_done,
        history_since=row.history_since,
        last_success=row.last_success,
        next_poll=row.next_poll,
        signature=row.signature,
        quoting=Quoting(row.quoting),
        formatting=Formatting(row.formatting),
        tells_read=row.tells_read,
    )
