"""IDLE: a nudge within a second, a line that is renewed, a dead one that is noticed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from connectors.email import stream
from inbox_app.contract.errors import Offline, SignInNeeded
from tests.connectors.email.conftest import MakeConnector, MakeHost
from tests.connectors.email.mails import mail
from tests.connectors.email.scripted import Imap, listening
from tests.connectors.email.test_connecting import FOLDERS, SECRET, settings
from tests.servers.dovecot import Dovecot


def idle_threads() -> int:
    """How many threads of ours wait for news."""
    return len([thread for thread in threading.enumerate() if thread.name == stream.THREAD_NAME])


async def exhaust(nudges: AsyncIterator[None]) -> None:
    """Take nudges until there are no more."""
    async for _nudge in nudges:
        pass


async def no_thread_left() -> None:
    """Wait until every thread that waited has ended."""
    async with asyncio.timeout(30):
        while idle_threads():
            await asyncio.sleep(0.01)


@pytest.mark.server
async def test_each_delivery_nudges(dovecot: Dovecot, connect: MakeConnector) -> None:
    anna = dovecot.new_user("anna")
    nudges = connect(anna).listen()
    async with asyncio.timeout(30):
        await anext(nudges)  # it listens now
    for _round in range(3):
        dovecot.deliver(anna, mail())
        async with asyncio.timeout(20):
            await anext(nudges)
    await nudges.aclose()
    await no_thread_left()


@pytest.mark.server
async def test_the_wait_is_renewed(dovecot: Dovecot, connect: MakeConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "RENEW_SECONDS", 0.1)
    anna = dovecot.new_user("anna")
    nudges = connect(anna).listen()
    async with asyncio.timeout(30):
        for _renewal in range(3):
            await anext(nudges)
    await nudges.aclose()
    await no_thread_left()


@pytest.mark.server
async def test_a_line_that_ends_is_told(dovecot: Dovecot, connect: MakeConnector) -> None:
    nudges = connect(dovecot.new_user("anna")).listen()
    async with asyncio.timeout(30):
        await anext(nudges)
        dovecot.stop()
        with pytest.raises(Offline):
            await exhaust(nudges)
    await no_thread_left()


@pytest.mark.server
async def test_a_wrong_password_ends_the_wait(dovecot: Dovecot, connect: MakeConnector) -> None:
    anna = dovecot.new_user("anna")
    nudges = connect(anna, imap_user="nobody@example.test").listen()
    async with asyncio.timeout(30):
        with pytest.raises(SignInNeeded):
            await anext(nudges)


async def test_a_server_without_idle_leaves_it_to_the_timed_pulls(make_host: MakeHost) -> None:
    from connectors.email.connector import EmailConnector

    server = Imap(FOLDERS)
    async with listening(server.talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
        waiting = asyncio.ensure_future(anext(connector.listen()))
        async with asyncio.timeout(30):
            while not any(heard.startswith("AUTHENTICATE") for heard in server.heard):
                await asyncio.sleep(0.01)
        await no_thread_left()
        assert not waiting.done()
        assert not any(heard.startswith("IDLE") for heard in server.heard)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
