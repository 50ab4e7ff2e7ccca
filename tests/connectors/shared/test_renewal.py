"""Tokens that go on being good: renewed in time, kept before use, lost by nobody's haste."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.shared.oauth2.authorization import Authorization
from connectors.shared.oauth2.endpoint import TokenEndpoint
from connectors.shared.oauth2.renewal import Renewal
from connectors.shared.oauth2.tokens import EXPIRES, Tokens
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import Offline, SignInNeeded
from tests.contract.stage import Lent
from tests.servers.authorization import AuthorizationServer


@pytest.fixture
async def tokens(server: AuthorizationServer, endpoint: TokenEndpoint) -> Tokens:
    """A fresh consent's."""
    authorization = Authorization.make(endpoint.service, endpoint.client, "http://127.0.0.1:1/")
    query = {
        "response_type": "code",
        "client_id": endpoint.client.id,
        "redirect_uri": authorization.redirect_uri,
        "code_challenge": authorization.url.partition("code_challenge=")[2].partition("&")[0],
        "code_challenge_method": "S256",
    }
    code = server.authorize(query).partition("code=")[2].partition("&")[0]
    return await endpoint.exchange(authorization, code, datetime.now(UTC))


@pytest.fixture
def host(lent: Lent, tokens: Tokens) -> Host:
    """A host whose vault is `lent.kept`."""
    lent.kept.update(tokens.to_secrets())
    return lent.host({}, {})


@pytest.fixture
async def renewal(host: Host, endpoint: TokenEndpoint) -> AsyncIterator[Renewal]:
    renewal = Renewal(host, endpoint)
    yield renewal
    await renewal.close()


def later(host: Host, by: timedelta) -> Host:
    return replace(host, now=lambda: datetime.now(UTC) + by)


async def test_a_fresh_token_is_used_as_it_is(server: AuthorizationServer, renewal: Renewal, tokens: Tokens) -> None:
    assert await renewal.access() == tokens.access
    assert len(server.asked) == 1


@pytest.mark.parametrize("rotates", [True, False])
async def test_it_is_renewed_before_it_ends_again_and_again(
    server: AuthorizationServer, host: Host, endpoint: TokenEndpoint, lent: Lent, rotates: bool
) -> None:
    server.rotates = rotates
    server.access_life = timedelta(seconds=30)
    renewal = Renewal(later(host, timedelta(minutes=59, seconds=30)), endpoint)
    seen = [await renewal.access() for _ in range(3)]
    assert len(set(seen)) == 3
    assert all(server.subject_of(one) for one in seen)
    assert Tokens.from_secrets(lent.kept).access == seen[-1]


async def test_a_token_refused_before_its_time_is_renewed_once_for_all(
    server: AuthorizationServer, renewal: Renewal, tokens: Tokens
) -> None:
    server.end_access()
    renewed = await asyncio.gather(*(renewal.access_after(tokens.access) for _ in range(5)))
    assert len(set(renewed)) == 1
    assert server.subject_of(renewed[0]) is not None
    assert [one["grant_type"] for one in server.asked].count("refresh_token") == 1


async def test_who_was_refused_an_older_token_gets_the_newer(renewal: Renewal, tokens: Tokens) -> None:
    assert await renewal.access_after("older-than-that") == tokens.access


async def test_a_new_token_is_kept_before_it_is_used(host: Host, endpoint: TokenEndpoint, lent: Lent) -> None:
    """The vault is slow: nobody may see the token meanwhile."""
    gate, asked = asyncio.Event(), asyncio.Event()

    async def keep(secrets: Mapping[str, str]) -> None:
        asked.set()
        await gate.wait()
        await host.keep(secrets)

    renewal = Renewal(replace(later(host, timedelta(hours=2)), keep=keep), endpoint)
    waiting = asyncio.create_task(renewal.access())
    await asked.wait()
    for _turn in range(20):
        await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    assert await waiting == Tokens.from_secrets(lent.kept).access


async def test_a_vault_that_fails_gets_the_same_token_again(
    server: AuthorizationServer, host: Host, endpoint: TokenEndpoint, lent: Lent
) -> None:
    fails = [True]

    async def keep(secrets: Mapping[str, str]) -> None:
        if fails.pop() if fails else False:
            raise Offline("The vault is locked.")
        await host.keep(secrets)

    renewal = Renewal(replace(later(host, timedelta(minutes=59, seconds=30)), keep=keep), endpoint)
    with pytest.raises(Offline):
        await renewal.access()
    access = await renewal.access()
    assert access == Tokens.from_secrets(lent.kept).access
    assert [one["grant_type"] for one in server.asked].count("refresh_token") == 1


