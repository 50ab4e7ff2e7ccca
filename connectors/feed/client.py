"""Asking for a feed only if it changed (RFC 9110, section 13: ETag and Last-Modified)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from inbox_app.contract.http import Http, Question

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the site said of the copy we have."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A feed as it came."""

    body: bytes
    content_type: str
    stamp: Stamp


async def fetch(http: Http, url: str, stamp: Stamp, sign_in: Mapping[str, str]) -> Copy | None:
    """The feed; None where it is as it was. `sign_in` are the headers that open it.

    Raises:
        ConnectorError: it could not be had.
    """
    headers = {"Accept": _ACCEPT, **sign_in}
    if stamp.etag:
        headers["If-None-Match"] = stamp.etag
    if stamp.modified:
        headers["If-Modified-Since"] = stamp.modified
    answer = await http.ask(Question("GET", url, headers=headers))
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return None
    said = answer.headers
    return Copy(
        answer.body,
        said.get("content-type", ""),
        Stamp(said.get("etag", "")[:300], said.get("last-modified", "")[:100]),
    )
