"""Moving what an earlier version kept in the clear among an account's settings to where secrets are kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial

from inbox_app.contract.manifest import Manifest, Sealed
from inbox_app.domain.words import AccountState
from inbox_app.keychain import Keychain
from inbox_app.keychain.errors import KeychainError
from inbox_app.storage import accounts, secrets
from inbox_app.storage.accounts import GOING, Account
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

log = logging.getLogger(__name__)


async def seal_settings(store: Store, keychain: Keychain, catalogue: Mapping[str, Manifest]) -> None:
    """Done at each start, and nothing once it was done. Without a place for secrets the accounts stay as they are."""
    every = await store.read(partial(accounts.every, removed=True))
    open_ = [(one, sealed) for one in every if one.channel in catalogue
             and (sealed := catalogue[one.channel].seal(one.settings)) is not None]  # fmt: skip
    if not open_:
        return
    try:
        await keychain.unlock()
    except KeychainError as closed:
        log.warning("Secrets among the settings of %d accounts cannot be moved yet: %s", len(open_), closed.code)
        return
    for one, sealed in open_:
        await store.write(partial(_move, known=one, sealed=sealed, keychain=keychain))


def _move(tx: Tx, known: Account, sealed: Sealed, keychain: Keychain) -> None:
    if accounts.get(tx.conn, known.id).settings != known.settings:
        return  # somebody signed in anew meanwhile
    accounts.keep_settings(tx, known.id, sealed.settings)
    if not known.remote_id.startswith(GOING):
        accounts.rename(tx, known.id, sealed.remote_id, sealed.handle)
    if known.state is not AccountState.REMOVED:
        wrapped = {name: keychain.encrypt(known.id, name, value) for name, value in sealed.secrets.items()}
        secrets.put(tx, known.id, wrapped)
