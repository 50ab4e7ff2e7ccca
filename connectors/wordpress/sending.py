"""Sending an answer, and finding out whether one arrived.

The site refuses a comment that it has already: same post, same parent, same author, same text, for ever, but without a
lock. So an unknown outcome is looked for below its parent first, and only what is not there is sent again.
https://developer.wordpress.org/reference/functions/wp_allow_comment/
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from connectors.wordpress import compose
from connectors.wordpress.client import Client, Duplicate
from connectors.wordpress.doing import give_status
from connectors.wordpress.fields import Fields
from connectors.wordpress.listing import COMMENTS, Listing
from connectors.wordpress.wire import Comment, Status, User, read_comment
from inbox_app.content.parsed import Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.acts import Absent, Act, CannotTell, Finding, Receipt
from inbox_app.contract.errors import BadAnswer, NotSent, Offline, Rejected
from inbox_app.contract.texts import _

_CLOCKS_APART: Final = timedelta(minutes=10)
"""How far the site's clock may be from ours."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends for one account that is signed in."""

    client: Client
    listing: Listing
    me: User
    content: Worker

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Post the frozen body below its parent."""
        body = compose.read_frozen(frozen)
        self._check(act, body)
        await self._look_at_parent(body.number("parent"))
        try:
            answer = await self.client.post(COMMENTS, dict(body.values))
        except Duplicate as twice:
            return await self._after_duplicate(act, frozen, twice)
        return _receipt(read_comment(Fields.of(answer.json())))

    async def find(self, act: Act, frozen: bytes) -> Finding:
        """Look below what was answered."""
        try:
            return await self._look(act, frozen) or Absent()
        except (NotSent, BadAnswer):
            return CannotTell()

    def _check(self, act: Act, body: Fields) -> None:
        if act.files:
            raise Rejected(
                _("Comments on a WordPress site take no files. Put them on the site and give their address.")
            )
        if not body.number("post") or not body.number("parent"):
            raise Rejected(_("An answer needs a comment that it answers, under a post."))
        if compose.size(body.text("content")) > compose.LONGEST:
            raise Rejected(_("This is longer than a comment may be: {limit} bytes.").format(limit=compose.LONGEST))

    async def _look_at_parent(self, parent: int) -> None:
        """An answer to what was taken off the site meanwhile would stand there alone.

        Answering what waits approves it, as the site's own page does.
        """
        asked = await self.listing.one(parent)
        if asked is None:
            raise Rejected(_("What this answers is no longer on the site."))
        if asked.status in (Status.SPAM, Status.TRASH):
            raise Rejected(_("What this answers was taken off the site meanwhile. Approve it first."))
        if asked.status is Status.HOLD and self.me.moderates:
            await self._approve(parent)

    async def _approve(self, parent: int) -> None:
        try:
            await give_status(self.client, parent, Status.APPROVED, changes=False)
        except BadAnswer as bad:
            raise Offline(_("The site did not say whether it approved the comment.")) from bad

    async def _after_duplicate(self, act: Act, frozen: bytes, twice: Duplicate) -> Receipt:
        """The site has it: from an earlier try of ours, or because we said the very same here before."""
        found = await self._look(act, frozen) if act.attempt > 1 else None
        if found is None:
            raise Rejected(_("You have answered this comment with the very same words before.")) from twice
        return found

    async def _look(self, act: Act, frozen: bytes) -> Receipt | None:
        body = compose.read_frozen(frozen)
        since = (act.first_tried_at or act.decided_at) - _CLOCKS_APART
        for one in await self.listing.answers(body.number("post"), body.number("parent"), since):
            if one.user == self.me.id and compose.same_text(act.text, await self._shown(one)):
                return _receipt(one)
        return None

    async def _shown(self, one: Comment) -> str:
        if one.raw is not None and (text := compose.as_text(one.raw)) is not None:
            return text
        read = await self.content.read(one.html)
        return "" if isinstance(read, Unparsable) else read


def _receipt(one: Comment) -> Receipt:
    return Receipt(str(one.id), one.written_at, one.link, {"status": one.status.value})
