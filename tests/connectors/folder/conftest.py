"""What the folder connector's tests share: the other program, and the stage on a real folder."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from connectors.folder import MANIFEST
from connectors.folder.connector import FolderConnector
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from tests.connectors.on_engine import store
from tests.contract.stage import Lent, Nonsense, Stage

__all__ = ["store"]

_NONSENSE = {
    Nonsense.GARBAGE: b"[" * 200_000,
    Nonsense.CUT: b'{"event": "message", "text": "Good mor',
    Nonsense.ENDLESS: b'{"text": "' + b"Good morning. " * 1_200_000,
}


class OtherProgram:
    """Drops events as the guide says, takes answers as the guide says, and remembers what it delivered."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir()
        self.delivered: dict[str, JsonObject] = {}
        self._numbers = count(1)
        self._began = datetime.now(UTC)

    def drop(self, event: JsonValue | bytes, name: str = "") -> Path:
        """Write under another name, then rename."""
        number = next(self._numbers)
        (self.root / "events").mkdir(exist_ok=True)
        place = self.root / "events" / (name or f"{number:06}.json")
        waiting = self.root / "events" / f".{number}.writing"
        waiting.write_bytes(event if isinstance(event, bytes) else json.dumps(event).encode())
        return waiting.rename(place)

    def message(self, text: str, **more: JsonValue) -> JsonObject:
        """A member's comment."""
        number = next(self._numbers)
        return {
            "event": "message", "id": f"c-{number}", "kind": "comments", "at": self.moment(number), "text": text,
            "author": {"id": "u-1", "handle": "@anna", "name": "Anna"}, **more,
        }  # fmt: skip

    def moment(self, number: int) -> str:
        return (self._began + timedelta(milliseconds=number)).isoformat()

    def take_answers(self) -> list[JsonObject]:
        """Move to `taken`, deliver each name once, and tell of it."""
        taken: list[JsonObject] = []
        for place in sorted((self.root / "answers").glob("*.json")):
            answer: JsonObject = json.loads(place.rename(self.root / "answers" / "taken" / place.name).read_bytes())
            taken.append(answer)
            if place.name not in self.delivered and answer["answer"] == "reply":
                self.delivered[place.name] = answer
                self._tell(answer)
        return taken

    def _tell(self, answer: JsonObject) -> None:
        to = answer["to"]
        assert isinstance(to, dict)
        self.drop(
            {
                "event": "message", "id": answer["key"], "key": answer["key"], "kind": to["kind"], "direction": "out",
                "parent": to["id"], "at": self.moment(next(self._numbers)), "text": answer["text"],
            }
        )  # fmt: skip


class FolderStage(Stage):
    """One folder, and the other program that works in it whenever somebody looks."""

    manifest = MANIFEST

    def __init__(self, lent: Lent, root: Path, content: Worker) -> None:
        self.lent, self.other, self._content = lent, OtherProgram(root), content
        self.later = timedelta(0)

    @property
    def settings(self) -> dict[str, str]:
        return {"path": str(self.other.root), "name": "Guestbook"}

    def host(self) -> Host:
        """What a connector is lent."""
        lent = self.lent.host(self.settings, {})
        return replace(lent, content=self._content, now=self.now)

    def now(self) -> datetime:
        """The clock that connectors see."""
        return datetime.now(UTC) + self.later

    async def connector(self, *, history_since: datetime | None = None) -> FolderConnector:
        return FolderConnector(self.host())

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        self.other.drop(self.other.message(text, **({"parent": to.remote_id} if to else {})))

    async def copies(self, text: str) -> int:
        self.other.take_answers()
        return sum(one["text"] == text for one in self.other.delivered.values())

    async def go_down(self) -> None:
        self.other.root.rename(self.other.root.with_name("away"))

    async def come_up(self) -> None:
        self.other.root.with_name("away").rename(self.other.root)

    async def speak_nonsense(self, kind: Nonsense) -> None:
        place = self.other.drop(_NONSENSE[kind], "nonsense.json")
        past = datetime.now(UTC).timestamp() - 3600  # nobody is still writing it
        os.utime(place, (past, past))

    async def refuse_sign_in(self) -> None:
        shutil.rmtree(self.other.root)
        self.other.root.write_text("no folder any more", "utf-8")


async def _watch(other: OtherProgram) -> None:
    while True:
        other.take_answers()
        await asyncio.sleep(0.02)


@pytest.fixture
async def stage(lent: Lent, tmp_path: Path, content_worker: Worker) -> AsyncIterator[FolderStage]:
    """The folder connector, and the other program at its work."""
    made = FolderStage(lent, tmp_path / "dropbox", content_worker)
    watching = asyncio.ensure_future(_watch(made.other))
    yield made
    watching.cancel()
