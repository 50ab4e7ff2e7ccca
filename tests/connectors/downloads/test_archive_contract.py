"""Each download passes the tests that every archive reader has to pass."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import CATALOGUE
from inbox_app.contract.archive import Archive
from inbox_app.domain.words import Direction
from tests.connectors.downloads import samples
from tests.contract.archive_tests import ArchiveTests, Sample, messages, read


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def add_to(path: Path, place: tuple[str, ...], value: object) -> None:
    """Append to a list inside a JSON file; a number in `place` is one of a list."""

    def edit(content: dict[str, object]) -> None:
        inner: object = content
        for name in place:
            inner = inner[int(name)] if isinstance(inner, list) else inner[name]  # type: ignore[index]
        assert isinstance(inner, list)
        inner.append(value)

    samples.edit_json(path, edit)


class TestWhatsApp(ArchiveTests):
    """A chat as text."""

    @pytest.fixture
    def sample(self) -> Sample:
        return Sample(
            CATALOGUE["whatsapp"],
            "whatsapp",
            samples.OWN,
            samples.whatsapp,
            spoil=lambda path: append(path, "15/05/23, 09:00 - maya: once more\n"),
            add_damage=lambda path: append(path, "15/05/23, 09:00 - Maya added Bob\n"),
        )


class TestTelegram(ArchiveTests):
    """The data of a whole account."""

    @pytest.fixture
    def sample(self) -> Sample:
        place = ("chats", "list", "0", "messages")
        more = {"id": 90_000, "type": "message", "date": "2023-06-01T10:00:00", "from": "x", "from_id": "user9"}
        return Sample(
            CATALOGUE["telegram"],
            "telegram",
            samples.OWN,
            samples.telegram,
            spoil=lambda path: add_to(path / "result.json", place, {**more, "text": "more"}),
            add_damage=lambda path: add_to(path / "result.json", place, {"type": "message", "text": "no number"}),
        )


class TestInstagram(ArchiveTests):
    """A folder, with a thread in two files."""

    @pytest.fixture
    def sample(self) -> Sample:
        newest = "your_instagram_activity/messages/inbox/annapero_1/message_1.json"
        return Sample(
            CATALOGUE["instagram"],
            "instagram",
            samples.OWN,
            samples.instagram,
            spoil=lambda path: add_to(
                path / newest, ("messages",), {"sender_name": "x", "timestamp_ms": 1, "content": "more"}
            ),
            add_damage=lambda path: add_to(path / newest, ("messages",), {"sender_name": "x", "content": "no time"}),
        )


class TestFacebook(ArchiveTests):
    """A ZIP."""

    @pytest.fixture
    def sample(self) -> Sample:
        def put(path: Path, message: dict[str, object]) -> None:
            with zipfile.ZipFile(path, "a") as archive:
                content = json.dumps({"participants": [{"name": "x"}, {"name": "maya"}], "messages": [message]})
                archive.writestr("messages/inbox/x_2/message_1.json", content)

        return Sample(
            CATALOGUE["facebook"],
            "facebook",
            samples.OWN,
            samples.facebook,
            spoil=lambda path: put(path, {"sender_name": "x", "timestamp_ms": 5, "content": "more"}),
            add_damage=lambda path: put(path, {"sender_name": "x", "content": "no time"}),
        )


class TestChatwoot(ArchiveTests):
    """A folder of tables."""

    @pytest.fixture
    def sample(self) -> Sample:
        return Sample(
            CATALOGUE["chatwoot"],
            "chatwoot",
            samples.OWN,
            samples.chatwoot,
            spoil=lambda path: append(path / "messages.csv", "900,5,more,0,f,2023-05-14 10:00:00,Contact,1\r\n"),
            add_damage=lambda path: append(path / "messages.csv", "901,5,secret,1,t,2023-05-14 10:00:00,User,1\r\n"),
        )


class TestMastodon(ArchiveTests):
    """What one account wrote: nobody else's words are in it."""

    @pytest.fixture
    def sample(self) -> Sample:
        place = ("orderedItems",)
        return Sample(
            CATALOGUE["mastodon"],
            "mastodon",
            "maya@example.social",
            samples.mastodon,
            spoil=lambda path: add_to(path / "outbox.json", place, {"type": "Announce", "object": "https://x"}),
            add_damage=lambda path: add_to(path / "outbox.json", place, {"type": "Announce", "object": "https://x"}),
        )

    async def test_everything_is_read_once_as_history(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        found = messages(await read(opened(sample.build(tmp_path, 9)), None, sample.own))
        assert [one.text.strip() for one in found] == [f"message {number}" for number in range(9)]
        assert {one.direction for one in found} == {Direction.OUTGOING}
        assert all(one.history and one.keys for one in found)
