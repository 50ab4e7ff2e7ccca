"""The outcome table: what a status or a broken connection says about "did it arrive?".

For a request that changes something: what failed before the request could be read, and every status by which a server
refuses, is `NotSent`; everything that can happen after it may have been carried out is `Unsure`.
For a request that only reads there is nothing to be unsure of.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpx

from inbox_app.contract.errors import (
    BadAnswer,
    Busy,
    ConnectorError,
    Offline,
    Rejected,
    SignInNeeded,
    Unsure,
)
from inbox_app.i18n import LazyText, _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

LONGEST_WAIT: Final = timedelta(hours=24)
"""A service that asks for longer is asked again after this."""
_BEFORE_THE_REQUEST: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_NO_WAY: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, socket.EAI_AGAIN})
_NO_HOST: Final = N_("there is no host of that name.")
_MARKS: Final = {
    "Name or service not known": _NO_HOST,
    "nodename nor servname": _NO_HOST,
    "getaddrinfo": _NO_HOST,
    "WRONG_VERSION_NUMBER": N_("what answers there speaks no https. Is the address right, and the port?"),
}
"""What the system's words mean to a person."""
_REFUSALS: Final[Mapping[int, LazyText]] = {
    HTTPStatus.PAYMENT_REQUIRED: N_("{host} wants to be paid for this. Ask whoever runs it."),
    HTTPStatus.FORBIDDEN: N_("{host} does not allow this account to do that. Ask whoever runs it for the right to."),
    HTTPStatus.NOT_FOUND: N_("There is nothing at this address of {host}. Check the address, or whether it has moved."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("{host} does not offer this. Is the address right?"),
    HTTPStatus.CONFLICT: N_("{host} did not take this: something changed there meanwhile. Look at it, and try again."),
    HTTPStatus.GONE: N_("{host} says that what was here was taken away for good. Look for its new address."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("This is larger than {host} takes."),
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: N_("{host} may not show this, for legal reasons."),
}
"""What a status by which a server refuses means to a person, where the server gives no reason of its own."""
_MAY_HAVE_ARRIVED: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


def check(response: httpx.Response, *, writes: bool) -> None:
    """Raise what the status means; a 2xx (and a 304 of a read) passes."""
    status = response.status_code
    host = response.request.headers.get("Host", response.url.host)
    if response.is_success or (status == HTTPStatus.NOT_MODIFIED and not writes):
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Busy(_("{host} asks us to wait.").format(host=host), retry_after=retry_after(response.headers))
    if status == HTTPStatus.UNAUTHORIZED:
        raise SignInNeeded(_("{host} no longer accepts the sign-in. Sign in again.").format(host=host))
    if response.is_client_error and status not in _MAY_HAVE_ARRIVED:
        raise Rejected(refused(host, status))
    raise unsure(host) if writes else _unreadable(response, host)


def refused(host: str, status: int, reason: str = "") -> str:
    """Why a service refused: its own reason, else what its status means."""
    if reason:
        return _("{host} refused this: {reason}").format(host=host, reason=reason)
    known = _REFUSALS.get(status)
    if known is not None:
        return str(known).format(host=host)
    return _("{host} refused this without a reason (code {status}). Ask whoever runs it.").format(
        host=host, status=status
    )


def of_failure(failure: Exception, url: str, *, writes: bool) -> ConnectorError:
    """What a failed connection means."""
    asked = httpx.URL(url)
    host = asked.host if asked.port is None else f"{asked.host}:{asked.port}"
    if writes and not isinstance(failure, _BEFORE_THE_REQUEST):
        return unsure(host)
    return Offline(_("{host} could not be reached: {reason}").format(host=host, reason=_reason(failure)))


def unsure(where: str) -> Unsure:
    """The request was on its way when the answer was lost."""
    return Unsure(_("{host} did not say whether it took this.").format(host=where))


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """The delay of a Retry-After header (seconds or a date, RFC 9110 section 10.2.3), within sense."""
    said = headers.get("retry-after", "").strip()
    if said.replace(".", "", 1).isascii() and said.replace(".", "", 1).isdigit():
        return min(timedelta(seconds=min(float(said), LONGEST_WAIT.total_seconds())), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(said) - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _unreadable(response: httpx.Response, host: str) -> ConnectorError:
    status = response.status_code
    if response.is_server_error or status in _MAY_HAVE_ARRIVED:
        return Busy(
            _("{host} has trouble of its own at the moment. Try again later.").format(host=host),
            retry_after=retry_after(response.headers),
        )
    told = _("{host} answered what is not understood (code {status}). Is the address right?")
    return BadAnswer(told.format(host=host, status=status))


def _reason(failure: Exception) -> str:
    if isinstance(failure, TimeoutError | httpx.TimeoutException):
        return _("it took too long.")
    text = str(failure)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return _("its certificate is not valid ({detail}).").format(detail=_certificate_problem(text))
    known = next((said for mark, said in _MARKS.items() if mark in text), None)
    if known is not None:
        return str(known)
    causes = tuple(_causes(failure))
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return _("nothing answers there. Is the address right, and the service running?")
    if any(isinstance(one, OSError) and one.errno in _NO_WAY for one in causes):
        return _("there is no way to it. Is this computer online?")
    return _("the connection broke off ({detail}).").format(detail=text or type(failure).__name__)


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """The failure and what led to it: the client wraps what the system said, once for each address that it tried."""
    yield failure
    inner = (
        failure.exceptions if isinstance(failure, BaseExceptionGroup) else (failure.__cause__ or failure.__context__,)
    )
    for one in inner:
        if one is not None:
            yield from _causes(one)


def _certificate_problem(text: str) -> str:
    return text.partition("certificate verify failed:")[2].partition(" (_ssl")[0].strip() or text
