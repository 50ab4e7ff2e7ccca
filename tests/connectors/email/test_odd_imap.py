"""IMAP servers that are odd or hostile: bounded, told in our errors, and the cursor stays where it was."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest

from connectors.email import client, line, mailroom
from connectors.email.connector import EmailConnector
from inbox_app.contract.acts import Absent, CannotTell
from inbox_app.contract.errors import BadAnswer, Busy, Offline
from inbox_app.domain.jsonvalue import JsonObject
from tests.connectors.email.conftest import MakeHost
from tests.connectors.email.mails import mail, messages
from tests.connectors.email.scripted import Imap, Talk, listening
from tests.connectors.email.test_connecting import FOLDERS, SECRET, settings
from tests.connectors.email.test_sending import ACT

RAW = mail(message_id="one@x")
ONE_MAIL = {
    **FOLDERS,
    "LIST": b'* LIST () "/" INBOX\r\n',
    "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 6] ok\r\n",
    "UID SEARCH": b"* SEARCH 5\r\n",
}
MEASURED = b'* 1 FETCH (UID 5 RFC822.SIZE %d INTERNALDATE "22-Nov-2026 09:00:00 +0000" FLAGS ())\r\n' % len(RAW)
CURSOR: JsonObject = {
    "folders": {
        "INBOX": {
            "validity": 1, "uid": 4, "held": 0, "watched": "", "modseq": None, "day": "2026-11-22", "start": 1,
            "catching_up": None,
        }
    }
}  # fmt: skip


async def pull(make_host: MakeHost, talk: Talk) -> list[str]:
    async with listening(talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
        try:
            return [message.remote_id for message in messages(await connector.pull(CURSOR))]
        finally:
            await connector.close()


def fetched(size: int, body: bytes) -> bytes:
    return b"* 1 FETCH (UID 5 BODY[] {%d}\r\n%s)\r\n" % (size, body)


async def test_an_honest_server_of_this_kind_works(make_host: MakeHost) -> None:
    answer = MEASURED.replace(b"FLAGS ())", b"FLAGS () BODY[] {%d}\r\n%s)" % (len(RAW), RAW))
    assert await pull(make_host, Imap({**ONE_MAIL, "UID FETCH": answer}).talk) == ["one@x"]


async def test_uids_that_were_not_asked_for_are_passed_over(make_host: MakeHost) -> None:
    answer = MEASURED.replace(b"FLAGS ())", b"FLAGS () BODY[] {%d}\r\n%s)" % (len(RAW), RAW))
    server = Imap({**ONE_MAIL, "UID SEARCH": b"* SEARCH 4 5 6 5\r\n", "UID FETCH": answer})
    assert await pull(make_host, server.talk) == ["one@x"]
    assert [heard.split()[2] for heard in server.heard if heard.endswith(("FLAGS)", "[])"))] == ["5", "5"]


async def test_a_mail_that_vanishes_between_two_commands_is_passed_over(make_host: MakeHost) -> None:
    assert await pull(make_host, Imap({**ONE_MAIL, "UID FETCH": MEASURED}).talk) == []


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 5 RFC822.SIZE banana)\r\n",
        b"* 1 FETCH (UID 5 RFC822.SIZE\r\n",
        b"* 1 FETCH (UID 5)\r\n",
        b"* 1 FETCH " + b"(" * 5_000 + b"\r\n",
        b"* 1 FETCH (UID 5 RFC822.SIZE 99999999999999999999 FLAGS ())\r\n* 1 FETCH x\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"\xff\xfe\x00\r\n",
    ],
)
async def test_nonsense_is_a_bad_answer(make_host: MakeHost, answer: bytes) -> None:
    with pytest.raises(BadAnswer):
        await pull(make_host, Imap({**ONE_MAIL, "UID FETCH": answer}).talk)


async def test_a_literal_of_any_size_is_not_read(make_host: MakeHost) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BadAnswer):
            await pull(make_host, Imap({**ONE_MAIL, "UID FETCH": fetched(10**12, b"x" * 1_000)}).talk)
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()


async def test_an_answer_without_end_is_cut(make_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "ANSWER_BYTES", 2**20)

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
        await reader.readline()
        while True:
            writer.write(b"* OK still here, and here, and here\r\n" * 10_000)
            await writer.drain()

    with pytest.raises(BadAnswer):
        await pull(make_host, endless)


async def test_a_line_without_end_is_cut(make_host: MakeHost) -> None:
    with pytest.raises(BadAnswer):
        await pull(make_host, Imap({**ONE_MAIL, "UID SEARCH": b"* SEARCH " + b"1 " * 1_000_000 + b"\r\n"}).talk)


async def test_a_drip_is_given_up_in_time(make_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailroom, "OPEN_SECONDS", 0.4)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ")
        while not reader.at_eof():
            writer.write(b".")
            await asyncio.sleep(0.05)

    with pytest.raises(Offline, match="did not answer in time"):
        await pull(make_host, drip)


async def test_each_command_has_its_time(make_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "COMMAND_SECONDS", 1.0)
    server = Imap(ONE_MAIL, mute=frozenset({"5:5"}))
    with pytest.raises(Offline, match="did not answer in time"):
        await pull(make_host, server.talk)
    assert server.heard[-1] == "UID SEARCH UID 5:5"


async def test_a_connection_that_breaks_in_the_middle_is_offline(make_host: MakeHost) -> None:
    with pytest.raises(Offline):
        await pull(make_host, Imap({**ONE_MAIL, "UID FETCH": b"CUT"}).talk)


async def test_a_busy_answer_is_busy(make_host: MakeHost) -> None:
    with pytest.raises(Busy, match="in use"):
        await pull(make_host, Imap({**ONE_MAIL, "EXAMINE": b"NO [INUSE] Mailbox in use\r\n"}).talk)


async def test_a_plain_refusal_is_told(make_host: MakeHost) -> None:
    with pytest.raises(BadAnswer, match="refused a request"):
        await pull(make_host, Imap({**ONE_MAIL, "UID SEARCH": b"BAD what is that\r\n"}).talk)


@pytest.mark.parametrize("answer", [b"CUT", b"NO [SERVERBUG] ouch\r\n", b"BAD no\r\n"])
async def test_a_search_that_fails_cannot_tell(make_host: MakeHost, answer: bytes) -> None:
    async with listening(Imap({**ONE_MAIL, "UID SEARCH": answer}).talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
        found = await connector.find_sent(ACT, b"")
        await connector.close()
    assert isinstance(found, CannotTell)
    assert not isinstance(found, Absent)
