"""Sending, and finding out whether something arrived.

A post is a record in our own repository under a key of ours: written twice it is there once, and asking for it gives a
definite answer (https://docs.bsky.app/docs/api/com-atproto-repo-put-record). A private message has no such key: one in
doubt is looked for in its conversation, and only what is not there is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.bluesky import compose
from connectors.bluesky.chats import Chats, Line, id_of, read_line
from connectors.bluesky.client import Client, Gone
from connectors.bluesky.compose import Frozen
from connectors.bluesky.facets import facets_of, mentioned
from connectors.bluesky.fields import Fields
from connectors.bluesky.identity import resolve_handle
from connectors.bluesky.wire import POST
from inbox_app.contract.acts import Absent, Act, CannotTell, Finding, OutgoingFile, Receipt
from inbox_app.contract.errors import BadAnswer, NotSent, Offline, Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

_CLOCKS_APART: Final = timedelta(minutes=2)
"""How far the service's clock may be from ours."""
_PAGES_BACK: Final = 10
_LINES: Final = 100


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends for one account that is signed in."""

    client: Client
    chats: Chats
    me: str

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Upload the pictures, then write the record; or send the private message."""
        fixed = compose.read_frozen(frozen)
        compose.check(fixed, act)
        if fixed.chat:
            return await self._send_chat(fixed)
        facets = await self._facets(fixed.text)
        images = [await self._upload(file) for file in act.files]
        body: JsonObject = {
            **self._key(fixed),
            "record": compose.whole(fixed, facets, images),
            "swapRecord": None,  # only where nothing else has the key; what is the same is passed over
        }
        try:
            said = Fields.of(await self.client.post("com.atproto.repo.putRecord", body))
        except Rejected:
            # Refused because an earlier try wrote it, with a name that then led elsewhere.
            found = await self._record(fixed)
            if not isinstance(found, Receipt):
                raise
            return found
        return _receipt(said, fixed, self.me)

    async def find(self, act: Act, frozen: bytes) -> Finding:
        """Ask for the record; or look through the conversation back to before the first try."""
        fixed = compose.read_frozen(frozen)
        try:
            if not fixed.chat:
                return await self._record(fixed)
            convo = await self._convo(fixed)
            return await self._in_chat(convo, fixed.text, (act.first_tried_at or act.decided_at) - _CLOCKS_APART)
        except (NotSent, BadAnswer):
            return CannotTell()

    # --- posts ------------------------------------------------------------------------------------------------------

    def _key(self, fixed: Frozen) -> JsonObject:
        return {"repo": self.me, "collection": POST, "rkey": fixed.rkey}

    async def _record(self, fixed: Frozen) -> Finding:
        params = {"repo": self.me, "collection": POST, "rkey": fixed.rkey}
        try:
            said = Fields.of(await self.client.get("com.atproto.repo.getRecord", params))
        except Gone:
            return Absent()
        same = said.inner("value").text("text") == fixed.text
        return _receipt(said, fixed, self.me) if same else Absent()

    async def _facets(self, text: str) -> list[JsonObject]:
        """Who is named but known to nobody is plain text."""
        dids = {name: did for name in mentioned(text) if (did := await resolve_handle(self.client, name))}
        return facets_of(text, dids)

    async def _upload(self, file: OutgoingFile) -> JsonObject:
        try:
            said = Fields.of(await self.client.upload(file.data, file.media_type))
        except BadAnswer as bad:
            raise Offline(_("The server did not say whether it took {name}.").format(name=file.name)) from bad
        return {"image": said.inner("blob").values, "alt": file.description}

    # --- private messages -------------------------------------------------------------------------------------------

    async def _send_chat(self, fixed: Frozen) -> Receipt:
        facets = await self._facets(fixed.text)
        convo = await self._convo(fixed)
        message: JsonObject = {"text": fixed.text, **({"facets": [*facets]} if facets else {})}
        line = read_line(Fields.of(await self.chats.post("sendMessage", {"convoId": convo, "message": message})))
        return _receipt_of(convo, line)

    async def _convo(self, fixed: Frozen) -> str:
        """The conversation that is answered, or the one with these people; finding it changes nothing there."""
        if fixed.convo:
            return fixed.convo
        dids = [await self._did(handle) for handle in fixed.recipients]
        if not dids:
            raise Rejected(_("This names nobody to write to."))
        return await self.chats.open(dids)

    async def _did(self, handle: str) -> str:
        did = await resolve_handle(self.client, handle)
        if not did:
            raise Rejected(_("Nobody on Bluesky is called {handle}.").format(handle=handle))
        return did

    async def _in_chat(self, convo: str, text: str, since: datetime) -> Finding:
        place = ""
        for _page in range(_PAGES_BACK):
            page = await self.chats.lines(convo, place, _LINES)
            for line in page.lines:
                if line.sender == self.me and line.at >= since and line.text == text:
                    return _receipt_of(convo, line)
            if not page.cursor or page.cursor == place or any(line.at < since for line in page.lines):
                return Absent()
            place = page.cursor
        return CannotTell()


def _receipt(said: Fields, fixed: Frozen, me: str) -> Receipt:
    record = Fields(fixed.record)
    extra: JsonObject = {"cid": said.need_text("cid"), "did": me}
    if root := record.inner("reply").inner("root").values:
        extra["root"] = root
    return Receipt(said.need_text("uri"), record.moment("createdAt"), extra=extra)


def _receipt_of(convo: str, line: Line) -> Receipt:
    return Receipt(id_of(convo, line.id), line.at, extra={"convo": convo, "did": line.sender})
