"""The moments at which a crash would hurt most, by name, so that tests can die at each of them.

Production code only says `reach(CrashPoint.X)`, which compares one module-level value. Nothing in the program ever
sets that value, and no environment variable, argument or setting is read here: a test's own launcher calls `arm`
with what it read from `PORTAVOCE_CRASH_AT`. The program as installed has no caller of it, so the variable does nothing.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum


class CrashPoint(StrEnum):
    """Each step between the decision and the last thing that follows a delivery."""

    QUEUED = "queued"
    """The act is committed and the sender has seen it; nothing else was done."""
    BEFORE_CLAIM = "before_claim"
    CLAIMED = "claimed"
    """After the claim's commit, before the first byte."""
    SENT = "sent"
    """After the service took it, before the receipt's commit."""
    NOT_SENT = "not_sent"
    """After a try that certainly did not arrive, before that is committed."""
    UNSURE = "unsure"
    """After a try of unknown outcome, before that is committed."""
    DELIVERED = "delivered"
    """After the receipt's commit, before what follows a delivery."""
    FINISHED = "finished"
    """After what follows a delivery, before its commit."""
    RECOVERING = "recovering"
    """Before the interrupted acts of an earlier process are in doubt."""
    RECOVERED = "recovered"
    """After that commit."""
    LOOKING = "looking"
    """Before the service is asked whether an act in doubt is there."""
    FOUND = "found"
    """After its answer, before that is committed."""
    CLAIMED_AGAIN = "claimed_again"
    """After an act in doubt was claimed for another try, before its first byte."""
    INGESTING = "ingesting"
    """After a pull, before its events and cursor are committed."""
    INGESTED = "ingested"
    """After that commit."""


_armed: CrashPoint | None = None


def reach(point: CrashPoint) -> None:
    """Say that this point is reached."""
    if _armed is point:
        os.kill(os.getpid(), signal.SIGKILL)


def arm(point: CrashPoint | None) -> None:
    """Die at this point; only ever called by tests."""
    global _armed  # noqa: PLW0603  # one process, one death
    _armed = point
