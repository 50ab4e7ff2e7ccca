"""The worker process: takes hostile content apart, and may die of it.

Started by `worker.py`; reads frames from standard input, answers one frame for each piece of content, ends with its
parent.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from inbox_app.content import caps
from inbox_app.content.frames import Answer, BadFrame, Request, Verb, read_frame, unpack, write_frame
from inbox_app.content.html import clean
from inbox_app.content.mime import extract, parse_mail
from inbox_app.content.parsed import Attachment, CleanHtml, Extracted, ParsedMail, Unparsable, Why
from inbox_app.content.reading import to_text

if sys.platform != "win32":  # there the parent's deadline alone guards
    import resource

Result = ParsedMail | Extracted | CleanHtml | Unparsable | str


def main() -> int:
    """Answer until standard input ends."""
    _limit_memory()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            packed, data = read_frame(source)
            request = unpack(Request, packed)
        except BadFrame:
            return 0
        for piece in _pieces(request, data):
            _limit_time()
            _answer(sink, _work(request, piece))


def _pieces(request: Request, data: bytes) -> Iterator[bytes]:
    position = 0
    for size in request.sizes:
        yield data[position : position + size]
        position += size


def _work(request: Request, piece: bytes) -> Result:
    """One job; whatever it raises becomes an answer."""
    try:
        return _do(request, piece)
    except MemoryError:
        return Unparsable(Why.TOO_MUCH_MEMORY)
    except Exception:  # noqa: BLE001 -- hostile content may find any fault; the raw bytes are kept by the parent
        return Unparsable(Why.BROKEN)


def _do(request: Request, piece: bytes) -> Result:
    match request.verb:
        case Verb.PARSE:
            return parse_mail(piece)
        case Verb.EXTRACT:
            return extract(piece, request.number)
        case Verb.CLEAN:
            return clean(piece.decode("utf-8", "replace"))
        case Verb.READ:
            return to_text(piece.decode("utf-8", "replace"))


def _answer(sink: BinaryIO, result: Result) -> None:
    data = b""
    value: ParsedMail | Attachment | CleanHtml | Unparsable | str
    if isinstance(result, Extracted):
        value, data = result.attachment, result.data
    else:
        value = result
    write_frame(sink, Answer(value, isinstance(result, Unparsable), _memory_peak()), data)


def _limit_memory() -> None:
    if sys.platform != "win32":
        _lower(resource.RLIMIT_AS, caps.WORKER_MEMORY)
        _lower(resource.RLIMIT_CORE, 0)


def _limit_time() -> None:
    """Processor time for the next piece, should the parent be gone and unable to end us."""
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime + caps.WORKER_SECONDS) + 2)


def _lower(limit: int, value: int) -> None:
    if sys.platform != "win32":
        _, hard = resource.getrlimit(limit)
        if hard == resource.RLIM_INFINITY or value <= hard:
            resource.setrlimit(limit, (value, hard))


def _memory_peak() -> int:
    """The most memory this process had at once, in bytes; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # On Linux ru_maxrss is not forgotten at exec: it would count the memory of the program that started us.
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * caps.KIB for line in status.splitlines() if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    sys.exit(main())
