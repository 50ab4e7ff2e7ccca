"""One worker process seen from its parent: started without secrets, asked under a deadline, ended without a trace."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from inbox_app.content import caps
from inbox_app.content.frames import Answer, BadFrame, read_frame, unpack, write_frame

FROZEN_FLAG = "--content-worker"
"""How a frozen bundle, whose only program is itself, is told to be the worker."""

_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR")


def worker_command() -> list[str]:
    """The command that starts `worker_main`; a bundle's entry point must obey `FROZEN_FLAG`."""
    if getattr(sys, "frozen", False):
        return [sys.executable, FROZEN_FLAG]
    return [sys.executable, "-s", "-P", "-m", "inbox_app.content.worker_main"]


def worker_environment() -> dict[str, str]:
    """Only what Python needs to start: no secret of ours reaches what hostile content may take over."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Asks(Protocol):
    """What can be asked: a frozen value whose `sizes` say how many answers come."""

    @property
    def sizes(self) -> tuple[int, ...]: ...


class ChildEnded(Exception):
    """The worker died or was killed; `overdue` when its time was up."""

    def __init__(self, overdue: bool) -> None:
        super().__init__("the content worker ended")
        self.overdue = overdue


class Child:
    """A running worker process. Used from one thread, apart from `kill`."""

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # tracebacks would carry people's mail into our logs
            env=worker_environment(),
            start_new_session=os.name == "posix",  # Ctrl-C is for the parent
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._seconds = seconds
        self._deadline = Deadline(self.kill)
        self._answered = 0
        self._grown = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def worn(self) -> bool:
        """Whether it has worked or grown so much that a fresh one is better."""
        return self._answered >= caps.WORKER_JOBS or self._grown > caps.WORKER_GROWTH

    def ask(self, request: Asks, data: bytes, take: Callable[[Answer, bytes], None]) -> None:
        """Hand each answer to `take`, each within its seconds. Raises `ChildEnded`."""
        try:
            self._deadline.set(self._allowance())
            write_frame(self._stdin, request, data)
            for _ in request.sizes:
                self._take_answer(take)
        except (OSError, ValueError, BadFrame) as error:
            raise ChildEnded(self._deadline.passed) from error
        finally:
            self._deadline.clear()

    def kill(self) -> None:
        """End the process at once, from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End and reap the process; its pipes are closed."""
        self.kill()
        self._deadline.stop()
        self._process.wait()
        for stream in (self._stdin, self._stdout):
            with suppress(OSError):  # bytes that the dead process never took
                stream.close()

    def _take_answer(self, take: Callable[[Answer, bytes], None]) -> None:
        packed, data = read_frame(self._stdout)
        answer = unpack(Answer, packed)
        self._answered += 1
        self._grown = max(self._grown, answer.grown)
        take(answer, data)
        self._deadline.set(self._seconds)

    def _allowance(self) -> float:
        return self._seconds if self._answered else self._seconds + caps.WORKER_START_SECONDS

    @property
    def _stdin(self) -> BinaryIO:
        return cast(BinaryIO, self._process.stdin)

    @property
    def _stdout(self) -> BinaryIO:
        return cast(BinaryIO, self._process.stdout)


class Deadline:
    """Calls `act` once when the time set last has passed; one quiet thread, since pipes have no time-out on Windows."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.passed = False
        self._act = act
        self._due: float | None = None
        self._stopped = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._watch, name="content-deadline", daemon=True)
        self._thread.start()

    def set(self, seconds: float) -> None:
        self._change(time.monotonic() + seconds)

    def clear(self) -> None:
        self._change(None)

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _change(self, due: float | None) -> None:
        with self._changed:
            earlier = due is not None and (self._due is None or due < self._due)
            self._due = due
            if earlier:  # a later or cleared time is noticed when the watcher wakes by itself
                self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._stopped:
                left = None if self._due is None else self._due - time.monotonic()
                if left is not None and left <= 0:
                    self.passed, self._due = True, None
                    self._act()
                else:
                    self._changed.wait(left)
