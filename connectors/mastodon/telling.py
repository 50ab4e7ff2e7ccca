"""From placed statuses to the events of the contract."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.mastodon.abilities import of_ours, of_theirs
from connectors.mastodon.people import People, Standing
from connectors.mastodon.threads import Placed, oldest_first
from connectors.mastodon.wire import Account, Media, Status
from inbox_app.content.parsed import CleanHtml, Unparsable
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
from inbox_app.domain.abilities import Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import Marks
from inbox_app.domain.poll import Poll
from inbox_app.domain.words import Direction, Kind

FAVOURITE: Final = "⭐"
BOOST: Final = "🔁"
_QUIET: Final = frozenset({"direct", "private"})
"""Visibilities in which everybody spoken to is named again; in public only who is answered."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what was seen for one account. What was there before `began` is history."""

    me: Account
    content: Worker
    began: datetime
    people: People

    async def events(self, seen: Iterable[Placed], *, history: bool = False) -> list[Event]:
        """Posts first, messages oldest first, then reactions; `history` marks all that is older than `began`."""
        posts: list[Event] = []
        said: list[Event] = []
        reactions: list[Event] = []
        by_id = {one.status.id: one for one in seen}
        standings = await self.people.standings(
            one.status.account.id for one in by_id.values() if one.status.account.id != self.me.id
        )
        for status in oldest_first(one.status for one in by_id.values()):
            one = by_id[status.id]
            if one.is_post:
                posts.append(PostSeen(await self._post(one.status)))
                continue
            can = _abilities(status, self.me, standings)
            said.append(MessageSeen(await self._message(one, can, history=history)))
            reactions.append(reactions_of(one.status))
        return [*posts, *said, *reactions]

    async def _post(self, status: Status) -> RemotePost:
        clean = await self._clean(status)
        return RemotePost(
            remote_id=status.id,
            title=status.warning,
            text=clean.text,
            published_at=status.created_at,
            author=author_of(status.account),
            url=status.url,
            picture_url=next((one.url for one in status.media if one.media_type.startswith("image/")), ""),
            comment_count=status.replies,
            reaction_count=status.favourites + status.boosts,
            poll=status.poll,
        )

    async def _message(self, one: Placed, can: Abilities, *, history: bool) -> RemoteMessage:
        status, place = one.status, one.place
        ours = status.account.id == self.me.id
        top = place.kind is Kind.COMMENTS and status.parent == place.post
        tied = status.parent is not None and place_ties(one)
        clean = await self._clean(status)
        return RemoteMessage(
            remote_id=status.id,
            kind=place.kind,
            keys=(status.id, status.parent) if tied and status.parent and not top else (status.id,),
            author=author_of(status.account),
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=status.created_at,
            text=clean.text,
            parent=None if top else status.parent,
            post=place.post,
            title=status.warning,
            marks=Marks(warned=bool(status.warning), poll=status.poll),
            html=clean.html or None,
            edited_at=status.edited_at,
            attachments=tuple(map(attachment_of, status.media)),
            recipients=tuple(RemoteRecipient("mention", f"@{to.handle}", to.name) for to in status.mentions),
            url=status.url,
            context=place.anchor is None,
            history=history and status.created_at < self.began,
            abilities=can,
            extra=extra_of(status, self.me),
        )

    async def _clean(self, status: Status) -> CleanHtml:
        source = status.text + (poll_html(status.poll) if status.poll else "")
        clean = await self.content.clean(source)
        if isinstance(clean, Unparsable):
            return CleanHtml("", _("This message could not be read safely. Open it on the server."))
        return clean


def place_ties(one: Placed) -> bool:
    """Whether a status shares its parent's conversation. The first of a direct one may not."""
    return one.place.tied or one.place.anchor != one.status.id


def _abilities(status: Status, me: Account, standings: Mapping[str, Standing]) -> Abilities:
    if status.account.id == me.id:
        return of_ours()
    return of_theirs(standings.get(status.account.id), direct=status.is_direct)


def author_of(account: Account) -> RemoteAuthor:
    """Known by the whole handle, which is the same seen from every server and never given to somebody else."""
    return RemoteAuthor(
        remote_id=account.handle,
        handle=f"@{account.handle}",
        name=account.name,
        avatar_url=account.avatar,
        profile_url=account.url,
        is_bot=account.is_bot,
    )


def attachment_of(media: Media) -> RemoteAttachment:
    """A file that is fetched when somebody wants it."""
    return RemoteAttachment(media.id, media.name, media.media_type, description=media.description, url=media.url)


def reactions_of(status: Status) -> ReactionsSeen:
    """Favourites and boosts."""
    ours = [name for name, set_ in ((FAVOURITE, status.favourited), (BOOST, status.boosted)) if set_]
    return ReactionsSeen(status.id, ((FAVOURITE, status.favourites), (BOOST, status.boosts)), frozenset(ours))


def extra_of(status: Status, me: Account) -> JsonObject:
    """What an answer, an edit or a report needs again."""
    quiet = status.visibility in _QUIET or status.account.id == me.id
    named = [status.account.handle, *(one.handle for one in status.mentions if quiet)]
    extra: JsonObject = {
        "visibility": status.visibility,
        "account": status.account.id,
        "mentions": [*dict.fromkeys(one for one in named if one != me.handle)],
    }
    if status.warning:
        extra["warning"] = status.warning
    if status.language:
        extra["language"] = status.language
    if status.sensitive:
        extra["sensitive"] = True
    if status.emojis:
        extra["emojis"] = dict(status.emojis)
    return extra


def poll_html(poll: Poll) -> str:
    """The options, readable; how many chose each is a mark of the message, since it changes all the time."""
    options = "".join(f"<li>{html.escape(one.text)}</li>" for one in poll.choices)
    title = html.escape(_("Poll"))
    return f"<p>{title}:</p><ul>{options}</ul>"
