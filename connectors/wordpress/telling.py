"""From comments and posts to the events of the contract."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.shared.sites import place_of
from connectors.wordpress.abilities import abilities
from connectors.wordpress.compose import as_text
from connectors.wordpress.wire import Comment, Post, Status, User
from inbox_app.content.parsed import CleanHtml, Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.remote import Event, MessageSeen, PostSeen, RemoteAuthor, RemoteMessage, RemotePost
from inbox_app.contract.texts import _
from inbox_app.domain.marks import Marks, Standing
from inbox_app.domain.words import Direction, Kind

_STANDINGS = {
    Status.APPROVED: Standing.PUBLIC,
    Status.HOLD: Standing.HELD,
    Status.SPAM: Standing.SPAM,
    Status.TRASH: Standing.TRASH,
}
_ASKS = frozenset({Status.APPROVED, Status.HOLD})


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what was seen for one account. What was there before the comment `began` came is history."""

    site: str
    me: User
    content: Worker
    began: int | None
    since: datetime | None = None

    def wants(self, comment: Comment) -> bool:
        """What waits for a moderator is work however old it is; of the rest only what history reaches back to."""
        old = self._is_history(comment) and self.since is not None and comment.written_at < self.since
        return comment.status is Status.HOLD or not old

    async def events(self, comments: Iterable[Comment], posts: Mapping[int, Post]) -> list[Event]:
        """Posts first, then comments, oldest first."""
        seen = sorted(comments, key=lambda one: (one.written_at, one.id))
        told: list[Event] = [PostSeen(await self._post(post)) for post in posts.values()]
        return told + [MessageSeen(await self.message(one, posts.get(one.post.id))) for one in seen]

    async def message(self, one: Comment, post: Post | None) -> RemoteMessage:
        """One comment. What the team of a post's author says below it is ours too."""
        ours = one.user != 0 and (one.user == self.me.id or (post is not None and one.user == post.author))
        clean = await self._clean(one)
        own, parent = str(one.id), str(one.parent) if one.parent else None
        return RemoteMessage(
            remote_id=own,
            kind=Kind.MENTION if one.is_ping else Kind.COMMENTS,
            keys=(own, parent) if parent else (own,),
            author=self.author(one),
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=one.written_at,
            text=clean.text,
            parent=parent,
            post=str(one.post.id) if one.post.id else None,
            html=clean.html or None,
            url=one.link,
            needs_work=one.status is Status.HOLD or (one.status in _ASKS and not one.is_ping),
            history=self._is_history(one) and one.status is not Status.HOLD,
            hidden=one.status is not Status.APPROVED,
            abilities=abilities(one, post, self.me),
            extra={"status": one.status.value},
            marks=Marks(standing=_STANDINGS[one.status], automatic=one.is_ping),
        )

    def author(self, one: Comment) -> RemoteAuthor:
        """Users by their number; visitors, as on the site itself, by the address that they gave, else by their name."""
        name = html.unescape(one.name)
        mail = "" if one.is_ping else one.mail
        known = f"{one.user}@" if one.user else f"{mail or f'“{name.casefold()}”'} "
        return RemoteAuthor(
            remote_id=f"{known}{place_of(self.site)}",
            handle=mail or name or _("Anonymous"),
            name=name,
            avatar_url=one.avatar,
            profile_url=one.page,
            is_bot=one.is_ping,
        )

    async def _post(self, post: Post) -> RemotePost:
        author = None
        if post.author:
            name = post.author_name or str(post.author)
            author = RemoteAuthor(f"{post.author}@{place_of(self.site)}", name, name)
        return RemotePost(
            remote_id=str(post.id),
            title=await self._read(post.title),
            text=await self._read(post.html),
            published_at=post.published_at,
            author=author,
            url=post.link,
            picture_url=post.picture,
        )

    async def _clean(self, one: Comment) -> CleanHtml:
        """As it was written where that is mere text; the site would make other quotes and dashes of it."""
        text = None if one.raw is None else as_text(one.raw)
        if text is not None:
            return CleanHtml("", text)
        clean = await self.content.clean(one.html)
        if isinstance(clean, Unparsable):
            return CleanHtml("", _("This comment could not be read safely. Open it on the site."))
        return clean

    async def _read(self, source: str) -> str:
        if "<" not in source:
            return html.unescape(source)
        text = await self.content.read(source)
        return "" if isinstance(text, Unparsable) else text

    def _is_history(self, one: Comment) -> bool:
        return self.began is None or one.id <= self.began
