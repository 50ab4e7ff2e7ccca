"""R1: the program dies at every named point of the outbox, in every policy; the service's own log is the judge."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from inbox_app.domain.words import Resend
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from inbox_app.sync.crash_points import CrashPoint
from tests.crash.forking import ForkServer
from tests.crash.judge import judge, read_rows, resolve, words_for
from tests.crash.on_file import PULLED
from tests.fakes.service import FileService

KILLS = int(os.environ.get("PORTAVOCE_TESTS_KILLS", "102"))
"""Random kills in all; `make soak` asks for more."""
AT_MOST = 400
"""Random kills after which a guard that was taken out must have been missed."""
pytestmark = pytest.mark.timeout(600 + KILLS)

FAULTS_ON_THE_WAY = {
    CrashPoint.NOT_SENT: ["offline"],
    CrashPoint.UNSURE: ["lost_after"],
    CrashPoint.LOOKING: ["lost_after"],
    CrashPoint.FOUND: ["lost_before"],
    CrashPoint.CLAIMED_AGAIN: ["lost_after"],
}
"""What must go wrong for a point to be reached at all."""
ONLY_WITH = {
    CrashPoint.LOOKING: {Resend.CHECK},
    CrashPoint.FOUND: {Resend.CHECK},
    CrashPoint.CLAIMED_AGAIN: {Resend.SAFE},
}
TRIALS = [(resend, point) for resend in Resend for point in CrashPoint if resend in ONLY_WITH.get(point, set(Resend))]


@dataclass
class Bench:
    """One workspace and its service, over many lives of the program."""

    folder: Path
    resend: Resend
    server: ForkServer
    without: str | None = None
    service: FileService = field(init=False)
    chance: Random = field(init=False)
    trial: int = 0
    killed: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.chance = Random(self.resend.value)
        self.service = FileService(self.folder / "service.log")

    def arguments(self, *replies: str, faults: list[str] | None = None, seed: int | None = None) -> dict[str, object]:
        asked = {"folder": str(self.folder), "resend": self.resend.value, "replies": replies, "without": self.without}
        return asked | ({"seed": seed} if seed is not None else {"faults": faults or []})

    def live(self, *replies: str) -> None:
        """A life without accidents."""
        ending = self.server.run(self.arguments(*replies))
        assert (ending.signal, ending.code) == (0, 0)

    def die_at_random(self, times: int) -> None:
        """So many lives that end at some moment of their own, each with three replies; then one without accidents."""
        self.live("warm up")
        whole = max(self.server.run(self.arguments(f"measure {number}", seed=number)).seconds for number in range(3))
        while self.killed < times:
            self.trial += 1
            replies = [f"trial {self.trial} {'ab'[number % 2] * (number + 1)}" for number in range(3)]
            after = self.chance.uniform(0, whole)
            ending = self.server.run(self.arguments(*replies, seed=self.trial), kill_after=after)
            assert ending.signal == signal.SIGKILL or ending.code == 0
            self.killed += ending.signal == signal.SIGKILL
        self.live()

    @property
    def promised(self) -> list[str]:
        kept = self.folder / "promised"
        return kept.read_text().splitlines() if kept.exists() else []

    async def broken_promises(self) -> list[str]:
        rows = await read_rows(self.folder / "workspace")
        copies = self.service.copies()
        broken = judge(rows, copies, self.promised, may_be_unconfirmed=self.resend is Resend.ASK)
        broken += [f"{row.text}: other bytes" for row in rows if len(self.service.bytes_of(row.key)) > 1]
        finished = FileService(self.folder / "finished.log").copies()
        broken += [f"{row.text}: finished {finished[row.key]} times" for row in rows if finished[row.key] > 1]
        return broken

    async def decide(self) -> None:
        """The person decides about what is unconfirmed; then everything is there once."""
        rows = await read_rows(self.folder / "workspace")
        await resolve(self.folder / "workspace", words_for(rows, self.service.copies()))
        self.live()
        rows = await read_rows(self.folder / "workspace")
        assert {self.service.copies()[row.key] for row in rows} <= {1}

    async def count_pulled(self) -> int:
        store = await Store.open(resolve_workspace(str(self.folder / "workspace")), Bus())
        asked = select(message.c.id).where(message.c.remote_id.like("incoming-%"))
        try:
            return len(await store.read(lambda conn: conn.execute(asked).all()))
        finally:
            await store.close()


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer("tests.crash.on_file:work") as started:
        yield started


@pytest.mark.parametrize("resend, point", TRIALS)
async def test_a_death_at_a_named_point_breaks_no_promise(
    tmp_path: Path, server: ForkServer, resend: Resend, point: CrashPoint
) -> None:
    bench = Bench(tmp_path / "bench", resend, server)
    if point in (CrashPoint.RECOVERING, CrashPoint.RECOVERED):
        before = server.run(bench.arguments("one", "second"), crash_at=CrashPoint.SENT)
        assert before.signal == signal.SIGKILL
        death = server.run(bench.arguments(), crash_at=point)
    else:
        death = server.run(bench.arguments("one", "second", faults=FAULTS_ON_THE_WAY.get(point)), crash_at=point)
    assert death.signal == signal.SIGKILL, f"{point} was not reached"
    bench.live()
    assert await bench.broken_promises() == []
    assert await bench.count_pulled() == PULLED
    await bench.decide()


@pytest.mark.parametrize("resend", list(Resend))
async def test_deaths_at_random_break_no_promise(tmp_path: Path, server: ForkServer, resend: Resend) -> None:
    bench = Bench(tmp_path / "bench", resend, server)
    bench.die_at_random(-(-KILLS // 3))
    assert await bench.broken_promises() == []
    await bench.decide()


@pytest.mark.parametrize("without", ["claim", "doubt after a crash"])
async def test_deaths_at_random_notice_a_guard_that_is_gone(tmp_path: Path, server: ForkServer, without: str) -> None:
    """How few deaths it takes is the machine's affair: where each falls within a life differs from run to run."""
    bench = Bench(tmp_path / "bench", Resend.ASK, server, without)
    for killed in range(20, AT_MOST, 20):
        bench.die_at_random(killed)
        if any("arrived 2 times" in broken for broken in await bench.broken_promises()):
            return
    pytest.fail(f"{bench.killed} deaths did not show that the guard is gone")


@pytest.mark.parametrize(
    "without, resend, point",
    [
        ("claim", Resend.ASK, CrashPoint.SENT),
        ("claim", Resend.CHECK, CrashPoint.SENT),
        ("frozen payload", Resend.SAFE, CrashPoint.SENT),
        ("doubt after a crash", Resend.ASK, CrashPoint.SENT),
        ("cursor with its events", Resend.ASK, CrashPoint.INGESTED),
    ],
)
async def test_the_judge_notices_a_guard_that_is_gone(
    tmp_path: Path, server: ForkServer, without: str, resend: Resend, point: CrashPoint
) -> None:
    bench = Bench(tmp_path / "bench", resend, server, without)
    assert server.run(bench.arguments("one"), crash_at=point).signal == signal.SIGKILL
    bench.live()
    assert await bench.broken_promises() or await bench.count_pulled() < PULLED


def test_every_point_is_tried() -> None:
    assert {point for _, point in TRIALS} == set(CrashPoint)
