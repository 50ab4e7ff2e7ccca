"""Small acts: react, redact, turn out, edit, mark as read, invitations. Each may be done twice as well as once."""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from urllib.parse import quote

from connectors.matrix import asking, compose, directs
from connectors.matrix.client import Client, Forbidden, Gone, Refusal, path_of
from connectors.matrix.compose import Place
from connectors.matrix.fields import Fields
from connectors.matrix.rooms import Rooms
from connectors.matrix.wire import MESSAGE, REACTION, reactions_of
from inbox_app.contract.acts import Act, Receipt, Target
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action

LIKE: Final = "👍"
_TURNS_OUT: Final = {Action.BLOCK: "ban", Action.UNBLOCK: "unban", Action.KICK: "kick"}


async def moderate(client: Client, me: str, act: Act) -> Receipt:
    """What a moderator does, and the answer to an invitation."""
    place = Place.of(act.target)
    if act.action in _TURNS_OUT:
        await _turn_out(client, place, act, act.action)
    elif act.action is Action.DELETE:
        await redact(client, place, place.event, act.key, act.value)
    elif act.action is Action.REPORT:
        await client.post(path_of("rooms", place.room, "report", place.event), {"reason": act.value[:1000]})
    elif act.action is Action.ACCEPT:
        await _accept(client, me, act.target, place.room)
    elif act.action is Action.DECLINE:
        with suppress(Forbidden, Gone):  # taken back meanwhile, or declined already
            await client.post(path_of("rooms", place.room, "leave"))
    else:
        raise Rejected(_("Matrix cannot do that."))
    return Receipt(place.event)


async def react(client: Client, me: str, act: Act) -> Receipt:
    """An emoji; with a minus before it, take it back."""
    place, value = Place.of(act.target), act.value.strip()
    emoji = value.removeprefix("-").strip() or LIKE
    if not value.startswith("-"):
        relation: JsonObject = {"rel_type": "m.annotation", "event_id": place.event, "key": emoji}
        try:
            await client.put(path_of("rooms", place.room, "send", REACTION, act.key), {"m.relates_to": relation})
        except Refusal as refused:
            if refused.errcode != "M_DUPLICATE_ANNOTATION":
                raise
        return Receipt(place.event)
    _counts, ours = reactions_of(await asking.reactions_to(client, place.room, place.event), me)
    if emoji in ours:
        await redact(client, place, ours[emoji], act.key)
    return Receipt(place.event)


async def edit(client: Client, rooms: Rooms, act: Act) -> Receipt:
    """Another text for a message of ours."""
    place = Place.of(act.target)
    await rooms.refuse_encrypted(place.room)
    await client.put(path_of("rooms", place.room, "send", MESSAGE, act.key), compose.edit(act))
    return Receipt(place.event)


async def delete(client: Client, act: Act) -> Receipt:
    """Take a message of ours back."""
    place = Place.of(act.target)
    await redact(client, place, place.event, act.key)
    return Receipt(place.event)


async def mark_read(client: Client, act: Act) -> Receipt:
    """Tell the server how far we have read, in the thread or in the room beside its threads."""
    place = Place.of(act.target)
    path = path_of("rooms", place.room, "receipt", "m.read", place.event)
    await client.post(path, {"thread_id": place.thread or "main"})
    return Receipt(place.event)


async def redact(client: Client, place: Place, event: str, key: str, reason: str = "") -> None:
    """Take an event back; one that is gone is as it should be."""
    body: JsonObject = {"reason": reason[:1000]} if reason else {}
    with suppress(Gone):
        await client.put(path_of("rooms", place.room, "redact", event, key), body)


async def _turn_out(client: Client, place: Place, act: Act, action: Action) -> None:
    user = act.target.author_handle if act.target is not None else ""
    body: JsonObject = {"user_id": user, **({"reason": act.value[:1000]} if act.value else {})}
    try:
        await client.post(path_of("rooms", place.room, _TURNS_OUT[action]), body)
    except Forbidden:
        # Whoever is out already cannot be turned out once more; some servers refuse that.
        if await _is_as_wanted(client, place.room, user, action):
            return
        raise


async def _is_as_wanted(client: Client, room: str, user: str, action: Action) -> bool:
    try:
        membership = (await client.get(path_of("rooms", room, "state", "m.room.member", user))).text("membership")
    except Refusal:
        return False
    if action is Action.BLOCK:
        return membership == "ban"
    return membership != "ban" if action is Action.UNBLOCK else membership in ("leave", "ban")


async def _accept(client: Client, me: str, target: Target | None, room: str) -> None:
    """Into the room; a direct chat is noted as one, so that every program shows it as such."""
    said = Fields(target.extra or {}) if target is not None else Fields({})
    inviter = said.some_id("invited_by")
    try:
        await client.post(join_path(room, inviter))
    except (Forbidden, Gone) as refused:
        raise Rejected(_("The invitation is no longer valid: {reason}").format(reason=refused)) from refused
    if said.flag("direct") and inviter:
        await directs.note(client, me, inviter, room)


def join_path(room: str, via: str) -> str:
    """The way into a room, by the server of somebody who is in it."""
    return path_of("join", room) + f"?server_name={quote(via.partition(':')[2], safe='')}"
