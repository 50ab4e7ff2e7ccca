"""From RSS (https://www.rssboard.org/rss-specification) and Atom (RFC 4287, RFC 4685) to plain entries. Pure."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from connectors.feed.markup import read
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _

MOST_ENTRIES: Final = 1000
MOST_TEXT: Final = 512 * 1024
"""Characters of one element; more is cut off."""
_ATOM: Final = "http://www.w3.org/2005/atom "
_DC: Final = "http://purl.org/dc/elements/1.1/ "
_CONTENT: Final = "http://purl.org/rss/1.0/modules/content/ "
_THREAD: Final = "http://purl.org/syndication/thread/1.0 "
_XHTML: Final = "http://www.w3.org/1999/xhtml "
_RSS1: Final = "http://purl.org/rss/1.0/ "
_ENTRIES: Final = frozenset({"item", _RSS1 + "item", _ATOM + "entry"})
_FEEDS: Final = frozenset({"channel", _RSS1 + "channel", _ATOM + "feed"})
_NAMES: Final = {
    "title": "title", _ATOM + "title": "title", _RSS1 + "title": "title", _DC + "title": "title",
    "guid": "id", _ATOM + "id": "id",
    "link": "link", _RSS1 + "link": "link",
    "pubdate": "published", _DC + "date": "published", _ATOM + "published": "published",
    _ATOM + "updated": "updated",
    "author": "author", _DC + "creator": "author", _ATOM + "name": "author",
    _ATOM + "uri": "author_url",
    "description": "summary", _RSS1 + "description": "summary", _ATOM + "summary": "summary",
    _CONTENT + "encoded": "content", _ATOM + "content": "content",
}  # fmt: skip
_PLAIN_BY_DEFAULT: Final = frozenset({_ATOM + "title", _ATOM + "summary", _ATOM + "content"})


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an entry."""

    url: str
    media_type: str
    size: int


@dataclass(slots=True)
class Entry:
    """One entry of a feed, as it says of itself; `content` is HTML."""

    said: dict[str, str] = field(default_factory=dict)
    answers: str = ""
    """The id of what it answers (RFC 4685), and where that is found."""
    answers_at: str = ""
    files: list[Enclosure] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The guid, else the address."""
        return self.said.get("id") or self.said.get("link", "")

    @property
    def content(self) -> str:
        return self.said.get("content") or self.said.get("summary", "")

    def moment(self, name: str) -> datetime | None:
        """`published` or `updated`, where it can be read."""
        return _moment(self.said.get(name, ""))


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed whole: its title and its entries, as they stand in it."""

    title: str
    entries: tuple[Entry, ...]

    def told_by(self, told: Callable[[str], str]) -> Feed:
        """The same with each of its texts and addresses as `told` tells it."""
        return Feed(told(self.title), tuple(_told(one, told) for one in self.entries))


def read_feed(body: bytes, content_type: str = "") -> Feed:
    """A feed of either kind.

    Raises:
        BadAnswer: it is none, or goes beyond the limits.
    """
    if body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise BadAnswer(_("This address leads to a web page, not to a feed. Look there for the feed's own address."))
    scribe = _Scribe()
    read(body, scribe, content_type)
    if not scribe.is_feed:
        raise BadAnswer(_("This address leads to XML that is neither RSS nor Atom."))
    return Feed(scribe.feed.said.get("title", ""), tuple(one for one in scribe.entries if one.id))


def _told(one: Entry, told: Callable[[str], str]) -> Entry:
    said = {name: told(value) for name, value in one.said.items()}
    files = [replace(file, url=told(file.url)) for file in one.files]
    return Entry(said, told(one.answers), told(one.answers_at), files)


class _Scribe:
    """Hears the document and writes down what we know of."""

    def __init__(self) -> None:
        self.feed = Entry()
        self.entries: list[Entry] = []
        self.is_feed = False
        self._inside: Entry | None = None
        self._field = ""
        self._markup = False
        self._pieces: list[str] = []
        self._size = 0
        self._below = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._field:
            self._begin_inner(name, attributes)
        elif name in _FEEDS:
            self.is_feed = True
        elif name in _ENTRIES:
            self.is_feed = True
            self._inside = Entry()
        else:
            self._begin_field(name, attributes)

    def _begin_field(self, name: str, attributes: Mapping[str, str]) -> None:
        entry = self._inside or self.feed
        if name == _ATOM + "link":
            _take_link(entry, attributes)
        elif name == "enclosure":
            _take_file(entry, attributes.get("url", ""), attributes)
        elif name == _THREAD + "in-reply-to":
            entry.answers, entry.answers_at = attributes.get("ref", ""), attributes.get("href", "")
        elif name in _NAMES:
            self._field, self._pieces, self._size, self._below = name, [], 0, 0
            kind = attributes.get("type", "text" if name in _PLAIN_BY_DEFAULT else "html")
            self._markup = kind not in ("text", "text/plain")

    def _begin_inner(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element inside a field: XHTML is written out again, to be cleaned with all other HTML."""
        self._below += 1
        if name.startswith(_XHTML):
            target = html.escape(attributes.get("href", ""))
            self._add(f'<{name.removeprefix(_XHTML)} href="{target}">' if target else f"<{name.removeprefix(_XHTML)}>")

    def end(self, name: str) -> None:
        if self._field and self._below:
            self._below -= 1
            if name.startswith(_XHTML):
                self._add(f"</{name.removeprefix(_XHTML)}>")
        elif self._field:
            self._end_field()
        elif name in _ENTRIES and self._inside is not None:
            if len(self.entries) < MOST_ENTRIES:
                self.entries.append(self._inside)
            self._inside = None

    def _end_field(self) -> None:
        entry, name = self._inside or self.feed, _NAMES[self._field]
        value = "".join(self._pieces).strip()
        if name in ("content", "summary") and not self._markup:
            value = html.escape(value, quote=False).replace("\n", "<br>")
        if value:
            entry.said.setdefault(name, value)
        self._field = ""

    def text(self, data: str) -> None:
        if self._field:
            self._add(html.escape(data, quote=False) if self._below else data)

    def _add(self, piece: str) -> None:
        if self._size < MOST_TEXT:
            self._pieces.append(piece[: MOST_TEXT - self._size])
            self._size += len(piece)


def _take_link(entry: Entry, attributes: Mapping[str, str]) -> None:
    relation, url = attributes.get("rel", "alternate"), attributes.get("href", "")
    if relation == "alternate":
        entry.said.setdefault("link", url)
    elif relation == "enclosure":
        _take_file(entry, url, attributes)


def _take_file(entry: Entry, url: str, attributes: Mapping[str, str]) -> None:
    size = attributes.get("length", "")
    if url.startswith(("https://", "http://")) and len(entry.files) < 50:
        known = int(size[:12]) if size.isascii() and size.isdecimal() else 0
        entry.files.append(Enclosure(url, attributes.get("type", "application/octet-stream"), known))


def _moment(said: str) -> datetime | None:
    for read_date in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read_date(said)
        except (ValueError, TypeError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
