"""A folder, and SIGKILL at each named point and before each step on the disk: nothing is lost, nothing is there twice.

The other program goes on meanwhile: after each death it takes what lies there and drops more.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from inbox_app.domain.words import OutboxState
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage.schema import message, outbox
from inbox_app.storage.store import Store
from inbox_app.sync.crash_points import CrashPoint
from tests.connectors.folder.conftest import OtherProgram
from tests.crash.forking import Ending, ForkServer
from tests.crash.on_folder import FILE

POINTS = (
    CrashPoint.INGESTING,
    CrashPoint.INGESTED,
    CrashPoint.CLAIMED,
    CrashPoint.SENT,
    CrashPoint.DELIVERED,
)
MOST_STEPS = 40
"""A life with one message to take in and one answer to hand out takes fewer steps on the disk."""


@pytest.fixture(scope="module")
def fork() -> Iterator[ForkServer]:
    with ForkServer("tests.crash.on_folder:work") as server:
        yield server


class Bench:
    """One workspace, one folder, the other program, and many lives of ours."""

    def __init__(self, folder: Path, fork: ForkServer) -> None:
        self.folder, self.fork = folder, fork
        self.other = OtherProgram(folder / "dropbox")
        self.dropped: list[str] = []
        self.promised: list[str] = []
        self.files: list[bytes] = []
        self.taken: Counter[str] = Counter()
        self.drop("the first question")
        assert self.live() == (0, 0)

    def drop(self, text: str) -> None:
        said = self.other.message(text)
        self.dropped.append(str(said["id"]))
        self.other.drop(said)

    def live(self, *replies: str, point: CrashPoint | None = None, dies_at: int = 0) -> tuple[int, int | None]:
        wish = {"folder": str(self.folder), "replies": replies, "dies_at": dies_at, "pulled": len(self.dropped)}
        ending: Ending = self.fork.run(wish, crash_at=point)
        self._take()
        return ending.signal, ending.code

    def die(self, *, point: CrashPoint | None = None, dies_at: int = 0) -> bool:
        """A life with a question and an answer, which finds what the last one left; whether it died."""
        number = len(self.promised)
        self.drop(f"question {number}")
        self.promised.append(f"answer {number}")
        signalled, code = self.live(self.promised[-1], point=point, dies_at=dies_at)
        assert (signalled, code) in ((signal.SIGKILL, None), (0, 0))
        return bool(signalled)

    def _take(self) -> None:
        """The other program takes what lies there whole, and the file that goes along."""
        for answer in self.other.take_answers():
            self.taken[str(answer["text"])] += 1
            listed = answer["attachments"]
            assert isinstance(listed, list)
            for one in listed:
                assert isinstance(one, dict)
                self.files.append((self.other.root / str(one["file"])).read_bytes())

    async def judge(self) -> None:
        for _time in range(2):
            assert self.live() == (0, 0), "what the other program told last comes in"
        store = await Store.open(resolve_workspace(str(self.folder / "workspace")), Bus())
        came, states = await store.read(_came_in), await store.read(_states)
        await store.close()
        assert Counter(came) == Counter(self.dropped)
        assert states == [OutboxState.DELIVERED] * len(self.promised)
        assert Counter(one["text"] for one in self.other.delivered.values()) == Counter(self.promised)
        assert self.taken == Counter(self.promised), "an answer that was taken is not put down again"
        assert self.files == [FILE] * len(self.promised)
        lying = [one.name for place in ("events", "answers") for one in (self.other.root / place).glob("*.*")]
        assert [name for name in lying if not name.endswith(".files")] == []


def _came_in(conn: Connection) -> list[str]:
    return [str(one) for one in conn.execute(select(message.c.remote_id).where(message.c.direction == "in")).scalars()]


def _states(conn: Connection) -> list[str]:
    return list(conn.execute(select(outbox.c.state)).scalars())


async def test_killed_at_each_point_nothing_is_lost_or_doubled(tmp_path: Path, fork: ForkServer) -> None:
    bench = Bench(tmp_path, fork)
    for point in POINTS:
        assert bench.die(point=point), f"{point} was not reached"
    await bench.judge()


async def test_killed_before_each_step_on_the_disk_nothing_is_lost_or_doubled(tmp_path: Path, fork: ForkServer) -> None:
    bench, step = Bench(tmp_path, fork), 1
    while bench.die(dies_at=step):
        step += 1
        assert step < MOST_STEPS
    assert step > 7, "a file, an answer and a move take more steps than that"
    await bench.judge()
