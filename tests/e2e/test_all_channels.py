"""Every channel in one workspace, by command, each with its server: one inbox in order, answers where they were asked,
and a dead server that keeps nobody else from working.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.places import Atmosphere, Blog, Bot, CommentFeed, Dropbox, Fediverse, Forum, Homeserver, Mailbox, Place
from tests.e2e.portavoce import Portavoce
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mastodon import MastodonServer
from tests.servers.smtp import SmtpServer
from tests.servers.synapse import SynapseServer
from tests.servers.wordpress import WordPressServer

# Some thirty processes and six servers, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def places(
    tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer, mastodon: MastodonServer, synapse: SynapseServer,
    wordpress: WordPressServer, bluesky: BlueskyNetwork,
) -> Iterator[list[Place]]:  # fmt: skip
    """One of each, in the order in which somebody asks there: those whose time a test cannot choose come last."""
    bot, forum, feed = Bot(), Forum(), CommentFeed()
    chosen = [forum, feed, Mailbox(dovecot, smtp_server), bot, Blog(wordpress), Dropbox(tmp_path / "guestbook")]
    yield [*chosen, Atmosphere(bluesky), Fediverse(mastodon), Homeserver(synapse)]
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

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._portavoce.run("--json", *self._workspace, *arguments)

    def fail(self, *arguments: str) -> tuple[str, str]:
        return self._portavoce.fail(*self._workspace, *arguments)

    def connect(self, place: Place) -> None:
        settings, secrets = place.account()
        given = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        read = [word for name in secrets for word in ("--secret", name)]
        self.tell("account", "add", place.channel, *given, *read, given="".join(f"{one}\n" for one in secrets.values()))

    def open_rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.tell("list", "--view", "open")["conversations"]
        return rows


def test_one_inbox_for_all_and_one_dead_server_stops_nobody(
    tmp_path: Path, certificates: Certificates, places: list[Place]
) -> None:
    desk = Desk(tmp_path, certificates)
    for place in places:
        desk.connect(place)
    desk.tell("sync")

    # What was asked first comes to the service last: by the time of the question, not by that of its arrival.
    now, channels = datetime.now(UTC), [place.channel for place in places]
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

    forum = next(place for place in places if isinstance(place, Forum))
    forum.server.down()
    for place in places:
        if place is not forum:
            place.ask("And while one is dead?", datetime.now(UTC))
    synced = desk.run("sync")
    assert synced.returncode == 1
    said = {one["id"]: one["error"] for one in json.loads(synced.stdout)["accounts"]}
    accounts = {one["channel"]: one for one in desk.tell("account", "list")}
    assert {channel for channel, one in accounts.items() if said[one["id"]] or one["error"]} == {"discourse"}
    assert "127.0.0.1" in accounts["discourse"]["error"]
    told = {row["channel"] for row in desk.open_rows() if "And while one is dead?" in row["snippet"]}
    assert told == {*channels} - {"discourse"}
