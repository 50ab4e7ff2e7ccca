"""A process that has imported everything and forks a child for each trial: a fresh start would never hit the send.

Run as `python -m tests.crash.fork_server module:function`; one JSON order a line in, one JSON ending a line out. The
function is async and takes the order's arguments. This is the one place that arms a crash point.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from inbox_app.sync import crash_points

Work = Callable[[dict[str, Any]], Awaitable[None]]
LONGEST = 60.0
"""Seconds after which a child that does not end is a failure of its own."""


def load(name: str) -> Work:
    module, _, function = name.partition(":")
    found: Work = getattr(import_module(module), function)
    return found


def live(work: Work, order: dict[str, Any]) -> None:
    """The child's whole life."""
    code = 0
    try:
        named = order["environment"].get("PORTAVOCE_CRASH_AT")
        crash_points.arm(crash_points.CrashPoint(named) if named else None)
        asyncio.run(_run(work, order["arguments"]))
    except BaseException:  # noqa: BLE001  # the exit code tells, the trace is on standard error
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


async def _run(work: Work, arguments: dict[str, Any]) -> None:
    await work(arguments)


def wait_for(child: int, kill_after: float | None, mark: str | None) -> dict[str, Any]:
    """How the child ended; killed when its time is over, which begins with the file `mark` where one is named."""
    begun = time.monotonic()
    limit = LONGEST if kill_after is None or mark is not None else kill_after
    while True:
        if mark is not None and kill_after is not None and Path(mark).exists():
            begun, limit, mark = time.monotonic(), kill_after, None
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        if time.monotonic() - begun > limit:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            break
        time.sleep(0.001)
    killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    return {"signal": killed, "code": code, "seconds": time.monotonic() - begun}


def main() -> None:
    work = load(sys.argv[1])
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            sys.stdin = Path(os.devnull).open()  # noqa: SIM115  # the child's own, for its whole life
            live(work, order)
        print(json.dumps(wait_for(child, order["kill_after"], order["arguments"].get("mark"))), flush=True)


if __name__ == "__main__":
    main()
