"""Removing an account: its service is told that the sign-in ends, as far as it can be told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from inbox_app.contract.connector import Connector
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import AccountId
from inbox_app.storage import accounts
from inbox_app.storage.store import Store
from inbox_app.sync.links import CLOSE_DEADLINE, Link, MakeHost

log = logging.getLogger(__name__)
DEADLINE = 15.0
"""Seconds. A service that does not answer keeps nobody here."""


async def sign_out(store: Store, catalogue: Mapping[str, Manifest], make_host: MakeHost, wanted: AccountId) -> None:
    """End an account's session on its service; what stands in the way is no reason to keep the account."""
    account = await store.read(partial(accounts.get, wanted=wanted))
    manifest = catalogue.get(account.channel)
    if manifest is None or manifest.load().sign_out is Connector.sign_out:
        return
    try:
        async with asyncio.timeout(DEADLINE):
            link = Link(wanted, store, catalogue, make_host)
            connector = manifest.load()(await make_host(account, manifest, await link.pace()))
            try:
                await connector.sign_out()
            finally:
                async with asyncio.timeout(CLOSE_DEADLINE):
                    await connector.close()
    except (UserFacingError, TimeoutError) as trouble:
        log.info("Account %s could not be signed out on its service: %s", wanted, trouble)
