"""Log files that never hold a secret.

Whoever learns a secret registers its value; every line passes one formatter that takes out all
registered values in the shapes they travel in, and what looks like a credential by its place.
A module logs through `logging.getLogger(__name__)`; only a composition root calls `start_logging`.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, quote_plus

MASK = "*****"
LOG_NAME = "portavoce.log"
OUR_ROOMS = ("inbox_app", "connectors", "ui")

_SHORTEST_ANYWHERE = 6
_SHORTEST_WORD = 4
_LOG_BYTES = 2_000_000
_OLD_LOGS = 4

log = logging.getLogger(__name__)


# --- what must not be written ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredSecret:
    """One registration; `forget` ends it. The value stays hidden while any other holds it."""

    _value: str = field(repr=False)

    def forget(self) -> None:
        """Stop hiding the value, once it opens nothing any more."""
        _known.drop(self._value)


class _KnownSecrets:
    """The registered values, and the texts to look for, made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._texts: tuple[str, ...] | None = ()
        self._words: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        with self._lock:
            self._counts[value] += 1
            self._texts = None

    def drop(self, value: str) -> None:
        with self._lock:
            self._counts -= Counter([value])
            self._texts = None

    def hide_in(self, text: str) -> str:
        for secret in self._current_texts():
            if secret in text:
                text = text.replace(secret, MASK)
        return self._words.sub(MASK, text) if self._words else text

    def _current_texts(self) -> tuple[str, ...]:
        texts = self._texts
        if texts is None:
            with self._lock:
                texts = self._prepare()
        return texts

    def _prepare(self) -> tuple[str, ...]:
        long = {f for v in self._counts if len(v) >= _SHORTEST_ANYWHERE for f in _shapes(v)}
        short = [re.escape(v) for v in self._counts if len(v) < _SHORTEST_ANYWHERE]
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(short)})(?!\w)") if short else None
        # The longest first: a secret that begins with another one must go as a whole.
        self._texts = tuple(sorted(long, key=len, reverse=True))
        return self._texts


def register_secret(value: str) -> RegisteredSecret:
    """Hide this value in everything logged from now on.

    Values of four and five characters are hidden only where they stand as a word: anywhere else
    they would tear ordinary text apart and so betray themselves. Shorter ones cannot be hidden.
    """
    if len(value) >= _SHORTEST_WORD:
        _known.add(value)
    return RegisteredSecret(value)


def redact(text: str) -> str:
    """Return the text without registered secrets and without what is a credential by its place."""
    text = _known.hide_in(text)
    if "@" in text and "://" in text:
        text = _PASSWORD_IN_URL.sub(rf"\1:{MASK}@", text)
    if "=" in text:
        text = _SECRET_PARAMETER.sub(rf"\1{MASK}", text)
    return _SECRET_HEADER.sub(_mask_header, text)


_PASSWORD_IN_URL = re.compile(r"(://[^\s/:@]*):[^\s/]*@")
_SECRET_PARAMETER = re.compile(
    r"((?:[?&]|\b)(?:access_token|refresh_token|id_token|client_secret|api_key|apikey"
    r"|app_password|password|passwd|token|secret)=)[^&\s\"'<>]+",
    re.IGNORECASE,
)
_SECRET_HEADER = re.compile(
    r"((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)"
    r"(?:(b?[\"']?\s*[:=,]\s*b?)([\"'])((?:(?!\3).)*)|(\s*[:=]\s*)[^\r\n]+)",
    re.IGNORECASE,
)


def _mask_header(found: re.Match[str]) -> str:
    name, between, mark, _, bare = found.groups()
    return f"{name}{bare}{MASK}" if mark is None else f"{name}{between}{mark}{MASK}"


def _shapes(value: str) -> Iterator[str]:
    """Yield the value as it looks in addresses, JSON, Python and base64."""
    yield value
    yield value.replace(" ", "")
    for encoded in (quote(value), quote(value, safe=""), quote_plus(value)):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), encoded)
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False), repr(value)):
        yield text[1:-1]
    raw = value.encode("utf-8", "surrogatepass")
    yield repr(raw)[2:-1]
    yield raw.hex()
    for lead in range(3):
        yield from _base64_shapes(raw, lead)


