"""Was it sent? The total table from what a try brought to what happens next; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from inbox_app.contract.acts import Absent, CannotTell, Finding
from inbox_app.contract.connector import Connector, FindsSent, Freezes
from inbox_app.contract.errors import Busy, NotSent, Offline, Rejected, SignInNeeded
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.timecode import in_ms
from inbox_app.domain.words import ActKind, Resend
from inbox_app.i18n import _
from inbox_app.storage.outbox import Outgoing

LOOKED_FOR = timedelta(days=1)
"""How long a service that answers, but cannot tell, is asked again before a person decides."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a channel allows after an unknown outcome of one kind of act."""

    resend: Resend
    can_find: bool = False
    remembers_key_for: timedelta | None = None
    settle_time: timedelta = timedelta(0)
    longest_try: timedelta = Freezes.longest_try

    def still_knows_the_key(self, row: Outgoing, now: int) -> bool:
        """Whether a repeated key would be dropped by the service, whenever an earlier try arrived."""
        if self.resend is not Resend.SAFE:
            return False
        if self.remembers_key_for is None or row.first_tried_at is None:
            return True
        return now - row.first_tried_at < in_ms(self.remembers_key_for)


BY_NATURE = Policy(Resend.SAFE)
"""Hiding, liking, deleting, marking read, setting a text: doing it twice is doing it once."""


def policy_of(connector: Connector, kind: ActKind) -> Policy:
    """The policy for one kind of act."""
    if not kind.writes_text:
        return BY_NATURE
    if not isinstance(connector, Freezes):
        return Policy(Resend.ASK)
    return Policy(
        connector.resend,
        isinstance(connector, FindsSent),
        connector.remembers_key_for,
        connector.settle_time,
        connector.longest_try,
    )


class Outcome(Enum):
    """What one try means."""

    WAIT = auto()
    """It did not arrive; later."""
    SIGN_IN = auto()
    """It did not arrive; the account pauses, the act stays queued."""
    REFUSED = auto()
    """It did not arrive and never will."""
    UNKNOWN = auto()
    """It may have arrived."""


def outcome_of(error: BaseException) -> Outcome:
    """Total: only a `NotSent` is proof; whatever else escapes leaves the outcome unknown."""
    match error:
        case Offline() | Busy():
            return Outcome.WAIT
        case SignInNeeded():
            return Outcome.SIGN_IN
        case Rejected() | NotSent():
            return Outcome.REFUSED
        case _:
            return Outcome.UNKNOWN


class Next(Enum):
    """What to do with an act in doubt."""

    DELIVERED = auto()
    LOOK = auto()
    LOOK_LATER = auto()
    SEND_AGAIN = auto()
    """The service drops the repeated key: the same bytes again; the doubt stays until they are answered."""
    QUEUE_AGAIN = auto()
    """It is proven that it is not there."""
    ASK_A_PERSON = auto()


def next_step(row: Outgoing, policy: Policy, now: int) -> Next:
    """What to do first with an act in doubt whose time has come."""
    if policy.can_find:
        return Next.LOOK
    return Next.SEND_AGAIN if policy.still_knows_the_key(row, now) else Next.ASK_A_PERSON


def after_looking(finding: Finding, row: Outgoing, policy: Policy, now: int) -> Next:
    """What follows from the service's answer."""
    if isinstance(finding, CannotTell):
        asked_for = now - (row.tried_at or now)
        return Next.LOOK_LATER if asked_for < in_ms(LOOKED_FOR) else Next.ASK_A_PERSON
    if not isinstance(finding, Absent):
        return Next.DELIVERED
    if policy.resend is Resend.CHECK:
        return Next.QUEUE_AGAIN
    return Next.SEND_AGAIN if policy.still_knows_the_key(row, now) else Next.ASK_A_PERSON


def earliest_look(row: Outgoing, policy: Policy) -> int:
    """Before this moment a service may not show yet what it took."""
    return (row.tried_at or 0) + in_ms(policy.settle_time)


def sentence_of(error: BaseException) -> str:
    """What a person reads; never the text of an error that was not made for people."""
    if isinstance(error, UserFacingError):
        return error.message
    return _("The connection ended in a way that leaves open whether this arrived.")


def code_of(error: BaseException) -> str:
    """The error's short machine word."""
    return error.code if isinstance(error, UserFacingError) else "unsure"
