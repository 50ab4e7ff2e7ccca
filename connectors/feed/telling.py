"""From the entries of a feed to messages: which page a comment is on, which comment it answers."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Final
from urllib.parse import urldefrag, urlsplit

from connectors.feed.wire import Entry
from inbox_app.content.names import safe_name
from inbox_app.content.parsed import Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.remote import RemoteAttachment, RemoteAuthor, RemoteMessage
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import Abilities, Ability
from inbox_app.domain.words import Action, Direction, Kind

_DISCOURSE_POST: Final = re.compile(r"(/t/[^/]+/\d+)/\d+/?$")
_MAIL_AND_NAME: Final = re.compile(r"^\S+@\S+\s+\((.+)\)$")
_CANNOT: Final = (Action.REPLY, Action.LIKE, Action.REACT, Action.HIDE, Action.DELETE, Action.EDIT, Action.BLOCK)


@cache
def abilities() -> Abilities:
    """Nothing can be done through a feed."""
    reason = _("A feed can only be read. Open the comment on its site to answer it there.")
    return Abilities(dict.fromkeys(_CANNOT, Ability(False, reason)))


def date_of(entry: Entry, otherwise: datetime) -> datetime:
    """When an entry was published."""
    return entry.moment("published") or entry.moment("updated") or otherwise


async def message_of(entry: Entry, site: str, content: Worker, *, otherwise: datetime, history: bool) -> RemoteMessage:
    """One entry as a message; `otherwise` is its date where it names none that can be read."""
    clean = await content.clean(entry.content)
    published = date_of(entry, otherwise)
    edited = entry.moment("updated")
    return RemoteMessage(
        remote_id=entry.id,
        kind=Kind.FEED,
        keys=(page_of(entry),),
        author=_author(entry, site),
        direction=Direction.INCOMING,
        sent_at=published,
        text=_("This comment could not be read safely.") if isinstance(clean, Unparsable) else clean.text,
        parent=_parent(entry),
        title=entry.said.get("title", ""),
        html=None if isinstance(clean, Unparsable) else clean.html or None,
        edited_at=edited if edited is not None and edited > published else None,
        attachments=tuple(
            RemoteAttachment(one.url, safe_name(urlsplit(one.url).path), one.media_type, one.size, url=one.url)
            for one in entry.files
        ),
        url=entry.said.get("link", ""),
        history=history,
        abilities=abilities(),
    )


def page_of(entry: Entry) -> str:
    """The entry commented on: where the feed says so, else the page on which the comment stands."""
    at = urldefrag(entry.answers_at or entry.said.get("link", "")).url
    return _DISCOURSE_POST.sub(r"\1", at) or entry.answers or entry.id


def _parent(entry: Entry) -> str | None:
    """The comment that is answered; where a page is named it is the entry commented on."""
    return entry.answers if urldefrag(entry.answers_at).fragment and entry.answers != entry.id else None


def _author(entry: Entry, site: str) -> RemoteAuthor:
    """A feed knows its people by name: the same name on the same site is the same person."""
    said = entry.said.get("author", "")
    named = _MAIL_AND_NAME.match(said[:300])
    name = named[1] if named else said
    url = entry.said.get("author_url", "")
    known = url or f"{site}/{name.strip().casefold()}"
    return RemoteAuthor(known, name or _("Somebody on {site}").format(site=site), name=name, profile_url=url)
