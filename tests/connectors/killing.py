"""The command of one person, killed while an answer of the service is on its way back through the gateway."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage.store import Store
from tests.e2e.portavoce import Portavoce
from tests.servers.gateway import Gateway, Request, Response
from tests.servers.waiting import wait_until


class Stage(Protocol):
    """A service behind a gateway, and what time it is there."""

    @property
    def gateway(self) -> Gateway: ...

    def now(self) -> datetime: ...


class Held:
    """Lets an answer wait on its way back: the service has done what was asked, and nobody knows."""

    def __init__(self, concerns: Callable[[Request], bool]) -> None:
        self.concerns = concerns
        self.waits, self.released = threading.Event(), threading.Event()

    def __call__(self, request: Request, response: Response) -> Response:
        if not self.released.is_set() and self.concerns(request):
            self.waits.set()
            self.released.wait(60)
        return response


class Desk:
    """One person's Portavoce with an account on the stage's service."""

    def __init__(self, stage: Stage, folder: Path, account: tuple[str, ...], secret: str) -> None:
        """`account` is what `account add` is told, `secret` what it reads."""
        self.stage, self.path = stage, folder / "inbox"
        self.portavoce = Portavoce(folder / "home")
        self.tell("account", "add", *account, given=f"{secret}\n")
        self.tell("sync")

    def tell(self, *arguments: str, given: str = "") -> None:
        self.portavoce.tell("--workspace", str(self.path), *arguments, given=given)

    def sync_and_die(self, concerns: Callable[[Request], bool]) -> None:
        """Killed while such an answer is on its way."""
        held = Held(concerns)
        self.stage.gateway.after.append(held)
        process = self.portavoce.start("--workspace", str(self.path), "sync")
        try:
            wait_until(held.waits.is_set, "the question", seconds=60)
        finally:
            process.kill()
            process.communicate()
            held.released.set()

    async def store(self) -> Store:
        address = resolve_workspace(str(self.path))
        return await Store.open(address, Bus(), clock=lambda: round(self.stage.now().timestamp() * 1000))
