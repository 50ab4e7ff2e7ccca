"""What a sign-in service in trouble costs: patience, and never the sign-in; only its own word ends that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.email.login import EmailSignIn
from inbox_app.contract.login import Done
from inbox_app.domain.words import AccountState
from inbox_app.storage import accounts
from inbox_app.storage.store import Store
from tests.connectors.email.desk import desk_on
from tests.connectors.email.mails import mail
from tests.connectors.email.test_oauth import flow, place, walk
from tests.contract.stage import Lent
from tests.fakes.clock import FakeClock
from tests.servers.oauth_place import OAuthPlace

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("trusted")]
__all__ = ["flow", "place"]

OUTAGES = [
    (503, b"", "600"),
    (400, b'{"error": "temporarily_unavailable"}', "600"),
    (403, b'{"message": "Blocked"}', ""),
]


@pytest.mark.parametrize(("status", "body", "wait"), OUTAGES)
async def test_an_outage_is_waited_for_and_only_the_end_of_a_sign_in_pauses(
    place: OAuthPlace,
    flow: EmailSignIn,
    sqlite_store: Store,
    lent: Lent,
    status: int,
    body: bytes,
    wait: str,
) -> None:
    done = await walk(flow, place)
    assert isinstance(done, Done)
    lent.kept.update(done.secrets)
    clock = FakeClock(datetime.now(UTC))
    async with desk_on(sqlite_store, lent, place.user.address, "", clock) as desk:
        account = await desk.connect(done.settings)

        async def state() -> AccountState:
            return (await sqlite_store.read(lambda conn: accounts.get(conn, account))).state

        assert (await desk.sync()).error == ""
        place.oauth.end_access()
        place.oauth.answers_instead = [(status, body)] * 2
        place.oauth.retry_after = wait
        assert "tried again later" in (await desk.sync()).error
        assert await state() is AccountState.ACTIVE
        if wait:
            clock.jump(timedelta(seconds=int(wait) - 1))
            assert "asked us to wait" in (await desk.sync()).error
            assert len(place.oauth.answers_instead) == 1, "it was asked before its time"
        clock.jump(timedelta(seconds=70))
        place.oauth.answers_instead.clear()
        place.dovecot.deliver(place.user, mail("Back again", To=place.user.address))
        report = await desk.sync()
        assert (report.error, report.new) == ("", 1)
        place.oauth.revoke()
        assert "Sign in again" in (await desk.sync()).error
        assert await state() is AccountState.SIGN_IN_NEEDED
