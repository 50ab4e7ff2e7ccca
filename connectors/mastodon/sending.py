"""Sending a status, and finding out whether one arrived.

The server drops a repeated `Idempotency-Key` for about an hour, some servers never look at it: so an unknown outcome is
looked for first, a minute later, by its parent and its text, and only what is not there is sent again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from connectors.mastodon import compose
from connectors.mastodon.client import Client, Gone, path_of
from connectors.mastodon.fields import Fields
from connectors.mastodon.lists import List, Lists
from connectors.mastodon.server import Server
from connectors.mastodon.telling import extra_of
from connectors.mastodon.threads import Threads
from connectors.mastodon.wire import DIRECT, Account, Reader, Status
from inbox_app.content.parsed import Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.acts import Absent, Act, CannotTell, Finding, OutgoingFile, Receipt
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Busy, NotSent, Offline, Rejected
from inbox_app.contract.http import Question
from inbox_app.contract.texts import _

_CLOCKS_APART: Final = timedelta(minutes=5)
"""How far the server's clock may be from ours."""
_PAGES_BACK: Final = 10
_WAITS: Final = 120
_SOURCES: Final = 5


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends for one account that is signed in."""

    client: Client
    reader: Reader
    lists: Lists
    threads: Threads
    server: Server
    me: Account
    content: Worker

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Upload the files, then send the frozen body with them under the act's key."""
        self._check(act, frozen)
        media = [await self._upload(file) for file in act.files]
        question = Question(
            "POST",
            path_of("v1", "statuses"),
            headers={"Idempotency-Key": act.key},
            json=compose.with_media(frozen, media),
        )
        try:
            answer = await self.client.ask(question)
        except Gone as gone:
            raise Rejected(_("What this answers is no longer on the server.")) from gone
        return self._receipt(self.reader.status(answer.json()))

    async def find(self, act: Act, frozen: bytes) -> Finding:
        """Look below what was answered, and through our own statuses back to before the first try."""
        try:
            found = await self._below_target(act, frozen) or await self._among_own(act, frozen)
        except (NotSent, BadAnswer):
            return CannotTell()
        return found

    def _receipt(self, status: Status) -> Receipt:
        return Receipt(status.id, status.created_at, status.url, extra_of(status, self.me))

    def _check(self, act: Act, frozen: bytes) -> None:
        text = Fields.of(parse_json(frozen)).text("status")
        length = compose.length(text)
        if length > self.server.characters:
            raise Rejected(
                _("With the names in front this has {length} characters; the server takes {limit}.").format(
                    length=length, limit=self.server.characters
                )
            )
        if len(act.files) > self.server.files:
            raise Rejected(_("At most {limit} files go with one message here.").format(limit=self.server.files))
        for file in act.files:
            largest = self.server.largest(file.media_type)
            if largest is not None and len(file.data) > largest:
                raise Rejected(
                    _("{name} is larger than the {limit} MiB that the server takes.").format(
                        name=file.name, limit=largest >> 20
                    )
                )

    # --- files ------------------------------------------------------------------------------------------------------

    async def _upload(self, file: OutgoingFile) -> str:
        """A file alone is seen by nobody, so that an upload in doubt is certainly no message that was sent."""
        question = Question(
            "POST",
            path_of("v2", "media"),
            files={"file": (file.name, file.data, file.media_type)},
            form={"description": file.description} if file.description else None,
            changes=False,
        )
        try:
            answer = await self.client.ask(question)
            media = Fields.of(answer.json()).need_id()
            if answer.status == HTTPStatus.ACCEPTED:
                await self._until_processed(media)
        except BadAnswer as bad:
            raise Offline(_("The server did not say whether it took {name}.").format(name=file.name)) from bad
        return media

    async def _until_processed(self, media: str) -> None:
        for _look in range(_WAITS):
            answer = await self.client.get(path_of("v1", "media", media))
            if answer.status == HTTPStatus.OK:
                return
            await asyncio.sleep(1)
        raise Busy(_("The server still works on an attached file."), retry_after=timedelta(minutes=1))

    # --- in doubt ---------------------------------------------------------------------------------------------------

    async def _below_target(self, act: Act, frozen: bytes) -> Receipt | None:
        if act.target is None:
            return None
        below = (await self.threads.context(act.target.remote_id)).descendants
        return await self._match(below, act, frozen)

    async def _among_own(self, act: Act, frozen: bytes) -> Finding:
        place, since = "", (act.first_tried_at or act.decided_at) - _CLOCKS_APART
        for _page in range(_PAGES_BACK):
            page = await self.lists.before(List.OWN, place)
            found = await self._match(page.statuses, act, frozen)
            if found is not None:
                return found
            if page.empty or any(one.created_at < since for one in page.statuses) or page.oldest == place:
                return Absent()
            place = page.oldest
        return CannotTell()

    async def _match(self, statuses: tuple[Status, ...], act: Act, frozen: bytes) -> Receipt | None:
        """The one of ours with the act's parent, text and readers, made since a little before the first try."""
        body = Fields.of(parse_json(frozen))
        since = (act.first_tried_at or act.decided_at) - _CLOCKS_APART
        candidates = [
            one
            for one in statuses
            if one.account.id == self.me.id and one.parent == body.some_id("in_reply_to_id") and one.created_at >= since
            # The same words may have been said in public and in private.
            if one.is_direct == (body.text("visibility") == DIRECT)
        ]
        for one in candidates:
            if compose.same_text(body.text("status"), await self._shown(one)):
                return self._receipt(one)
        for one in candidates[:_SOURCES]:
            if compose.same_text(body.text("status"), await self._source(one.id)):
                return self._receipt(one)
        return None

    async def _shown(self, status: Status) -> str:
        text = await self.content.read(status.text)
        return "" if isinstance(text, Unparsable) else text

    async def _source(self, status: str) -> str:
        """The text as it was written; the HTML may show it differently."""
        try:
            answer = await self.client.get(path_of("v1", "statuses", status, "source"))
        except Rejected:
            return ""
        return Fields.of(answer.json()).text("text")