async def test_giving_up_half_way_loses_no_token(
    server: AuthorizationServer, host: Host, endpoint: TokenEndpoint, lent: Lent, tokens: Tokens
) -> None:
    gate, asked = asyncio.Event(), asyncio.Event()

    async def keep(secrets: Mapping[str, str]) -> None:
        asked.set()
        await gate.wait()
        await host.keep(secrets)

    renewal = Renewal(replace(later(host, timedelta(hours=2)), keep=keep), endpoint)
    waiting = asyncio.create_task(renewal.access())
    await asked.wait()
    waiting.cancel()
    gate.set()
    await renewal.close()
    kept = Tokens.from_secrets(lent.kept)
    assert kept.refresh != tokens.refresh
    assert (await endpoint.refresh(kept, datetime.now(UTC))).access


async def test_what_another_renewed_is_taken_over(
    server: AuthorizationServer, host: Host, endpoint: TokenEndpoint, lent: Lent
) -> None:
    """A check of the sign-in, or another process, used up the refresh token that this one holds."""
    ours, theirs = Renewal(host, endpoint), Renewal(host, endpoint)
    server.end_access()
    stale = await ours.access()
    renewed = await theirs.access_after(stale)
    assert await ours.access_after(stale) == renewed
    assert server.subject_of(renewed) is not None
    assert [one["grant_type"] for one in server.asked].count("refresh_token") == 1


async def test_a_race_lost_at_the_server_is_no_end_of_the_sign_in(
    server: AuthorizationServer, host: Host, endpoint: TokenEndpoint, lent: Lent, tokens: Tokens
) -> None:
    reads = 0

    async def kept() -> Mapping[str, str]:
        """The other is quicker, between our reading and our asking."""
        nonlocal reads
        reads += 1
        seen = dict(lent.kept)
        if reads == 1:
            await host.keep((await endpoint.refresh(tokens, datetime.now(UTC))).to_secrets())
        return seen

    ours = Renewal(replace(host, kept=kept), endpoint)
    renewed = await ours.access_after(tokens.access)
    assert renewed == Tokens.from_secrets(lent.kept).access


@pytest.mark.parametrize("gives_refresh", [True, False])
async def test_an_ended_sign_in_asks_to_sign_in_again(
    server: AuthorizationServer, host: Host, endpoint: TokenEndpoint, tokens: Tokens, gives_refresh: bool
) -> None:
    server.revoke()
    secrets = tokens.to_secrets() if gives_refresh else Tokens(tokens.access).to_secrets()
    renewal = Renewal(replace(host, secrets=secrets, kept=None), endpoint)
    with pytest.raises(SignInNeeded, match=r"127\.0\.0\.1 has ended|at 127\.0\.0\.1 has ended") as raised:
        await renewal.access_after(tokens.access)
    assert "Sign in again" in str(raised.value)


async def test_an_endpoint_in_trouble_keeps_the_tokens(
    server: AuthorizationServer, host: Host, endpoint: TokenEndpoint, tokens: Tokens
) -> None:
    server.answers_instead += [(503, b"")]
    renewal = Renewal(later(host, timedelta(hours=2)), endpoint)
    with pytest.raises(Offline):
        await renewal.access()
    assert await renewal.access() != tokens.access


def test_tokens_survive_the_vault() -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    for tokens in (Tokens("a", "r", now), Tokens("a"), Tokens("a", "r")):
        assert Tokens.from_secrets(tokens.to_secrets()) == tokens
    assert not Tokens.from_secrets({**Tokens("a", "r", now).to_secrets(), EXPIRES: "soon"}).is_fresh(now)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(3600, 3600), ("3600", 3600), (None, None), (-1, None), (True, None), ("soon", None), (1e30, 3650 * 86400)],
)
def test_how_long_a_token_lasts(said: object, seconds: int | None) -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    answer = {"access_token": "a", "token_type": "Bearer", "expires_in": said}
    expires = Tokens("").renewed_by(answer, now).expires_at  # type: ignore[arg-type]
    assert expires == (None if seconds is None else now + timedelta(seconds=seconds))
