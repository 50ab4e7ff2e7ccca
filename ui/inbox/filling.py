"""What the list waits for: the first messages of an account, or services that cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inbox_app.contract.manifest import Manifest
from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _


def what_fills(rows: Sequence[AccountRow], catalogue: Mapping[str, Manifest]) -> str:
    """A sentence while a working account was never synced; empty when all were."""
    fresh = [row for row in rows if row.state is AccountState.ACTIVE and not row.last_success and not row.error]
    if not fresh:
        return ""
    manifest = catalogue.get(fresh[0].channel)
    if manifest is not None and manifest.practice is not None:
        return _("The practice room is being furnished…")
    return _("The first messages are on their way…")


def what_is_away(rows: Sequence[AccountRow]) -> str:
    """A sentence while no working account's service can be reached; one that is away alone says so by itself."""
    working = [row for row in rows if row.state is AccountState.ACTIVE]
    if not working or not all(row.is_away for row in working):
        return ""
    return _("No service can be reached: this computer may be offline. What is here stays, and what you send waits.")
