"""Servers that say exactly what a test tells them to, on a real socket: for what no honest server does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[int]:
    """A server on loopback that talks to each client like this; its port, a free one if none is wished for."""

    talks: set[asyncio.Task[None] | None] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await talk(reader, writer)
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for one in filter(None, talks):
            one.cancel()
        await asyncio.gather(*filter(None, talks), return_exceptions=True)
        await asyncio.sleep(0)  # the aborted transports close now


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never says a word, and waits until the client hangs up."""
    await reader.read()


class Smtp:
    """An SMTP server that follows the protocol until `step`, where it does `instead`.

    `instead` is a reply, `CUT` or `MUTE`. Steps: greeting, ehlo, auth, mail, rcpt, data, body, dot.
    """

    CUT = "cut"
    MUTE = "mute"

    def __init__(self, step: str = "", instead: str = CUT, offers: tuple[str, ...] = ("AUTH PLAIN",)) -> None:
        self._step = step
        self._instead = instead
        self._welcome = "250-me\r\n" + "".join(f"250-{offer}\r\n" for offer in offers) + "250 HELP"
        self.accepted: list[bytes] = []
        self.heard: list[str] = []
        self.lines: list[str] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One dialogue."""
        if not await self._say(reader, writer, "greeting", "220 ready"):
            return
        while line := (await reader.readline()).decode().strip():
            verb = line.split(":")[0].split()[0].lower()
            self.heard.append(line.split()[0])
            self.lines.append(line)
            if verb == "quit":
                writer.write(b"221 bye\r\n")
                return
            usual = {"ehlo": self._welcome, "auth": "235 ok", "data": "354 go on"}.get(verb, "250 ok")
            if not await self._say(reader, writer, verb, usual):
                return
            if verb == "data" and self._step != "data" and not await self._take_mail(reader, writer):
                return

    async def _take_mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if self._step == "body":
            await reader.readline()
            if self._instead == self.MUTE:
                await asyncio.sleep(30)
            writer.transport.abort()
            return False
        mail = await reader.readuntil(b"\r\n.\r\n")
        self.accepted.append(mail.removesuffix(b".\r\n"))
        return await self._say(reader, writer, "dot", "250 taken")

    async def _say(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, step: str, usual: str) -> bool:
        words = self._instead if step == self._step else usual
        if words == self.CUT:
            writer.transport.abort()
            return False
        if words == self.MUTE:
            await reader.read()
            return False
        writer.write(words.encode() + b"\r\n")
        await writer.drain()
        return True


class Imap:
    """An IMAP server with canned answers: a command's first word, or its first two, to untagged lines.

    It falls silent at a command whose last word is one of `mute`, and where the answer is `MUTE`. An answer that begins
    with `NO`, `BAD` or `CUT` ends the command that way, `HALF` hangs up after the rest of it, `ENDLESS` never ends.
    """

    CAPABILITY = "* CAPABILITY IMAP4rev1 AUTH=PLAIN"

    def __init__(
        self, answers: dict[str, bytes], greeting: bytes = b"* OK ready\r\n", mute: frozenset[str] = frozenset()
    ) -> None:
        self._greeting = greeting
        self._mute = mute
        self._answers = {"CAPABILITY": self.CAPABILITY.encode() + b"\r\n", **answers}
        self.heard: list[str] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One dialogue."""
        writer.write(self._greeting)
        while line := (await reader.readline()).decode():
            tag, *words = line.split()
            self.heard.append(" ".join(words))
            if words[-1] in self._mute:
                await reader.read()
                return
            if words[0] == "AUTHENTICATE":
                writer.write(b"+ \r\n")
                await reader.readline()
            answer = self.answer(words)
            if answer == b"CUT":
                writer.transport.abort()
                return
            if answer == b"MUTE":
                await reader.read()
                return
            if answer.startswith(b"HALF"):
                writer.write(answer.removeprefix(b"HALF"))
                return
            while answer == b"ENDLESS":
                writer.write(b"* OK still here, and here, and here\r\n" * 10_000)
                await writer.drain()
            if answer.startswith((b"NO", b"BAD")):
                writer.write(f"{tag} ".encode() + answer)
            else:
                writer.write(answer + f"{tag} OK done\r\n".encode())
            await writer.drain()
            if words[0] == "LOGOUT":
                return

    def answer(self, words: list[str]) -> bytes:
        """What a command gets."""
        return self._answers.get(" ".join(words[:2] if words[0] == "UID" else words[:1]), b"")
