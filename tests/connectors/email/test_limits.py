"""What servers may lack and what they may ask of us: fewer extensions, more patience, at most two connections."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import aclosing
from dataclasses import replace

import pytest

from connectors.email.connector import EmailConnector
from inbox_app.contract.acts import Receipt
from inbox_app.contract.errors import Busy
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind
from tests.connectors.email.conftest import MakeHost
from tests.connectors.email.mails import mail, messages
from tests.connectors.email.scripted import Imap, listening
from tests.connectors.email.test_connecting import FOLDERS, SECRET, settings
from tests.connectors.email.test_odd_imap import ONE_MAIL, pull
from tests.connectors.email.test_sending import ACT

THROTTLED = (b"NO [THROTTLED] Account exceeded command or bandwidth limits.\r\n", b"NO [LIMIT] Slow down\r\n")


@pytest.mark.parametrize("step", ["LIST", "EXAMINE", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("said", THROTTLED)
async def test_a_server_that_throttles_is_left_alone(make_host: MakeHost, step: str, said: bytes) -> None:
    server = Imap({**ONE_MAIL, step: said})
    with pytest.raises(Busy, match="busy"):
        await pull(make_host, server.talk)
    asked = [heard for heard in server.heard if heard.startswith(step)]
    assert len(asked) == 1


async def test_a_good_bye_with_a_reason_is_heard(make_host: MakeHost) -> None:
    server = Imap({**ONE_MAIL, "UID SEARCH": b"HALF* BYE [UNAVAILABLE] Too many simultaneous connections\r\n"})
    with pytest.raises(Busy, match="Too many simultaneous"):
        await pull(make_host, server.talk)


class Filing(Imap):
    """A server without UIDPLUS that keeps what is appended, and finds it by its Message-ID."""

    def __init__(self) -> None:
        super().__init__(FOLDERS)
        self.filed: list[str] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while line := (await reader.readline()).decode():
            tag, *words = line.split()
            if words[0] == "APPEND":
                writer.write(b"+ go on\r\n")
                raw = await reader.readexactly(int(re.findall(r"\{(\d+)\}", line)[0]) + 2)
                self.filed.append(re.findall(r"(?im)^message-id: *<(.+)>", raw.decode())[0])
            elif words[0] == "AUTHENTICATE":
                writer.write(b"+ \r\n")
                await reader.readline()
            elif "SEARCH" in words:
                found = any(one in line for one in self.filed)
                writer.write(b"* SEARCH 1\r\n" if found else b"* SEARCH\r\n")
            else:
                writer.write(self.answer(words))
            writer.write(f"{tag} OK done\r\n".encode())


async def test_without_uidplus_the_sent_copy_is_still_filed_once(make_host: MakeHost) -> None:
    server = Filing()
    async with listening(server.talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
        frozen = mail(message_id="kept@x")
        for _again in range(3):
            await connector.finish_sent(replace(ACT, kind=ActKind.NEW), frozen, Receipt("kept@x"))
        await connector.close()
    assert server.filed == ["kept@x"]


class Counting(Imap):
    """Counts who is connected at the same time."""

    def __init__(self) -> None:
        super().__init__(
            {**FOLDERS, "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE\r\n", "UID SEARCH": b"* SEARCH\r\n"}
        )
        self.now = self.most = 0
        self.idles = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await super().talk(reader, writer)
        finally:
            self.now -= 1

    def answer(self, words: list[str]) -> bytes:
        if words[0] == "IDLE":
            self.idles.set()
            return b"MUTE"
        return super().answer(words)


async def test_never_more_than_two_connections(make_host: MakeHost) -> None:
    server = Counting()
    async with listening(server.talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
        cursor = (await connector.pull(None)).cursor
        await connector.close()  # so that all that follows has to sign in
        async with aclosing(connector.listen()) as nudges:
            waiting = asyncio.ensure_future(anext(nudges))
            async with asyncio.timeout(10):
                await server.idles.wait()
                await asyncio.gather(
                    *(connector.pull(cursor) for _ in range(5)),
                    *(connector.load_older(None) for _ in range(5)),
                    *(connector.count_remote() for _ in range(5)),
                    connector.find_sent(ACT, b""),
                    connector.finish_sent(ACT, mail(), Receipt("x@x")),
                )
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        await connector.close()
    assert server.most == 2


class Huge(Imap):
    """A mailbox of 200,000 mails, of which the newest are asked for one by one."""

    HELD = 200_000

    def __init__(self, new: int = 0) -> None:
        last = self.HELD + new
        opened = f"* {last} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT {last + 1}] ok\r\n"
        super().__init__({**FOLDERS, "LIST": b'* LIST () "/" INBOX\r\n', "EXAMINE": opened.encode()})
        self._last = last
        self.longest = 0

    def answer(self, words: list[str]) -> bytes:
        said = " ".join(words)
        if words[:2] == ["UID", "SEARCH"]:
            answer = self._search(words)
        elif words[:2] == ["UID", "FETCH"]:
            answer = b"".join(self._fetch(uid, said) for uid in _uids(words[2]))
        else:
            answer = super().answer(words)
        self.longest = max(self.longest, len(answer))
        return answer

    def _search(self, words: list[str]) -> bytes:
        if "UNSEEN" in words:
            return b"* SEARCH\r\n"
        first, last = (int(one) for one in words[words.index("UID", 2) + 1].split(":"))
        return b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(first, min(last, self._last) + 1)) + b"\r\n"

    def _fetch(self, uid: int, said: str) -> bytes:
        raw = mail(message_id=f"{uid}@x")
        body = b" BODY[] {%d}\r\n%s" % (len(raw), raw) if "BODY" in said else b""
        facts = b'UID %d RFC822.SIZE %d INTERNALDATE "22-Nov-2026 09:00:00 +0000" FLAGS (\\Seen)' % (uid, len(raw))
        return b"* %d FETCH (%s%s)\r\n" % (uid, facts, body)


def _uids(said: str) -> list[int]:
    ends = [tuple(map(int, run.split(":"))) for run in said.split(",")]
    return [uid for run in ends for uid in range(run[0], run[-1] + 1)]


async def test_two_hundred_thousand_mails_cost_a_handful_of_commands(make_host: MakeHost) -> None:
    """What is asked and kept grows with what is new, not with what is there."""
    cursor: JsonObject | None = None
    for server, new in ((Huge(), 0), (Huge(), 0), (Huge(3), 3)):
        async with listening(server.talk) as port:
            connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
            batch = await connector.pull(cursor)
            commands = [heard for heard in server.heard if heard.startswith(("EXAMINE", "UID"))]
            if new == 0 and cursor is None:
                page = await connector.load_older(None)
                assert [one.remote_id for one in messages(page)][-1] == f"{Huge.HELD}@x"
                assert 0 < len(messages(page)) <= 200
            await connector.close()
        cursor = batch.cursor
        assert len(messages(batch)) == new
        assert len(commands) <= 5 + 2 * bool(new)
        assert server.longest < 2**19
        assert len(json.dumps(cursor)) < 1_000
