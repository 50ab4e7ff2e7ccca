"""Small acts: react, delete, ban, mute, edit. Each may be done twice as well as once."""

from __future__ import annotations

from typing import Final

from connectors.telegram.albums import PARTS
from connectors.telegram.client import Client, Refusal
from connectors.telegram.compose import Place, said_as
from connectors.telegram.fields import Fields
from inbox_app.contract.acts import Act, Receipt, Target
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action

LIKE: Final = "👍"
_SILENT: Final[JsonObject] = {
    "can_send_messages": False, "can_send_audios": False, "can_send_documents": False, "can_send_photos": False,
    "can_send_videos": False, "can_send_video_notes": False, "can_send_voice_notes": False, "can_send_polls": False,
    "can_send_other_messages": False,
}  # fmt: skip


async def moderate(client: Client, act: Act) -> Receipt:
    """Delete a message, or ban, let back in or mute its author."""
    place, target = Place.of(act.target), act.target
    match act.action:
        case Action.DELETE:
            return await delete(client, act)
        case Action.BLOCK:
            await client.write("banChatMember", {"chat_id": place.chat, "user_id": _author(target)})
        case Action.UNBLOCK:
            params: JsonObject = {"chat_id": place.chat, "user_id": _author(target), "only_if_banned": True}
            await client.write("unbanChatMember", params)
        case Action.MUTE:
            await client.write(
                "restrictChatMember", {"chat_id": place.chat, "user_id": _author(target), "permissions": {**_SILENT}}
            )
        case _:
            raise Rejected(_("A Telegram bot cannot do that."))
    return Receipt(_id(target))


def reaction_of(act: Act) -> str:
    """The emoji that we want to stand there; empty to take ours back."""
    value = act.value.strip().replace("\ufe0f", "")
    return "" if value.startswith("-") else value or LIKE


async def react(client: Client, act: Act) -> Receipt:
    """Our one reaction to a message."""
    wanted = reaction_of(act)
    said: JsonObject = {"reaction": [{"type": "emoji", "emoji": wanted}] if wanted else []}
    try:
        await client.write("setMessageReaction", {**Place.of(act.target).params, **said})
    except Refusal as refused:
        if "REACTION_INVALID" not in refused.reason:
            raise
        raise Rejected(_("Telegram does not know the reaction {emoji} here.").format(emoji=wanted)) from refused
    return Receipt(_id(act.target))


async def edit(client: Client, act: Act) -> Receipt:
    """Another text or caption; one that is so already is as it should be."""
    caption = act.target is not None and Fields(act.target.extra or {}).flag("caption")
    method = "editMessageCaption" if caption else "editMessageText"
    params: JsonObject = {**Place.of(act.target).params, **said_as(act.text, beside_file=caption)}
    await _unless(client, method, params, "message is not modified")
    return Receipt(_id(act.target))


async def delete(client: Client, act: Act) -> Receipt:
    """Take a message away, an album with all that belongs to it; what is gone is as it should be."""
    place, extra = Place.of(act.target), Fields(act.target.extra or {}) if act.target else Fields({})
    for one in extra.numbers(PARTS) or [place.message]:
        params: JsonObject = {"chat_id": place.chat, "message_id": one}
        await _unless(client, "deleteMessage", params, "message to delete not found")
    return Receipt(_id(act.target))


async def _unless(client: Client, method: str, params: JsonObject, done: str) -> None:
    """Do it, and take the refusal that says "it is so already" for done."""
    try:
        await client.write(method, params)
    except Refusal as refused:
        if done not in refused.reason:
            raise


def _id(target: Target | None) -> str:
    return target.remote_id if target else ""


def _author(target: Target | None) -> int:
    user = Fields(target.extra or {}).number("user") if target else 0
    if not user:
        raise Rejected(_("This was written in the name of a chat, not by a person."))
    return user
