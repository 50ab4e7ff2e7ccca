"""A comment feed as a channel: what is new in it, and what was in it when it was connected as history."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from connectors.feed.address import FeedAddress, read_address
from connectors.feed.client import Copy, Stamp, fetch
from connectors.feed.settings import URL, address_of, handle_of
from connectors.feed.telling import abilities, date_of, message_of
from connectors.feed.wire import Entry, Feed, read_feed
from connectors.shared.checks import reported
from inbox_app.contract.connector import Connector, FetchesAttachments, LoadsOlder, Report, ignore
from inbox_app.contract.errors import BadAnswer, Rejected, SignInNeeded
from inbox_app.contract.remote import Batch, Identity, MessageSeen, RemoteMessage
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

PAGE: Final = 50


class FeedConnector(Connector, LoadsOlder, FetchesAttachments):
    """One feed."""

    async def connect(self, report: Report = ignore) -> Identity:
        """Fetch and read the feed once."""
        with reported(report, _("Fetch the feed from {site}").format(site=self._address().site)):
            copy = await self._fetch(Stamp())
        with reported(report, _("Read the feed")):
            feed = await self._read(copy)
        known = read_address(self.host.settings.get(URL.name, "")).url
        return Identity(remote_id=known, handle=handle_of(known), name=feed.title, abilities=abilities())

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """The feed's entries, if it changed at all; those from before the connection stay history."""
        stamp, old = _read_cursor(cursor)
        copy = await self._fetch(stamp)
        if copy is None:
            return Batch((), cursor or _cursor(stamp, old))
        feed = await self._read(copy)
        if cursor is None:
            return Batch((), _cursor(copy.stamp, [_short(one.id) for one in feed.entries]))
        known = frozenset(old)
        ordered = self._oldest_first(feed, copy)
        told = [MessageSeen(await self._tell(one, copy, history=_short(one.id) in known)) for one in ordered]
        return Batch(tuple(told), _cursor(copy.stamp, old))

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """The next page of what the feed holds, newest first; it goes no further back."""
        copy = await self._fetch(Stamp())
        feed, since = await self._read(copy), self.host.history_since
        ordered, otherwise = self._oldest_first(feed, copy), self._otherwise(copy)
        wanted = [one for one in ordered if since is None or date_of(one, otherwise) >= since]
        page, rest = _page(wanted, str((cursor or {}).get("before") or ""))
        told = [MessageSeen(await self._tell(one, copy, history=True)) for one in page]
        return Batch(tuple(told), {"before": page[0].id if page else ""}, more=bool(rest))

    async def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """An enclosure, known by its address; the name and password of the feed go along to its own site alone."""
        address = self._address()
        async for piece in self.host.http.download(address.reveal(attachment), headers=address.headers):
            yield piece

    async def close(self) -> None:
        """Hang up."""
        await self.host.http.close()

    def _address(self) -> FeedAddress:
        return address_of(self.host.settings, self.host.secrets)

    async def _fetch(self, stamp: Stamp) -> Copy | None:
        address = self._address()
        try:
            return await fetch(self.host.http, address.asked, stamp, address.headers)
        except SignInNeeded as closed:
            raise SignInNeeded(
                _(
                    "The site wants a sign-in for this feed. Give the feed’s address with the key, or the name and "
                    "password, that the site names for it."
                )
            ) from closed
        except Rejected as refused:
            raise Rejected(_("{reason} Check the feed's address.").format(reason=refused)) from refused

    async def _read(self, copy: Copy | None) -> Feed:
        if copy is None:
            raise BadAnswer(_("The site says that the feed is unchanged, and we have none yet."))
        hide = self._address().hide
        return await self.host.blocking(lambda: read_feed(copy.body, copy.content_type).told_by(hide))

    async def _tell(self, entry: Entry, copy: Copy | None, *, history: bool) -> RemoteMessage:
        return await message_of(
            entry, self._address().site, self.host.content, otherwise=self._otherwise(copy), history=history
        )

    def _oldest_first(self, feed: Feed, copy: Copy | None) -> list[Entry]:
        """By date; within one second in the feed's own order, which has the newest first."""
        from_the_end, otherwise = feed.entries[::-1], self._otherwise(copy)
        return sorted(from_the_end, key=lambda one: date_of(one, otherwise))

    def _otherwise(self, copy: Copy | None) -> datetime:
        """The date of an entry that names none."""
        return _date(copy.stamp.modified if copy else "") or self.host.now()


def _read_cursor(cursor: JsonObject | None) -> tuple[Stamp, list[str]]:
    said = cursor or {}
    old = said.get("old")
    return Stamp(str(said.get("etag") or ""), str(said.get("modified") or "")), [
        one for one in (old if isinstance(old, list) else ()) if isinstance(one, str)
    ]


def _cursor(stamp: Stamp, old: list[str]) -> JsonObject:
    return {"etag": stamp.etag, "modified": stamp.modified, "old": [*old]}


def _short(guid: str) -> str:
    return hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()[:16]


def _date(said: str) -> datetime | None:
    try:
        return parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None


def _page(all_: list[Entry], before: str) -> tuple[list[Entry], list[Entry]]:
    """The newest page before an entry (before nothing: the newest of all), and what is older."""
    ids = [one.id for one in all_]
    end = ids.index(before) if before in ids else 0 if before else len(ids)
    start = max(end - PAGE, 0)
    return all_[start:end], all_[:start]
