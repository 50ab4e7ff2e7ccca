"""What a test can tell the submission server to do wrong, before or after it accepts a message.

Replies are those of https://www.rfc-editor.org/rfc/rfc5321 and https://www.rfc-editor.org/rfc/rfc3463.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Rule = Callable[[str, list[str], bytes], bool]
"""Which sends a fault is for: asked with the sender, the recipients so far and the message (empty before DATA)."""


class Stage(StrEnum):
    """The step of a send at which the server goes wrong."""

    CONNECT = "connect"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    """After the final dot, the last moment at which a message can still be refused."""
    ACCEPTED = "accepted"
    """After the message was accepted and delivered, in place of the answer that says so."""


class Manner(StrEnum):
    """How it goes wrong where it does not refuse with a reply."""

    CLOSE = "close"
    """The connection ends."""
    SILENCE = "silence"
    """No answer ever comes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong: at a stage, with a refusing reply such as `451 4.3.0 later` or in a manner."""

    stage: Stage
    answer: str | Manner

    def __post_init__(self) -> None:
        if not self._can_happen():
            raise ValueError(f"{self.answer!r} cannot happen at {self.stage}")

    def _can_happen(self) -> bool:
        replies = not isinstance(self.answer, Manner)
        match self.stage:
            case Stage.CONNECT:
                return self.answer is Manner.CLOSE
            case Stage.AUTH:
                return replies
            case Stage.ACCEPTED:
                return not replies
            case _:
                return True


BUSY_AT_AUTH = Fault(Stage.AUTH, "454 4.7.0 Temporary authentication failure")
BUSY_AT_MAIL = Fault(Stage.MAIL, "451 4.3.0 Try again later")
BUSY_AT_RCPT = Fault(Stage.RCPT, "451 4.2.1 Mailbox busy, try again later")
BUSY_AT_DATA = Fault(Stage.DATA, "451 4.3.0 Try again later")
REFUSED_AT_DATA = Fault(Stage.DATA, "554 5.6.0 Message refused")
DROPPED_AT_CONNECT = Fault(Stage.CONNECT, Manner.CLOSE)
CLOSED_BEFORE_ACCEPTING = Fault(Stage.DATA, Manner.CLOSE)
CLOSED_AFTER_ACCEPTING = Fault(Stage.ACCEPTED, Manner.CLOSE)
SILENT_AFTER_ACCEPTING = Fault(Stage.ACCEPTED, Manner.SILENCE)


@dataclass(slots=True)
class _Planned:
    fault: Fault
    left: int
    rule: Rule


def always(sender: str, recipients: list[str], raw: bytes) -> bool:
    """The rule that says yes to every send."""
    return True


class FaultPlan:
    """The faults still to come; they are planned in the test's thread and taken in the server's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[_Planned] = []

    def add(self, fault: Fault, times: int = 1, rule: Rule = always) -> None:
        """Go wrong this way the next `times` times that the rule says yes."""
        with self._lock:
            self._planned.append(_Planned(fault, times, rule))

    def take(
        self, stage: Stage, sender: str = "", recipients: list[str] | None = None, raw: bytes = b""
    ) -> Fault | None:
        """The fault planned first for this stage of this send, which is thereby used up once."""
        with self._lock:
            for planned in self._planned:
                if planned.left and planned.fault.stage == stage and planned.rule(sender, recipients or [], raw):
                    planned.left -= 1
                    return planned.fault
        return None
