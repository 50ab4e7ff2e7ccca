"""R1 on real mail: the program dies while it sends; the submission server's log and the mailboxes are the judge."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from inbox_app.domain.words import OutboxState
from inbox_app.sync.crash_points import CrashPoint
from tests.crash.forking import ForkServer
from tests.crash.mail_bench import MailBench, Servers
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import MailStore
from tests.servers.smtp_faults import BUSY_AT_MAIL, CLOSED_AFTER_ACCEPTING, CLOSED_BEFORE_ACCEPTING, Fault
from tests.servers.smtp_process import SmtpProcess

KILLS = int(os.environ.get("PORTAVOCE_TESTS_MAIL_KILLS", "100"))
"""Random kills; `make soak` asks for more."""
pytestmark = [pytest.mark.server, pytest.mark.timeout(300 + 10 * KILLS)]

FAULTS_ON_THE_WAY: dict[CrashPoint, Fault] = {
    CrashPoint.NOT_SENT: BUSY_AT_MAIL,
    CrashPoint.UNSURE: CLOSED_AFTER_ACCEPTING,
    CrashPoint.LOOKING: CLOSED_AFTER_ACCEPTING,
    CrashPoint.FOUND: CLOSED_BEFORE_ACCEPTING,
}
"""What must go wrong for a point to be reached at all."""
NEVER_REACHED = {CrashPoint.CLAIMED_AGAIN}
"""No mail server drops a Message-ID that it knows, so mail in doubt is never sent again without a person."""
IN_DOUBT_AFTER = {
    CrashPoint.CLAIMED: 0,
    CrashPoint.SENT: 1,
    CrashPoint.NOT_SENT: 0,
    CrashPoint.UNSURE: 1,
    CrashPoint.RECOVERING: 1,
    CrashPoint.RECOVERED: 1,
    CrashPoint.LOOKING: 1,
    CrashPoint.FOUND: 0,
}
"""The points after which a reply is left to a person, and whether it had arrived; after the others none is."""


@pytest.fixture(scope="module")
def servers(
    shared_dovecot: Dovecot, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    store = MailStore(shared_dovecot.imap_port, shared_dovecot.lmtp_port)
    smtp = SmtpProcess(store, certificates.good, tmp_path_factory.mktemp("smtp"))
    smtp.start()
    with ForkServer("tests.crash.on_mail:work") as fork:
        yield Servers(fork, shared_dovecot, smtp, certificates.authority)
    smtp.stop()


@pytest.fixture(scope="module")
def kept() -> list[MailBench]:
    """Benches that the next test may go on with."""
    return []


@pytest.fixture
def bench(servers: Servers, kept: list[MailBench], tmp_path: Path, dovecot: Dovecot) -> Iterator[MailBench]:
    """A bench whose mails are pulled, and where everything that was promised arrived."""
    bench = kept.pop() if kept else MailBench(servers, tmp_path / "bench")
    if not bench.promised:
        bench.live_well()
    bench.whole = False
    yield bench
    if bench.whole:
        kept.append(bench)


@pytest.mark.parametrize("point", [point for point in CrashPoint if point not in NEVER_REACHED])
async def test_a_death_at_a_named_point_breaks_no_promise(bench: MailBench, point: CrashPoint) -> None:
    one, two = f"{point} one", f"{point} two"
    if point in FAULTS_ON_THE_WAY:
        bench.servers.smtp.fail(FAULTS_ON_THE_WAY[point])
    if point in (CrashPoint.RECOVERING, CrashPoint.RECOVERED):
        assert bench.live(one, two, crash_at=CrashPoint.SENT).signal == signal.SIGKILL
        death = bench.live(crash_at=point)
    else:
        bench.bring(1)
        death = bench.live(one, two, crash_at=point)
    assert death.signal == signal.SIGKILL, f"{point} was not reached"
    bench.live_well()
    assert await bench.broken_promises() == []
    left = [row for row in await bench.rows() if row.state is OutboxState.UNCONFIRMED]
    # Pulling and sending go on side by side, so a death while pulling may or may not interrupt a send.
    if point is not CrashPoint.INGESTED:
        assert [bench.copies[row.key] for row in left] == ([IN_DOUBT_AFTER[point]] if point in IN_DOUBT_AFTER else [])
    assert await bench.decide() == len(left)


async def test_mail_in_doubt_is_not_sent_again_by_itself(bench: MailBench) -> None:
    bench.servers.smtp.fail(CLOSED_AFTER_ACCEPTING)
    bench.servers.smtp.fail(CLOSED_BEFORE_ACCEPTING)
    ending = bench.live("in doubt", "in doubt too", "not in doubt", crash_at=CrashPoint.CLAIMED_AGAIN)
    assert (ending.signal, ending.code) == (0, 0)
    assert await bench.broken_promises() == []
    assert await bench.decide() == 2


async def test_a_copy_that_the_server_filed_settles_the_doubt(bench: MailBench) -> None:
    """As servers do that put what they send into Sent by themselves."""
    assert bench.live("filed", crash_at=CrashPoint.SENT).signal == signal.SIGKILL
    bench.servers.dovecot.mailbox(bench.us).append(bench.servers.smtp.accepted[-1].raw, "Sent")
    bench.live_well()
    assert await bench.broken_promises() == []
    assert await bench.decide() == 0


async def test_deaths_at_random_break_no_promise(bench: MailBench) -> None:
    lives = bench.die_at_random(KILLS, Random("mail"))
    assert await bench.broken_promises() == []
    arrived = sum(bench.copies.values())
    unconfirmed = await bench.decide()
    assert unconfirmed, "no death fell where it hurts"
    print(
        f"{KILLS} kills in {lives} lives, {len(bench.promised)} replies, {arrived} had arrived, {unconfirmed} decided"
    )


@pytest.mark.parametrize("without", ["claim", "doubt after a crash"])
async def test_the_judge_notices_a_guard_that_is_gone(servers: Servers, tmp_path: Path, without: str) -> None:
    bench = MailBench(servers, tmp_path / "bench", without=without)
    bench.live_well()
    assert bench.live("one", crash_at=CrashPoint.SENT).signal == signal.SIGKILL
    bench.live_well()
    assert "one: arrived 2 times" in await bench.broken_promises()
