"""From a server's answers to plain values; pure (https://docs.joinmastodon.org/entities/)."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from connectors.mastodon.fields import Fields, need_list
from inbox_app.content.names import safe_name
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.domain.poll import Poll, choices

DIRECT = "direct"
_MEDIA_TYPES = {"image": "image/jpeg", "video": "video/mp4", "gifv": "video/mp4", "audio": "audio/mpeg"}
_MOST = 100
"""Files, mentions or options that are read of one status."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody, as one server knows them; `handle` is whole (`anna@example.social`), also for the server's own."""

    id: str
    handle: str
    name: str = ""
    avatar: str = ""
    url: str = ""
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a status."""

    id: str
    media_type: str
    url: str
    description: str
    name: str


@dataclass(frozen=True, slots=True)
class Status:
    """A status, whoever wrote it. `text` is the server's HTML."""

    id: str
    account: Account
    created_at: datetime
    text: str
    visibility: str
    edited_at: datetime | None = None
    warning: str = ""
    sensitive: bool = False
    language: str = ""
    url: str = ""
    parent: str | None = None
    parent_account: str | None = None
    mentions: tuple[Account, ...] = ()
    media: tuple[Media, ...] = ()
    poll: Poll | None = None
    emojis: tuple[tuple[str, str], ...] = ()
    favourites: int = 0
    boosts: int = 0
    replies: int = 0
    favourited: bool = False
    boosted: bool = False
    is_boost: bool = False

    @property
    def is_direct(self) -> bool:
        return self.visibility == DIRECT


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification."""

    id: str
    type: str
    status: Status | None


@dataclass(frozen=True, slots=True)
class Talk:
    """A direct conversation as the server lists it."""

    unread: bool
    accounts: tuple[Account, ...]
    last: Status | None


@dataclass(frozen=True, slots=True)
class Context:
    """What stands above and below a status."""

    ancestors: tuple[Status, ...]
    descendants: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the answers of one server; `domain` completes the handles of its own accounts."""

    domain: str

    def account(self, said: Fields) -> Account:
        return Account(
            id=said.need_id(),
            handle=self.handle(said.text("acct") or said.text("username")),
            name=said.text("display_name"),
            avatar=said.text("avatar_static") or said.text("avatar"),
            url=said.text("url"),
            is_bot=said.flag("bot"),
        )

    def handle(self, acct: str) -> str:
        """Some servers name their own accounts with the domain, most without."""
        bare = acct.strip().lstrip("@").lower()
        return bare if "@" in bare else f"{bare}@{self.domain}"

    def status(self, value: JsonValue) -> Status:
        return self._status(Fields.of(value))

    def statuses(self, value: JsonValue) -> tuple[Status, ...]:
        return tuple(map(self._status, need_list(value)))

    def context(self, value: JsonValue) -> Context:
        said = Fields.of(value)
        return Context(
            tuple(map(self._status, said.each("ancestors"))), tuple(map(self._status, said.each("descendants")))
        )

    def notices(self, value: JsonValue) -> tuple[Notice, ...]:
        return tuple(
            Notice(one.need_id(), one.text("type"), self._inner_status(one, "status")) for one in need_list(value)
        )

    def groups(self, value: JsonValue) -> tuple[Notice, ...]:
        """Notifications of which those of one sort about one status are one, called by the lowest id on its page."""
        said = Fields.of(value)
        told = [self._status(one) for one in need_list(said.values.get("statuses"))]
        statuses = {one.id: one for one in told}
        return tuple(
            Notice(one.need_id("page_min_id"), one.text("type"), statuses.get(one.some_id("status_id") or ""))
            for one in need_list(said.values.get("notification_groups"))
        )

    def talks(self, value: JsonValue) -> tuple[Talk, ...]:
        return tuple(
            Talk(
                one.flag("unread"),
                tuple(map(self.account, one.each("accounts"))),
                self._inner_status(one, "last_status"),
            )
            for one in need_list(value)
        )

    def _inner_status(self, said: Fields, name: str) -> Status | None:
        return self._status(Fields.of(said.values[name])) if said.values.get(name) is not None else None

    def _status(self, said: Fields) -> Status:
        return Status(
            id=said.need_id(),
            account=self.account(said.inner("account")),
            created_at=said.need_moment("created_at"),
            text=said.text("content"),
            visibility=said.text("visibility") or "public",
            edited_at=said.moment("edited_at"),
            warning=said.text("spoiler_text"),
            sensitive=said.flag("sensitive"),
            language=said.text("language"),
            url=said.text("url") or said.text("uri"),
            parent=said.some_id("in_reply_to_id"),
            parent_account=said.some_id("in_reply_to_account_id"),
            mentions=tuple(map(self.account, [*said.each("mentions")][:_MOST])),
            media=tuple(map(media, [*said.each("media_attachments")][:_MOST])),
            poll=_poll(said),
            emojis=tuple((one.text("shortcode"), one.text("static_url")) for one in [*said.each("emojis")][:_MOST]),
            favourites=said.number("favourites_count"),
            boosts=said.number("reblogs_count"),
            replies=said.number("replies_count"),
            favourited=said.flag("favourited"),
            boosted=said.flag("reblogged"),
            is_boost=said.values.get("reblog") is not None,
        )


def media(said: Fields) -> Media:
    """A file; its type is guessed from its name, since the service only says what sort it is."""
    url = said.text("url") or said.text("remote_url")
    name = safe_name(urlsplit(url[:2000]).path.rpartition("/")[2] if url.startswith("http") else "")
    guessed = mimetypes.guess_type(name)[0] or _MEDIA_TYPES.get(said.text("type"), "application/octet-stream")
    return Media(said.need_id(), guessed, url, said.text("description"), name)


def _poll(said: Fields) -> Poll | None:
    if not isinstance(said.values.get("poll"), dict):
        return None
    poll = said.inner("poll")
    options = [*poll.each("options")]
    return Poll(
        choices([one.text("title") for one in options], [_told(one, "votes_count") for one in options]),
        voters=_told(poll, "voters_count"),
        multiple=poll.flag("multiple"),
        closed=poll.flag("expired"),
        closes_at=poll.moment("expires_at"),
    )


def _told(said: Fields, name: str) -> int | None:
    """A count, which a server may keep for itself until the poll is over."""
    return said.number(name) if said.values.get(name) is not None else None
