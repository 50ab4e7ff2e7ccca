"""Sending an answer or beginning a topic, and finding out whether it arrived.

A forum has no key of ours to know a try by. So an unknown outcome is looked for: among the posts of the topic, a topic
among the newest posts of all, and either among those of ours that wait for a moderator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from connectors.discourse import compose
from connectors.discourse.client import CHUNK, Client, Forbidden, Gone
from connectors.discourse.fields import Fields
from connectors.discourse.wire import Post, Topic, User, read_post
from inbox_app.contract.acts import Absent, Act, CannotTell, Finding, OutgoingFile, Receipt
from inbox_app.contract.errors import BadAnswer, NotSent, Offline, Rejected
from inbox_app.contract.texts import _

_CLOCKS_APART: Final = timedelta(minutes=10)
"""How far the forum's clock may be from ours."""
_CHUNKS_BACK: Final = 10
_PAGES_BACK: Final = 10


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends for one account that is signed in."""

    client: Client
    me: User

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Post the frozen body, into its topic or as one."""
        body = compose.read_frozen(frozen)
        self._check(act, body)
        if "title" not in body:
            await self._look_at_target(act)
        links = [await self._upload(one) for one in act.files]
        raw = compose.with_files(body.text("raw"), links)
        answer = await self.client.ask("POST", "/posts.json", body={**body.values, "raw": raw})
        said = Fields.of(answer.json())
        if said.text("action") == "enqueued":
            return _held(body.number("topic_id"), said.inner("pending_post"))
        return self._receipt(read_post(said.values), body)

    async def find(self, act: Act, frozen: bytes) -> Finding:
        """Look where it would stand, then among what waits for a moderator."""
        body = compose.read_frozen(frozen)
        try:
            there = await self._look_where_it_would_stand(act, body)
            return there or await self._held_back(act, body) or Absent()
        except (NotSent, BadAnswer):
            return CannotTell()

    def _check(self, act: Act, body: Fields) -> None:
        if "title" in body and not body.text("title"):
            raise Rejected(_("A topic needs a title."))
        if "title" not in body and not body.number("topic_id"):
            raise Rejected(_("An answer needs a post that it answers."))
        if len(body.text("raw")) > compose.LONGEST:
            raise Rejected(_("This is longer than a post may be: {limit} signs.").format(limit=compose.LONGEST))
        if len(act.files) > compose.MOST_FILES:
            raise Rejected(_("A post takes {limit} files at most.").format(limit=compose.MOST_FILES))

    async def _look_at_target(self, act: Act) -> None:
        """A forum takes an answer to what is gone, and it would stand there alone."""
        number = Fields(act.target.extra or {}).number("id") if act.target else 0
        if not number:
            return
        try:
            post = await self.client.post(number)
        except (Gone, Forbidden) as gone:
            raise Rejected(_("What this answers is no longer on the forum.")) from gone
        if post.deleted:
            raise Rejected(_("What this answers is no longer on the forum."))
        if act.target is not None and post.place != act.target.remote_id:
            raise Rejected(_("What this answers was moved to another topic. Sync, then answer it there."))

    async def _upload(self, file: OutgoingFile) -> str:
        """A file alone is seen by nobody, so that an upload in doubt is certainly no post that was sent."""
        try:
            answer = await self.client.ask(
                "POST",
                "/uploads.json",
                form={"upload_type": "composer", "synchronous": "true"},
                files={"file": (file.name, file.data, file.media_type)},
                changes=False,
            )
            short = Fields.of(answer.json()).text("short_url")
        except BadAnswer as bad:
            raise Offline(_("The forum did not say whether it took {name}.").format(name=file.name)) from bad
        if not short:
            raise Offline(_("The forum did not say whether it took {name}.").format(name=file.name))
        return compose.link(file.description or file.name, short, picture=file.media_type.startswith("image/"))

    # --- in doubt ----------------------------------------------------------------------------------------------------

    async def _look_where_it_would_stand(self, act: Act, body: Fields) -> Receipt | None:
        if "archetype" in body:
            return await self._look_in_private(act, body)
        return await (self._look_for_topic(act, body) if "title" in body else self._look(act, body))

    async def _look_in_private(self, act: Act, body: Fields) -> Receipt | None:
        """Among what we sent in private, the newest first."""
        since = (act.first_tried_at or act.decided_at) - _CLOCKS_APART
        for page in range(_PAGES_BACK):
            chats = await self.client.chats(self.me.username, sent=True, page=page)
            for chat in (one for one in chats if one.bumped_at >= since):
                topic = await self.client.topic(chat.id)
                first = topic.first
                if first is not None and topic.title == body.text("title") and await self._is_it(first, act, body):
                    return self._receipt(first, body)
            if not chats or any(one.bumped_at < since for one in chats):
                return None
        raise BadAnswer(_("Too much was said on the forum since to find a private message in it."))

    async def _look(self, act: Act, body: Fields) -> Receipt | None:
        since = (act.first_tried_at or act.decided_at) - _CLOCKS_APART
        topic = await self.client.topic(body.number("topic_id"))
        left = list(topic.stream)
        for _chunk in range(_CHUNKS_BACK):
            chunk, left = left[-CHUNK:], left[:-CHUNK]
            posts = await self._posts(topic, chunk)
            for one in posts:
                if one.written_at >= since and await self._is_it(one, act, body):
                    return self._receipt(one, body)
            if not left or any(one.written_at < since for one in posts):
                return None
        raise BadAnswer(_("The topic has grown too much to find an answer in it."))

    async def _look_for_topic(self, act: Act, body: Fields) -> Receipt | None:
        since, before = (act.first_tried_at or act.decided_at) - _CLOCKS_APART, 0
        for _page in range(_PAGES_BACK):
            posts = await self.client.latest(before)
            for one in posts:
                begins = one.number == 1 and one.title == body.text("title")
                if begins and one.written_at >= since and await self._is_it(one, act, body):
                    return self._receipt(one, body)
            lowest = min((one.id for one in posts), default=0)
            if lowest in (0, before) or any(one.written_at < since for one in posts):
                return None
            before = lowest
        raise BadAnswer(_("Too much was said on the forum since to find a topic in it."))

    async def _posts(self, topic: Topic, chunk: list[int]) -> tuple[Post, ...]:
        return await self.client.some_of(topic.id, chunk) if chunk else ()

    async def _is_it(self, one: Post, act: Act, body: Fields) -> bool:
        if not one.yours or one.reply_to != body.number("reply_to_post_number"):
            return False
        raw = one.raw if one.raw is not None else (await self.client.post(one.id)).raw
        return compose.same_text(body.text("raw"), raw or "", has_files=bool(act.files))

    async def _held_back(self, act: Act, body: Fields) -> Receipt | None:
        """The staff's own posts wait for nobody."""
        if self.me.is_staff:
            return None
        answer = await self.client.ask("GET", f"/posts/{quote(self.me.username, safe='')}/pending.json")
        for one in Fields.of(answer.json()).each("pending_posts"):
            is_there = one.number("topic_id") == body.number("topic_id")
            if "title" in body:
                is_there = one.text("title") == body.text("title")
            if is_there and compose.same_text(body.text("raw"), one.text("raw_text"), has_files=bool(act.files)):
                return _held(body.number("topic_id"), one)
        return None

    def _receipt(self, post: Post, body: Fields) -> Receipt:
        """What begins a topic is known as the topic; in private it is a message like the others."""
        url, place = f"{self.client.site}/t/{post.topic}", str(post.topic)
        if "title" not in body or "archetype" in body:
            url, place = f"{url}/{post.number}", post.place
        return Receipt(place, post.written_at, url, {"id": post.id})


def _held(topic: int, pending: Fields) -> Receipt:
    """Taken, and seen by nobody until a moderator lets it through."""
    return Receipt(f"{topic}/pending {pending.number('id')}", pending.moment("created_at"), "", {"held": True})
