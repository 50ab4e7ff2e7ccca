"""Small acts: like, repost, hide, block, mute, report, delete. Each may be done twice as well as once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from connectors.bluesky import compose, wire
from connectors.bluesky.chats import PREFIX, Chats, read_id
from connectors.bluesky.client import Client, Gone
from connectors.bluesky.fields import Fields, owner_of, read_uri
from connectors.bluesky.lists import Lists
from connectors.bluesky.telling import LIKE, REPOST
from connectors.bluesky.tid import tid_of
from connectors.bluesky.wire import BLOCK
from connectors.bluesky.wire import LIKE as LIKES
from connectors.bluesky.wire import REPOST as REPOSTS
from inbox_app.contract.acts import Act, Receipt, Target
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action

_REPOSTS: Final = frozenset({REPOST, "repost", "boost"})
_LIKES: Final = frozenset({LIKE, "⭐", "★", "👍", "♥", "like", ""})
_GATE: Final = "app.bsky.feed.threadgate"
_MOST_HIDDEN: Final = 300


@dataclass(frozen=True, slots=True)
class Doing:
    """Acts for one account that is signed in."""

    client: Client
    lists: Lists
    chats: Chats
    me: str

    async def moderate(self, act: Act) -> Receipt:
        """Like or hide a post; block, mute or report its author."""
        target = _target(act)
        match act.action:
            case Action.LIKE:
                await self._touch(act, target, LIKES)
            case Action.HIDE | Action.UNHIDE:
                await self._hide(target, hidden=act.action is Action.HIDE)
            case Action.BLOCK:
                await self._block(act, target)
            case Action.UNBLOCK:
                await self._unblock(target)
            case Action.MUTE | Action.UNMUTE:
                method = "muteActor" if act.action is Action.MUTE else "unmuteActor"
                await self.client.post(f"app.bsky.graph.{method}", {"actor": _author(target)})
            case Action.REPORT:
                await self.client.post("com.atproto.moderation.createReport", _report(target, act.value))
            case Action.DELETE:
                return await self.delete(act)
            case _:
                raise Rejected(_("Bluesky cannot do that."))
        return Receipt(target.remote_id)

    async def react(self, act: Act) -> Receipt:
        """A like or a repost, in private any emoji; with a minus before it, take it back."""
        target, value = _target(act), act.value.strip()
        undo, name = value.startswith("-"), value.removeprefix("-").strip()
        if target.remote_id.startswith(PREFIX):
            await self._react_in_chat(target, name, undo=undo)
            return Receipt(target.remote_id)
        bare = name.replace("\ufe0f", "")
        if bare not in _LIKES | _REPOSTS:
            raise Rejected(_("Bluesky knows the reactions {like} and {repost} only.").format(like=LIKE, repost=REPOST))
        collection = REPOSTS if bare in _REPOSTS else LIKES
        await (self._untouch(target, collection) if undo else self._touch(act, target, collection))
        return Receipt(target.remote_id)

    async def delete(self, act: Act) -> Receipt:
        """Take a post of ours away; one that is gone already is as it should be."""
        target = _target(act)
        if owner_of(target.remote_id) != self.me:
            raise Rejected(_("Only what you posted yourself can be deleted on Bluesky."))
        await self._delete(target.remote_id)
        return Receipt(target.remote_id)

    async def mark_read(self, act: Act) -> Receipt:
        """Tell the chat how far we have read; what was seen in public is one mark for all programs, and left alone."""
        read = [one.remote_id for one in act.marks if one.read]
        if act.target is not None:
            read.append(act.target.remote_id)
        newest: dict[str, str] = {}
        for convo, message in (read_id(one) for one in read if one.startswith(PREFIX)):
            newest[convo] = max(message, newest.get(convo, ""))
        for convo, message in newest.items():
            await self.chats.post("updateRead", {"convoId": convo, "messageId": message})
        return Receipt(act.target.remote_id if act.target is not None else "")

    async def _touch(self, act: Act, target: Target, collection: str) -> None:
        """A record that names the post, unless there is one."""
        if await self._touched(target, collection):
            return
        subject: JsonObject = {"uri": target.remote_id, "cid": Fields(target.extra or {}).text("cid")}
        record: JsonObject = {"$type": collection, "subject": subject, "createdAt": compose.moment(act.decided_at)}
        await self._put(collection, tid_of(act.decided_at, act.key), record)

    async def _untouch(self, target: Target, collection: str) -> None:
        if uri := await self._touched(target, collection):
            await self._delete(uri)

    async def _touched(self, target: Target, collection: str) -> str:
        """The address of our like or repost."""
        post = (await self.lists.posts([target.remote_id])).get(target.remote_id)
        if post is None:
            raise Rejected(_("What this is about is no longer on the server."))
        return post.liked if collection == LIKES else post.reposted

    async def _hide(self, target: Target, *, hidden: bool) -> None:
        """The thread gate of our post lists what is hidden below it; who may answer stays as it is."""
        if not target.post or owner_of(target.post) != self.me:
            raise Rejected(_("Only answers under your own posts can be hidden."))
        rkey = read_uri(target.post).rkey
        before, cid = await self._record(_GATE, rkey)
        listed = Fields(before).texts("hiddenReplies")
        wanted = [one for one in listed if one != target.remote_id] + ([target.remote_id] if hidden else [])
        if wanted == listed:
            return
        if len(wanted) > _MOST_HIDDEN:
            raise Rejected(_("At most {limit} answers can be hidden under one post.").format(limit=_MOST_HIDDEN))
        fresh: JsonObject = {"$type": _GATE, "post": target.post, "createdAt": compose.moment(self.client.now())}
        await self._put(_GATE, rkey, {**fresh, **before, "hiddenReplies": [*wanted]}, swap=cid or None)

    async def _block(self, act: Act, target: Target) -> None:
        if await self._blocking(target):
            return
        when = compose.moment(act.decided_at)
        record: JsonObject = {"$type": BLOCK, "subject": _author(target), "createdAt": when}
        await self._put(BLOCK, tid_of(act.decided_at, act.key), record)

    async def _unblock(self, target: Target) -> None:
        if uri := await self._blocking(target):
            await self._delete(uri)

    async def _blocking(self, target: Target) -> str:
        """Our record that blocks them; one of a list is somebody else's, or blocks others too."""
        said = Fields.of(await self.client.get("app.bsky.actor.getProfile", {"actor": _author(target)}))
        return wire.standing(said.inner("viewer")).blocking

    async def _react_in_chat(self, target: Target, emoji: str, *, undo: bool) -> None:
        convo, message = read_id(target.remote_id)
        body: JsonObject = {"convoId": convo, "messageId": message, "value": emoji or LIKE}
        await self.chats.post("removeReaction" if undo else "addReaction", body)

    async def _record(self, collection: str, rkey: str) -> tuple[JsonObject, str]:
        params = {"repo": self.me, "collection": collection, "rkey": rkey}
        try:
            said = Fields.of(await self.client.get("com.atproto.repo.getRecord", params))
        except Gone:
            return {}, ""
        return said.inner("value").values, said.text("cid")

    async def _put(self, collection: str, rkey: str, record: JsonObject, *, swap: str | None = None) -> None:
        body: JsonObject = {"repo": self.me, "collection": collection, "rkey": rkey, "record": record}
        await self.client.post("com.atproto.repo.putRecord", {**body, "swapRecord": swap})

    async def _delete(self, uri: str) -> None:
        where = read_uri(uri)
        body: JsonObject = {"repo": where.did, "collection": where.collection, "rkey": where.rkey}
        with suppress(Gone):
            await self.client.post("com.atproto.repo.deleteRecord", body)


def _target(act: Act) -> Target:
    if act.target is None:
        raise Rejected(_("This names no message."))
    return act.target


def _author(target: Target) -> str:
    """The DID of who wrote the message."""
    known = Fields(target.extra or {}).text("did")
    if not known:
        raise Rejected(_("Who wrote this is not known here yet. Sync, then try again."))
    return known


def _report(target: Target, reason: str) -> JsonObject:
    cid = Fields(target.extra or {}).text("cid")
    post: JsonObject = {"$type": "com.atproto.repo.strongRef", "uri": target.remote_id, "cid": cid}
    person: JsonObject = {"$type": "com.atproto.admin.defs#repoRef", "did": _author(target)}
    return {
        "reasonType": "com.atproto.moderation.defs#reasonOther",
        "reason": reason[:2000],
        "subject": post if cid else person,
    }
