"""The bus that carries `Changes` from the writer thread to whoever shows or watches them.

A subscriber gets everything that changed since it last looked, united into one value. A bound
method is held weakly: a window that is gone stops hearing without having said so.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from types import MethodType, TracebackType
from typing import TYPE_CHECKING

from inbox_app.domain.changes import NOTHING, Changes

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

Listener = Callable[[Changes], None]
Unsubscribe = Callable[[], None]

log = logging.getLogger(__name__)


class Bus:
    """Where committed changes are published; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: list[_Subscription] = []

    def subscribe(
        self,
        listener: Listener,
        *,
        loop: AbstractEventLoop | None = None,
        gather: float = 0.0,
    ) -> Unsubscribe:
        """Call `listener` with what changes from now on, until the returned function is called.

        With a loop the call happens there, once for all that changed meanwhile, `gather` seconds
        after the first change. Without one it happens at once in the publisher's thread.
        """
        subscription = _Subscription(listener, loop, gather)
        with self._lock:
            self._subscriptions.append(subscription)

        def unsubscribe() -> None:
            subscription.end()
            self._forget(subscription)

        return unsubscribe

    def publish(self, changes: Changes) -> None:
        """Tell every subscriber. One that fails is logged and never stops the others or us."""
        if not changes:
            return
        with self._lock:
            subscriptions = tuple(self._subscriptions)
        for subscription in subscriptions:
            if not subscription.offer(changes):
                self._forget(subscription)

    def _forget(self, subscription: _Subscription) -> None:
        with self._lock:
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)


class _Subscription:
    """One listener and what it has not heard yet."""

    def __init__(self, listener: Listener, loop: AbstractEventLoop | None, gather: float) -> None:
        self._listener = _hold(listener)
        self._loop = loop
        self._gather = gather
        self._lock = threading.Lock()
        self._pending = NOTHING
        self._ended = False

    def end(self) -> None:
        """Deliver nothing more, also not what is pending."""
        with self._lock:
            self._ended = True
            self._pending = NOTHING

    def offer(self, changes: Changes) -> bool:
        """Take changes for delivery; false when there is nobody left to deliver to."""
        with self._lock:
            if self._ended or self._listener() is None:
                return False
            is_first = not self._pending
            self._pending |= changes
        if self._loop is None:
            self._deliver()
        elif is_first:
            return self._schedule(self._loop)
        return True

    def _schedule(self, loop: AbstractEventLoop) -> bool:
        try:
            if self._gather:
                loop.call_soon_threadsafe(loop.call_later, self._gather, self._deliver)
            else:
                loop.call_soon_threadsafe(self._deliver)
        except RuntimeError:
            # The loop is closed: whoever listened on it is gone, and the database has it all.
            self.end()
            return False
        return True

    def _deliver(self) -> None:
        with self._lock:
            changes, self._pending = self._pending, NOTHING
        listener = self._listener()
        if listener is not None and changes:
            with _FailureLogged():
                listener(changes)


class _FailureLogged:
    """Keeps a listener's failure its own: the commit it hears about has already happened."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        log.error("A listener on the event bus failed", exc_info=error)
        return True


def _hold(listener: Listener) -> Callable[[], Listener | None]:
    if isinstance(listener, MethodType):
        return weakref.WeakMethod(listener)
    return lambda: listener
