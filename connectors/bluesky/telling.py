"""From placed posts to the events of the contract."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from connectors.bluesky.abilities import abilities
from connectors.bluesky.facets import WEB, as_html, as_text
from connectors.bluesky.fields import read_uri
from connectors.bluesky.threads import Placed, oldest_first
from connectors.bluesky.wire import Blob, Card, Person, Post
from inbox_app.content.parsed import Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.remote import (
    Event,
    MessageSeen,
    PostSeen,
    ReactionsSeen,
    RemoteAttachment,
    RemoteAuthor,
    RemoteMessage,
    RemotePost,
    RemoteRecipient,
)
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import Marks
from inbox_app.domain.words import Direction, Kind

LIKE: Final = "❤"
REPOST: Final = "🔁"
_TITLE: Final = 120


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what was seen for one account. What was there before `began` is history."""

    me: Person
    content: Worker
    began: datetime

    async def events(self, seen: Iterable[Placed], *, history: bool = False) -> list[Event]:
        """Posts first, messages oldest first, then reactions; `history` marks all that is older than `began`."""
        posts: list[Event] = []
        said: list[Event] = []
        reactions: list[Event] = []
        by_uri = {one.post.uri: one for one in seen}
        for post in oldest_first(one.post for one in by_uri.values()):
            one = by_uri[post.uri]
            if one.is_post:
                posts.append(PostSeen(_post(post)))
                continue
            said.append(MessageSeen(await self._message(one, history=history)))
            reactions.append(reactions_of(post))
        return [*posts, *said, *reactions]

    async def _message(self, one: Placed, *, history: bool) -> RemoteMessage:
        post, place = one.post, one.place
        ours = post.author.did == self.me.did
        parent = None if post.parent is None else post.parent.uri
        top = place.kind is Kind.COMMENTS and parent == place.post
        return RemoteMessage(
            remote_id=post.uri,
            kind=place.kind,
            keys=_keys(one, parent, top=top),
            author=author_of(post.author),
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=post.sort_at,
            text=text_of(post),
            parent=None if top else parent,
            post=place.post,
            title=_labelled(post) or _quoting(post, self.me.did),
            marks=Marks(warned=bool(_labelled(post))),
            html=await self._html(post),
            attachments=tuple(map(attachment_of, post.blobs)),
            recipients=tuple(_named(post)),
            url=address_of(post),
            context=place.anchor is None,
            history=history and post.sort_at < self.began,
            hidden=one.hidden,
            abilities=abilities(post, ours=ours, under_ours=place.kind is Kind.COMMENTS, hidden=one.hidden),
            extra=extra_of(post),
        )

    async def _html(self, post: Post) -> str | None:
        """Where something in it leads somewhere, or stands beside it."""
        cards = _beside(post)
        if not post.facets and not cards:
            return None
        clean = await self.content.clean(as_html(post.text, post.facets) + "".join(map(_card_html, cards)))
        return None if isinstance(clean, Unparsable) else clean.html or None


def text_of(post: Post) -> str:
    """What a post says, and what it shows besides."""
    said = as_text(post.text, post.facets)
    return "\n\n".join(part for part in (said, *map(_card_text, _beside(post))) if part)


def _post(post: Post) -> RemotePost:
    return RemotePost(
        remote_id=post.uri,
        title=_labelled(post),
        text=text_of(post),
        published_at=post.sort_at,
        author=author_of(post.author),
        url=address_of(post),
        picture_url=next((one.url for one in post.blobs if one.url.startswith("https://")), ""),
        comment_count=post.replies,
        reaction_count=post.likes + post.reposts,
    )


def author_of(person: Person) -> RemoteAuthor:
    """Known by the DID: a handle can change, and be given to somebody else."""
    return RemoteAuthor(
        remote_id=person.did,
        handle=f"@{person.handle}",
        name=person.name,
        avatar_url=person.avatar if person.avatar.startswith("https://") else "",
        profile_url=f"{WEB}/profile/{quote(person.did, safe=':')}",
    )


def address_of(post: Post) -> str:
    """Where people look at it."""
    return f"{WEB}/profile/{quote(post.author.did, safe=':')}/post/{quote(read_uri(post.uri).rkey, safe='')}"


def attachment_of(blob: Blob) -> RemoteAttachment:
    """A file that is fetched when somebody wants it."""
    url = blob.url if blob.url.startswith("https://") else ""
    return RemoteAttachment(blob.cid, blob.name, blob.media_type, blob.size, description=blob.description, url=url)


def reactions_of(post: Post) -> ReactionsSeen:
    """Likes and reposts."""
    ours = [name for name, record in ((LIKE, post.liked), (REPOST, post.reposted)) if record]
    return ReactionsSeen(post.uri, ((LIKE, post.likes), (REPOST, post.reposts)), frozenset(ours))


def extra_of(post: Post) -> JsonObject:
    """What an answer, a like or a report needs again."""
    extra: JsonObject = {"cid": post.cid, "did": post.author.did}
    if post.root is not None:
        extra["root"] = {"uri": post.root.uri, "cid": post.root.cid}
    if post.language:
        extra["language"] = post.language
    return extra


def _keys(one: Placed, parent: str | None, *, top: bool) -> tuple[str, ...]:
    """A comment hangs together with what it answers; a mention belongs to the whole thread that it stands in."""
    if one.place.kind is Kind.MENTION and one.post.uri != one.post.top:
        return (one.post.uri, one.post.top)
    return (one.post.uri,) if top or parent is None else (one.post.uri, parent)


def _labelled(post: Post) -> str:
    """Warnings that its author or a moderator put on a post; those that begin with “!” are for programs."""
    labels = ", ".join(one for one in post.labels if one and not one.startswith("!"))
    return _("Marked: {labels}").format(labels=labels)[:_TITLE] if labels else ""


def _quoting(post: Post, me: str) -> str:
    quoted = next((card for card in post.cards if card.quoted == me), None)
    return _("Quotes you: {text}").format(text=" ".join(quoted.title.split()))[:_TITLE] if quoted else ""


def _beside(post: Post) -> list[Card]:
    """What the text does not say itself."""
    return [one for one in post.cards if one.quoted or one.uri not in as_text(post.text, post.facets)]


def _card_text(card: Card) -> str:
    if card.quoted:
        return "\n".join(f"> {line}" for line in card.title.splitlines())
    return f"{card.title}\n{card.uri}" if card.title else card.uri


def _card_html(card: Card) -> str:
    if card.quoted:
        return f"<blockquote>{html.escape(card.title)}</blockquote>"
    return f'<p><a href="{html.escape(card.uri)}">{html.escape(card.title or card.uri)}</a></p>'


def _named(post: Post) -> Iterable[RemoteRecipient]:
    raw = post.text.encode()
    for facet in post.facets:
        handle = raw[facet.start : facet.end].decode(errors="replace").strip()
        if facet.did and handle:
            yield RemoteRecipient("mention", handle)
