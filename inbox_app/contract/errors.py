"""The errors a connector may raise, and no others.

The question they answer is the outbox's: did it arrive? `NotSent` says certainly not, `Unsure` says nobody knows, and
`BadAnswer` says that the service spoke nonsense (while sending, that too counts as unsure).
"""

from __future__ import annotations

from datetime import timedelta

from inbox_app.domain.errors import UserFacingError


class ConnectorError(UserFacingError):
    """Root of the tree; the message is a sentence about the service, without the account's name (we add that)."""

    code = "connector"


class NotSent(ConnectorError):
    """It certainly did not arrive."""

    code = "not_sent"


class Offline(NotSent):
    """The service could not be reached at all: no network, no such host, refused, TLS failure. Tried again later."""

    code = "offline"


class Busy(NotSent):
    """The service asks to wait; `retry_after` is its delay, None where it names none."""

    code = "busy"

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SignInNeeded(NotSent):
    """The credentials are wrong, expired or withdrawn: the account pauses until the person signs in again."""

    code = "sign_in_needed"


class Rejected(NotSent):
    """The service refuses this and will refuse it again; the message gives its reason."""

    code = "rejected"


class Unsure(ConnectorError):
    """It may have arrived: the connection broke after the request was written, or the answer was lost."""

    code = "unsure"


class BadAnswer(ConnectorError):
    """The answer was not understood, or larger, deeper or slower than allowed."""

    code = "bad_answer"
