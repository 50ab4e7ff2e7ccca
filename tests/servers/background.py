"""An asyncio loop in a thread of its own, for servers that live in the test process beside blocking and async tests."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_SECONDS = 10.0


class BackgroundLoop:
    """Runs coroutines for whoever asks, from any thread, until it is stopped."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_ignore_lost_connections)
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for this work, done in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=_SECONDS)

    def stop(self) -> None:
        """Cancel what is still at work, and end the thread."""
        self.run(_cancel_the_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_the_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


def _ignore_lost_connections(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # Clients that are cut off or that refuse a certificate are what these servers are for.
    if not isinstance(context.get("exception"), OSError):
        loop.default_exception_handler(context)