def _base64_shapes(raw: bytes, lead: int) -> Iterator[str]:
    """Yield what base64 shows of the value wherever it stands in a longer text.

    Base64 works on groups of three bytes, so a value looks different after 0, 1 or 2 bytes; the
    characters that it shares with its neighbours are left out.
    """
    padded = bytes(lead) + raw
    inner = slice((0, 2, 3)[lead], len(padded) * 8 // 6)
    plain = base64.b64encode(padded).decode()[inner]
    yield plain
    yield quote(plain, safe="")
    yield base64.urlsafe_b64encode(padded).decode()[inner]


_known = _KnownSecrets()


# --- the log file ---------------------------------------------------------------------------------


class RedactingFormatter(logging.Formatter):
    """The one way from a record to text: time in UTC, extras, no secrets, no forged lines."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished text of a record."""
        return redact(super().format(record)).translate(_HARMLESS).replace("\n", "\n    ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """Add what the caller gave as `extra`."""
        extras = [f" {k}={v!r}" for k, v in vars(record).items() if k not in _STANDARD_FIELDS]
        return super().formatMessage(record) + "".join(extras)

    def formatException(  # noqa: N802  # logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Redact here as well, since logging keeps this text on the record for other handlers."""
        return redact(super().formatException(ei))


# Text from the network must not move a terminal's cursor or look like a line of ours.
_HARMLESS = {code: f"\\x{code:02x}" for code in [*range(32), *range(127, 160)] if chr(code) not in "\t\n"} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _PrivateLogFile(RotatingFileHandler):
    """A bounded log file for this person only, shared by several of our processes."""

    def _open(self) -> TextIOWrapper:
        # Private before the first byte is in it.
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802  # logging's name
        if self.stream and self._was_moved(self.stream.fileno()):
            self.stream.close()
            self.stream = self._open()
        return bool(super().shouldRollover(record))

    def doRollover(self) -> None:  # noqa: N802  # logging's own name
        # Windows refuses to rename a file that another of our processes holds open: go on in it.
        with contextlib.suppress(PermissionError):
            super().doRollover()
        if self.stream is None:
            self.stream = self._open()

    def _was_moved(self, descriptor: int) -> bool:
        try:
            return not os.path.samestat(Path(self.baseFilename).stat(), os.fstat(descriptor))
        except FileNotFoundError:
            return True


def start_logging(folder: Path, *, to_stderr: bool = False, level: int = logging.INFO) -> Callable[[], None]:
    """Log our rooms from `level` on, everything else from warnings on; return what ends it.

    A folder that cannot be written costs the log, never the program.
    """
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / LOG_NAME
    handlers: list[logging.Handler] = [_PrivateLogFile(path, maxBytes=_LOG_BYTES, backupCount=_OLD_LOGS, delay=True)]
    if to_stderr:
        handlers.append(logging.StreamHandler())
    return _attach(handlers, level)


def _attach(handlers: list[logging.Handler], level: int) -> Callable[[], None]:
    root = logging.getLogger()
    before = (root.level, logging.raiseExceptions)
    # What logging prints about its own failures holds the arguments unredacted.
    logging.raiseExceptions = False
    root.setLevel(logging.WARNING)
    for room in OUR_ROOMS:
        logging.getLogger(room).setLevel(level)
    for handler in handlers:
        handler.setFormatter(RedactingFormatter())
        root.addHandler(handler)
    logging.captureWarnings(True)

    def stop() -> None:
        logging.captureWarnings(False)
        for room in OUR_ROOMS:
            logging.getLogger(room).setLevel(logging.NOTSET)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(before[0])
        logging.raiseExceptions = before[1]

    return stop


def forget_words(folder: Path, words: Collection[str]) -> None:
    """Take these words out of every log that is there: somebody was erased.

    A log stays the same file, since other processes have it open; they append.
    """
    hidden = [word.encode() for word in words if len(word) >= _SHORTEST_WORD]
    if not hidden:
        return
    pattern = re.compile(b"|".join(map(re.escape, sorted(hidden, key=len, reverse=True))), re.IGNORECASE)
    for path in folder.glob(f"{LOG_NAME}*"):
        with contextlib.suppress(OSError), path.open("r+b") as file:
            content = file.read()
            cleaned = pattern.sub(MASK.encode(), content)
            if cleaned != content:
                file.seek(0)
                file.write(cleaned)
                file.truncate()
                os.fsync(file.fileno())
