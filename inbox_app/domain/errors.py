"""The root of everything we say to a person when something did not work."""

from __future__ import annotations


class UserFacingError(Exception):
    """A failure that a person can understand and act on.

    `code` is a short machine word that never changes (`wrong_password`); scripts rely on it.
    `message` is one or two sentences: what happened, to which account or file, and what to do.
    """

    code: str = "failed"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message


class NotFound(UserFacingError):
    """The thing that was asked for by id does not exist in this workspace."""

    code = "not_found"


class WrongUse(UserFacingError):
    """The request itself makes no sense (an unknown field, a value out of range)."""

    code = "wrong_use"


class Refused(UserFacingError):
    """The request is understood and cannot be done now; the message gives the reason."""

    code = "refused"
