"""Accounts: keeping a new one with its secrets, pausing, resuming and removing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from inbox_app.actions import triage
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.words import AccountState, Formatting, Hat, Quoting
from inbox_app.i18n import _
from inbox_app.keychain import Keychain
from inbox_app.storage import accounts, outbox, secrets, standings
from inbox_app.storage.accounts import OurselvesThere
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

SIGNED_IN = "signed_in_at"
"""The setting that tells when a person last signed in again, in milliseconds since 1970."""


async def add(
    store: Store,
    keychain: Keychain,
    channel: str,
    we: OurselvesThere,
    settings: Mapping[str, str],
    clear: Mapping[str, str],
    history_since: int | None,
) -> AccountId:
    """Keep a tested sign-in: settings in the database, secrets sealed; both or neither.

    Raises:
        KeychainError: there is no place for the secrets; nothing was kept.
    """
    if clear:
        await keychain.unlock()

    def work(tx: Tx) -> AccountId:
        added = accounts.add(tx, channel, we, settings, history_since=history_since)
        sealed = {name: keychain.encrypt(added, name, value) for name, value in clear.items()}
        secrets.put(tx, added, sealed)
        return added

    return await store.write(work)


async def sign_in_again(
    store: Store,
    keychain: Keychain,
    wanted: AccountId,
    we: OurselvesThere,
    settings: Mapping[str, str],
    clear: Mapping[str, str],
    history_since: int | None,
) -> None:
    """Keep a newer sign-in of an account, which goes on where it stood; its earlier secrets are forgotten.

    A folder that it did not follow before, and history further back than before, are loaded.

    Raises:
        NotFound: there is no such account.
        Refused: it leads to another mailbox or person; nothing was changed.
        KeychainError: there is no place for the secrets; nothing was changed.
    """
    if clear:
        await keychain.unlock()

    def work(tx: Tx) -> None:
        known = accounts.get(tx.conn, wanted)
        if somebody_else := accounts.refuse_somebody_else(known, we):
            raise Refused(somebody_else, code="somebody_else")
        accounts.remember_identity(tx, wanted, we)
        # A change of settings is what makes a running engine open the account anew, with the secrets of now.
        accounts.keep_settings(tx, wanted, {**settings, SIGNED_IN: str(tx.now)})
        accounts.ask_history(tx, wanted, history_since)
        secrets.replace(tx, wanted, {name: keychain.encrypt(wanted, name, value) for name, value in clear.items()})
        if known.state is not AccountState.PAUSED:
            accounts.set_state(tx, wanted, AccountState.ACTIVE)

    await store.write(work)


async def set_letter_habits(
    store: Store,
    wanted: AccountId,
    *,
    signature: str | None = None,
    quoting: Quoting | None = None,
    formatting: Formatting | None = None,
    tells_read: bool | None = None,
) -> None:
    """Say how mails of an account are written, and whether its service is told what is read here, all at once.

    What is None stays as it is.

    Raises:
        NotFound: there is no such account.
    """

    def work(tx: Tx) -> None:
        now = accounts.get(tx.conn, wanted)
        accounts.keep_letter_habits(
            tx,
            wanted,
            now.signature if signature is None else signature.strip("\n"),
            quoting or now.quoting,
            formatting or now.formatting,
        )
        if tells_read is not None:
            accounts.tell_read(tx, wanted, tells=tells_read)

    await store.write(work)


async def wear(store: Store, wanted: AccountId, hat: Hat) -> None:
    """Say under which hat an account is worked: conversations that begin there from now on have it.

    Raises:
        NotFound: there is no such account.
    """
    await store.write(lambda tx: accounts.wear(tx, wanted, hat))


async def set_state(store: Store, wanted: AccountId, state: AccountState) -> None:
    """Pause or resume an account, or remove it: then it forgets its secrets and keeps its history, and what waited is
    marked as not sent.

    Raises:
        NotFound: there is no such account.
        Refused: a removed one has to be signed in to again; something of one to be removed is on its way.
    """

    def work(tx: Tx) -> None:
        known = accounts.get(tx.conn, wanted)
        if state is AccountState.REMOVED:
            left = _("{handle} was removed from Portavoce before this left.")
            outbox.leave_unsent(tx, wanted, left.format(handle=known.handle))
        elif known.state is AccountState.REMOVED:
            raise Refused(said_of_removed(known.handle))
        accounts.set_state(tx, wanted, state)

    await store.write(work)


async def finish_left_open(store: Store, me: ColleagueId, wanted: AccountId) -> None:
    """What waited in a removed account is done, as in an archive: nobody can answer it there. Undo takes it back."""
    left = await store.read(partial(standings.left_open, of=wanted))
    if left:
        await triage.finish(store, me, left)


def said_of_removed(handle: str) -> str:
    """What alone brings a removed account back."""
    return _("{handle} was removed. Sign in to it again to connect it.").format(handle=handle)


async def stop_sending(store: Store, wanted: AccountId) -> None:
    """Before an account is signed out nothing of it may begin to leave any more.

    Raises:
        NotFound: there is no such account.
        Refused: something of it is on its way at this moment.
    """

    def work(tx: Tx) -> None:
        outbox.require_none_under_way(tx.conn, wanted)
        if accounts.get(tx.conn, wanted).state is AccountState.ACTIVE:
            accounts.set_state(tx, wanted, AccountState.PAUSED)

    await store.write(work)
