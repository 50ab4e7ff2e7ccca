"""The worker process is killed, replaced and closed as promised."""

import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox_app.content import caps, child
from inbox_app.content.parsed import CleanHtml, Extracted, ParsedMail, Unparsable, Why
from inbox_app.content.worker import Worker

MAIL = b"Message-ID: <a@b>\r\nSubject: Hello\r\n\r\nBody\r\n"

FAULTY = """
import os, sys, time
from inbox_app.content import worker_main
honest = worker_main._do

def do(request, piece):
    if b"HANG" in piece:
        while True:
            pass
    if b"DIE" in piece:
        os._exit(3)
    if b"EAT" in piece:
        return str(bytearray(8 << 30))
    if b"RAISE" in piece:
        raise RecursionError
    if b"TALK" in piece:
        os.write(1, bytes([255]) * 64)
    if b"ENVIRONMENT" in piece:
        return honest(request, b"\\n" + ",".join(os.environ).encode())
    return honest(request, piece)

worker_main._do = do
sys.exit(worker_main.main())
"""


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker()
    yield worker
    await worker.close()


@pytest.fixture
async def faulty(tmp_path: Path) -> AsyncIterator[Worker]:
    """A real child in which some content is as bad as content can be."""
    script = tmp_path / "faulty.py"
    script.write_text(FAULTY, "utf-8")
    worker = Worker([sys.executable, str(script)], seconds=0.5)
    yield worker
    await worker.close()


def is_gone(pid: int) -> bool:
    """Whether the process is gone and reaped, within a few seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
    return False


async def test_mails_come_back_in_their_order(worker: Worker) -> None:
    mails = [b"Subject: %d\n\nx" % number for number in range(250)]
    results = await worker.parse(mails)
    assert [mail.subject for mail in results if isinstance(mail, ParsedMail)] == [str(n) for n in range(250)]


async def test_every_question_has_its_answer(worker: Worker) -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\nContent-Disposition: attachment;"
        b' filename="a.bin"\n\n\x00\x01\xff\n--x--\n'
    )
    extracted = await worker.extract(raw, 1)
    assert isinstance(extracted, Extracted)
    assert (extracted.attachment.name, extracted.data) == ("a.bin", b"\x00\x01\xff")
    assert await worker.extract(raw, 7) == Unparsable(Why.NO_SUCH_PART)
    assert await worker.clean("<b onclick=x>é</b>") == CleanHtml("<b>é</b>", "é")
    assert await worker.read("<p>a</p><p>b</p>") == "a\n\nb"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"HANG", Why.TOO_SLOW),
        (b"DIE", Why.BROKEN),
        (b"EAT", Why.TOO_MUCH_MEMORY),
        (b"RAISE", Why.BROKEN),
        (b"TALK", Why.BROKEN),
    ],
)
async def test_bad_content_harms_only_itself(faulty: Worker, content: bytes, why: Why) -> None:
    before, bad, after = await faulty.parse([MAIL, content, MAIL])
    assert bad == Unparsable(why)
    assert before == after
    assert isinstance(before, ParsedMail)
    assert before.message_id == "a@b"


async def test_a_killed_child_is_reaped(faulty: Worker) -> None:
    await faulty.parse_one(MAIL)
    pid = faulty.pid
    assert pid is not None
    await faulty.parse_one(b"HANG")
    assert is_gone(pid)


async def test_the_child_inherits_no_environment(faulty: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_TOKEN", "canary")
    mail = await faulty.parse_one(b"ENVIRONMENT")
    assert isinstance(mail, ParsedMail)
    assert "PYTHONPATH" in mail.text
    assert "A_SECRET_TOKEN" not in mail.text
    assert "HOME" not in mail.text.split(",")


async def test_closing_leaves_no_process() -> None:
    worker = Worker()
    await worker.parse_one(MAIL)
    pid = worker.pid
    assert pid is not None
    await worker.close()
    assert is_gone(pid)
    with pytest.raises(RuntimeError):
        await worker.parse_one(MAIL)


async def test_the_child_ends_when_its_parent_does(worker: Worker) -> None:
    await worker.parse_one(MAIL)
    process = worker._child._process if worker._child else None
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(10) == 0


async def test_a_worn_child_is_replaced(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "WORKER_JOBS", 3)
    await worker.parse([MAIL] * 3)
    first = worker.pid
    await worker.parse([MAIL] * 2)
    assert worker.pid != first


async def test_the_memory_of_the_program_that_starts_it_does_not_wear_a_child(worker: Worker) -> None:
    large = bytearray(b"x") * (caps.WORKER_GROWTH + (50 << 20))
    await worker.parse_one(MAIL)
    first = worker.pid
    del large
    await worker.parse_one(MAIL)
    assert worker.pid == first


async def test_too_large_a_mail_is_never_sent(worker: Worker) -> None:
    assert await worker.parse([MAIL, bytes(caps.MAIL_BYTES + 1), MAIL]) == [
        await worker.parse_one(MAIL),
        Unparsable(Why.TOO_LARGE),
        await worker.parse_one(MAIL),
    ]


async def test_the_largest_mail_fits_into_the_memory(worker: Worker) -> None:
    head = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    mail = await worker.parse_one(head + (b"QUJD" * 19 + b"\n") * ((caps.MAIL_BYTES - 100) // 77))
    assert isinstance(mail, ParsedMail)
    assert mail.text.startswith("ABCABC")


def test_a_bundle_starts_itself_as_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child.worker_command() == [sys.executable, child.FROZEN_FLAG]


def test_the_child_starts_lean() -> None:
    """Neither the database, nor the network, nor the window is loaded where hostile content is read."""
    import subprocess

    code = "import sys, inbox_app.content.worker_main; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, env=child.worker_environment(), capture_output=True, text=True, check=True)
    modules = set(loaded.stdout.split())
    assert "inbox_app.content.mime" in modules
    assert modules.isdisjoint({"sqlalchemy", "httpx", "PySide6", "charset_normalizer", "asyncio", "socket", "regex"})
