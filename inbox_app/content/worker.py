"""The parent's side of the worker process: hostile content in, safe values or `Unparsable` out.

Everything that hangs, grows or crashes does so in a child that is killed and replaced. The methods are coroutines of
any event loop (also the window's); the waiting is done by one thread of our own.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from inbox_app.content import caps
from inbox_app.content.child import Child, ChildEnded, worker_command
from inbox_app.content.frames import Answer, Request, Verb, unpack
from inbox_app.content.parsed import Attachment, CleanHtml, Extracted, ParsedMail, Unparsable, Why

_log = logging.getLogger(__name__)
Value = TypeVar("Value")
_Read = Callable[[Answer, bytes], Value]


class Worker:
    """One worker process that is started at the first question and replaced whenever it fails.

    Close it at the end: `await worker.close()`; asking afterwards raises RuntimeError.
    """

    def __init__(self, command: Sequence[str] | None = None, seconds: float = caps.WORKER_SECONDS) -> None:
        self._command = command
        self._seconds = seconds
        self._child: Child | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="content-worker")
        self._closing = False

    async def parse(self, mails: Sequence[bytes]) -> list[ParsedMail | Unparsable]:
        """Read mails, in the same order; a bad one does not harm its neighbours."""
        results: list[ParsedMail | Unparsable] = []
        for batch in _batches(mails):
            results += await self._submit(Request(Verb.PARSE, ()), batch, _reader(ParsedMail))
        return results

    async def parse_one(self, raw: bytes) -> ParsedMail | Unparsable:
        """Read one mail."""
        return (await self.parse([raw]))[0]

    async def extract(self, raw: bytes, part: int) -> Extracted | Unparsable:
        """The bytes of the attachment with this part number."""
        return (await self._submit(Request(Verb.EXTRACT, (), part), [raw], _read_extracted))[0]

    async def clean(self, html: str) -> CleanHtml | Unparsable:
        """Make HTML safe, see `html.clean`."""
        return (await self._submit(Request(Verb.CLEAN, ()), [_encode(html)], _reader(CleanHtml)))[0]

    async def read(self, html: str) -> str | Unparsable:
        """HTML to text, see `reading.to_text`."""
        return (await self._submit(Request(Verb.READ, ()), [_encode(html)], _reader(str)))[0]

    async def close(self) -> None:
        """End the child and the thread; what is being asked comes back `Unparsable`."""
        self._closing = True
        if self._child is not None:
            self._child.kill()
        await asyncio.wrap_future(self._thread.submit(self._drop_child))
        self._thread.shutdown(wait=False)

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        child = self._child
        return child.pid if child else None

    async def _submit(self, request: Request, pieces: Sequence[bytes], read: _Read[Value]) -> list[Value | Unparsable]:
        return await asyncio.wrap_future(self._thread.submit(self._run, request, pieces, read))

    def _run(self, request: Request, pieces: Sequence[bytes], read: _Read[Value]) -> list[Value | Unparsable]:
        """Ask about all pieces; the one at which a child dies is given up, and the others go to the next child."""
        results: list[Value | Unparsable] = []

        def take(answer: Answer, data: bytes) -> None:
            results.append(unpack(Unparsable, answer.value) if answer.refused else read(answer, data))

        while len(results) < len(pieces):
            rest = pieces[len(results) :]
            if len(rest[0]) > caps.MAIL_BYTES:
                results.append(Unparsable(Why.TOO_LARGE))
                continue
            rest = _up_to_giant(rest)
            try:
                sizes = tuple(map(len, rest))
                self._fresh_child().ask(Request(request.verb, sizes, request.number), b"".join(rest), take)
            except ChildEnded as ended:
                self._drop_child()
                results.append(Unparsable(Why.TOO_SLOW if ended.overdue else Why.BROKEN))
                _log.warning("content worker ended while reading, overdue: %s; replaced", ended.overdue)
        return results

    def _fresh_child(self) -> Child:
        if self._closing:
            raise ChildEnded(overdue=False)
        if self._child is not None and self._child.worn:
            self._drop_child()
        if self._child is None:
            self._child = Child(self._command or worker_command(), self._seconds)
        return self._child

    def _drop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()


def _batches(mails: Sequence[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for mail in mails:
        if batch and (len(batch) >= caps.BATCH_MAILS or size + len(mail) > caps.BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += len(mail)
    if batch:
        yield batch


def _up_to_giant(pieces: Sequence[bytes]) -> Sequence[bytes]:
    for place, piece in enumerate(pieces):
        if len(piece) > caps.MAIL_BYTES:
            return pieces[:place]
    return pieces


def _reader(kind: type[Value]) -> _Read[Value]:
    return lambda answer, _: unpack(kind, answer.value)


def _read_extracted(answer: Answer, data: bytes) -> Extracted:
    return Extracted(unpack(Attachment, answer.value), data)


def _encode(text: str) -> bytes:
    return text[: 8 * caps.HTML_CHARS].encode("utf-8", "replace")
