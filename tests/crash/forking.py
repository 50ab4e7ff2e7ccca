"""The tests' side of the fork server."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from inbox_app.sync.crash_points import CrashPoint

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ending:
    """How one child ended: by a signal (0 for none), or with an exit code."""

    signal: int
    code: int | None
    seconds: float


class ForkServer:
    """Runs `module:function` in a forked child, as often as asked."""

    def __init__(self, work: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.fork_server", work],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def run(
        self, arguments: dict[str, Any], *, crash_at: CrashPoint | None = None, kill_after: float | None = None
    ) -> Ending:
        """One child, which dies at a point, after a time, or not at all."""
        environment = {} if crash_at is None else {"PORTAVOCE_CRASH_AT": crash_at.value}
        order = {"arguments": arguments, "environment": environment, "kill_after": kill_after}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Ending(**self._read())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the fork server ended; its errors stand above"
        said: dict[str, Any] = json.loads(line)
        return said
