"""Every channel in one workspace, by command, each with its server: one inbox in order, answers where they were asked,
and dead servers, each once, that keep nobody else from working.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, select

from connectors import CATALOGUE
from inbox_app.app import App
from inbox_app.domain.words import Direction
from inbox_app.paths import resolve_workspace
from inbox_app.settings import SettingsFile
from inbox_app.storage.schema import account, message, message_text
from tests.e2e.places import Atmosphere, Blog, Bot, CommentFeed, Dropbox, Fediverse, Forum, Homeserver, Mailbox, Place
from tests.e2e.portavoce import Portavoce
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MakeFaultProxy, MakeGateway
from tests.servers.mastodon import MastodonServer
from tests.servers.smtp import SmtpServer
from tests.servers.synapse import SynapseServer
from tests.servers.wordpress import WordPressServer

# Some thirty processes and six servers, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def mailbox(dovecot: Dovecot, smtp_server: SmtpServer, fault_proxy: MakeFaultProxy) -> Mailbox:
    return Mailbox(dovecot, smtp_server, fault_proxy(dovecot.imaps_port))


@pytest.fixture
def places(
    tmp_path: Path, mailbox: Mailbox, mastodon: MastodonServer, synapse: SynapseServer, wordpress: WordPressServer,
    bluesky: BlueskyNetwork, fault_proxy: MakeFaultProxy, gateway: MakeGateway,
) -> Iterator[list[Place]]:  # fmt: skip
    """One of each, in the order in which somebody asks there: those whose time a test cannot choose come last."""
    bot, forum, feed = Bot(), Forum(), CommentFeed()
    blog = Blog(wordpress, gateway(urlsplit(wordpress.url).port or 0))
    yield [
        forum, feed, mailbox, bot, blog, Dropbox(tmp_path / "guestbook"),
        Atmosphere(bluesky, fault_proxy(urlsplit(bluesky.url).port or 0)),
        Fediverse(mastodon, fault_proxy(mastodon.port)), Homeserver(synapse, fault_proxy(synapse.port)),
    ]  # fmt: skip
    bot.server.down()
    forum.server.down()
    feed.site.down()


class Desk:
    """One person's Portavoce with an account at each place."""

    def __init__(self, folder: Path, certificates: Certificates) -> None:
        self._portavoce = Portavoce(folder / "home", {"SSL_CERT_FILE": str(certificates.authority)})
        self._workspace = ("--workspace", str(folder / "inbox"))

    def tell(self, *arguments: str, given: str = "") -> Any:
        return self._portavoce.tell(*self._workspace, *arguments, given=given)

    def fail(self, *arguments: str) -> tuple[str, str]:
        return self._portavoce.fail(*self._workspace, *arguments)

    def connect(self, place: Place) -> None:
        settings, secrets = place.account()
        given = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        read = [word for name in secrets for word in ("--secret", name)]
        self.tell("account", "add", place.channel, *given, *read, given="".join(f"{one}\n" for one in secrets.values()))

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[App]:
        """The same workspace in this process: a command that starts for each death would take half a minute more."""
        with mock.patch.dict(os.environ, self._portavoce.environment):
            settings = SettingsFile(Path(self._portavoce.environment["PORTAVOCE_HOME"]) / "settings.json")
            app = await App.open(resolve_workspace(self._workspace[1]), CATALOGUE, settings)
            try:
                yield app
            finally:
                await app.close()

    def open_rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.tell("list", "--view", "open")["conversations"]
        return rows


def test_one_inbox_for_all_and_a_dead_server_stops_nobody(
    tmp_path: Path, certificates: Certificates, places: list[Place]
) -> None:
    desk = Desk(tmp_path, certificates)
    for place in places:
        desk.connect(place)
    desk.tell("sync")

    # What was asked first comes to the service last: by the time of the question, not by that of its arrival.
    now = datetime.now(UTC)
    hours = {"discourse": 4, "feed": 9, "email": 2, "telegram": 7, "wordpress": 3, "folder": 5, "bluesky": 6}
    for place in places:
        place.ask(f"Asked by {place.channel}", now - timedelta(hours=hours.get(place.channel, 0)))
    assert {one["error"] for one in desk.tell("sync")["accounts"]} == {None}
    rows = desk.open_rows()
    expected = ["matrix", "mastodon", "email", "wordpress", "discourse", "folder", "bluesky", "telegram", "feed"]
    assert [row["channel"] for row in rows] == expected, rows
    assert all(f"Asked by {row['channel']}" in row["snippet"] for row in rows), rows

    by_channel = {row["channel"]: row["id"] for row in rows}
    for place in places:
        words = ("reply", by_channel[place.channel], "--text", f"Answered by {place.channel}", "--now")
        if place.answers:
            desk.tell(*words)
        else:
            assert desk.fail(*words)[0] == "refused"
    desk.tell("sync")
    assert {place.channel: place.below_the_question() for place in places} == {
        place.channel: [f"Answered by {place.channel}"] if place.answers else [] for place in places
    }
    assert [row["channel"] for row in desk.open_rows()] == ["feed"]

    asyncio.run(let_each_die(desk, places))


async def let_each_die(desk: Desk, places: list[Place]) -> None:
    """Three at a time, in one process of ours: they alone are not heard, and each account says why in a sentence."""
    async with desk.at_work() as app:
        known = {one.id: one.channel for one in await app.accounts()}
        for number in range(3):
            dead = places[number::3]
            for place in dead:
                place.down()
            alive = [place for place in places if place not in dead]
            for place in alive:
                place.ask(f"In round {number}", datetime.now(UTC))
            failed = {known[one.id]: one.error for one in await app.sync() if one.error}
            assert failed.keys() == {place.channel for place in dead}, failed
            assert {one.channel: one.error for one in await app.accounts() if one.error} == failed
            for error in failed.values():
                assert any(word in error for word in ("127.0.0.1", "localhost", "guestbook")), error
            told = set(await app.store.read(partial(channels_of, text=f"In round {number}")))
            assert told == {place.channel for place in alive}
            for place in dead:
                place.up()


def channels_of(conn: Connection, text: str) -> Sequence[str]:
    """Where something with this text came in."""
    asked = select(account.c.channel).join(message, message.c.account == account.c.id)
    said = asked.join(message_text, message_text.c.id == message.c.id).where(message_text.c.body.contains(text))
    return conn.execute(said.where(message.c.direction == Direction.INCOMING)).scalars().all()
