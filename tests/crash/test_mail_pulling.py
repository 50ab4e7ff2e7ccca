"""R3 on real mail: the program dies while it pulls; what it has in the end is what an undisturbed one has."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, select

from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage.schema import conversation, message, message_text
from inbox_app.storage.store import Store
from tests.crash.forking import ForkServer
from tests.crash.mail_bench import MailBench, Servers
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_process import SmtpProcess

KILLS = int(os.environ.get("PORTAVOCE_TESTS_PULL_KILLS", "10"))
"""Random kills while pulling; `make soak` asks for more."""
HISTORY, NEWS = 100, 200
pytestmark = [pytest.mark.server, pytest.mark.timeout(300 + 10 * KILLS)]


def _everything(conn: Connection) -> list[tuple[object, ...]]:
    asked = (
        select(message.c.remote_id, message.c.state, message.c.sent_at, message_text.c.body, conversation.c.title)
        .join(message_text, message_text.c.id == message.c.id)
        .join(conversation, conversation.c.id == message.c.conversation)
    )
    return sorted(tuple(row) for row in conn.execute(asked))


async def _pulled(folder: Path) -> list[tuple[object, ...]]:
    store = await Store.open(resolve_workspace(str(folder / "workspace")), Bus())
    try:
        return await store.read(_everything)
    finally:
        await store.close()


async def test_deaths_while_pulling_leave_what_an_undisturbed_run_has(
    tmp_path: Path, dovecot: Dovecot, smtp_process: SmtpProcess, certificates: Certificates
) -> None:
    with ForkServer("tests.crash.on_mail:work") as fork:
        servers = Servers(fork, dovecot, smtp_process, certificates.authority)
        bench = MailBench(servers, tmp_path / "killed", questions=HISTORY)
        undisturbed = tmp_path / "undisturbed"
        undisturbed.mkdir()
        assert bench.live(sends=False, folder=undisturbed).code == 0
        window = time.time() - (undisturbed / "mark").stat().st_mtime
        chance, killed = Random("pull"), 0
        while killed < KILLS:
            killed += bench.live(sends=False, kill_after=chance.uniform(0, window)).signal == signal.SIGKILL
            bench.bring(NEWS // KILLS + 1)
        for folder in (bench.folder, undisturbed):
            ending = bench.live(sends=False, folder=folder)
            assert (ending.signal, ending.code) == (0, 0)
        there = await _pulled(bench.folder)
        assert len(there) == len({row[0] for row in there}) == bench.questions >= HISTORY + NEWS
        assert there == await _pulled(undisturbed)
        print(f"{killed} kills while pulling {bench.questions} mails")
