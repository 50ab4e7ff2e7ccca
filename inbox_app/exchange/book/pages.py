"""The frame of a page: what it may load, its head and foot, and texts made harmless.

A page may load what lies in its own folder and nothing else; nothing that a message says is markup, but for the few
elements that `content.html` lets through. https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from html import escape
from typing import NamedTuple

from inbox_app.content.links import safe_url
from inbox_app.content.plain import safe_text
from inbox_app.domain.speaking_dates import date_in, month_in, weekday_in
from inbox_app.i18n import _, current_language

INNER = "book"
"""The folder of all pages but the first."""
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
_LINK = re.compile(r"https?://[^\s<>\"'“”«»]{3,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'’»"


class Link(NamedTuple):
    """A way to another page."""

    name: str
    href: str


def page(title: str, body: str, *, at_top: bool = False, scripts: str = "") -> bytes:
    """A whole page; `at_top` is the first one, which lies outside the folder of the others."""
    inner = f"{INNER}/" if at_top else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(current_language())}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f'<title>{text(title)}</title>\n<link rel="stylesheet" href="{inner}style.css">\n</head>\n<body>\n'
        f"{body}\n{scripts}</body>\n</html>\n"
    ).encode()


def bar(*links: Link | None, here: str = "") -> str:
    """The line above a page: back to the start, and to its neighbours."""
    start = Link(_("Contents"), "../index.html")
    listed = "".join(f'<a href="{escape(one.href)}">{text(one.name)}</a>' for one in (start, *links) if one)
    name = text(_("Pages"))
    return f'<nav class="bar" aria-label="{name}">{listed}<span>{text(here)}</span></nav>'


def text(said: str) -> str:
    """A text of anybody's, as HTML shows it letter by letter."""
    return escape(safe_text(said))


def prose(said: str) -> str:
    """A text with its web addresses as links."""
    return "".join(_pieces(safe_text(said)))


def _pieces(said: str) -> Iterator[str]:
    at = 0
    for found in _LINK.finditer(said):
        address = found[0].rstrip(_TRAILING)
        url = safe_url(address)
        if url is not None:
            yield escape(said[at : found.start()])
            yield link_out(url, address)
            at = found.start() + len(address)
    yield escape(said[at:])


def link_out(url: str, name: str) -> str:
    """A link into the network, which learns nothing of where it was followed from."""
    return f'<a rel="noopener noreferrer nofollow" href="{escape(url)}">{escape(name)}</a>'


def day(moment: datetime) -> str:
    """A date in the language of the book and the zone of the computer."""
    return date_in(moment.astimezone().date(), current_language())


def month(first: date) -> str:
    """A month in the language of the book."""
    return month_in(first, current_language())


def when(moment: datetime) -> str:
    """Date and time as an element that programs read too."""
    here = moment.astimezone()
    said = f"{weekday_in(here.date(), current_language())} {day(moment)}, {here:%H:%M}"
    return f'<time datetime="{here.isoformat(timespec="seconds")}">{text(said)}</time>'
