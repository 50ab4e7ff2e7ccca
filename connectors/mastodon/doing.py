"""Small acts: favourite, boost, block, mute, report, edit, delete. Each may be done twice as well as once."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from connectors.mastodon import compose
from connectors.mastodon.client import Client, Gone, path_of
from connectors.mastodon.fields import Fields
from connectors.mastodon.people import People
from connectors.mastodon.server import Server
from connectors.mastodon.telling import BOOST, FAVOURITE
from connectors.mastodon.wire import media
from inbox_app.contract.acts import Act, Receipt, Target
from inbox_app.contract.errors import Rejected
from inbox_app.contract.http import Question
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action

_BOOSTS: Final = frozenset({BOOST, "boost", "reblog"})
_FAVOURITES: Final = frozenset({FAVOURITE, "★", "❤", "👍", "favourite", "favorite", "like", ""})
_OF_ACCOUNT: Final = {
    Action.BLOCK: "block",
    Action.UNBLOCK: "unblock",
    Action.MUTE: "mute",
    Action.UNMUTE: "unmute",
}
_NOT_BOOSTED: Final = frozenset({"direct", "private"})


async def moderate(client: Client, people: People, act: Act) -> Receipt:
    """Favourite a message, or block, mute or report its author."""
    target = _target(act)
    if act.action is Action.LIKE:
        return await _touch(client, target, "favourite")
    if act.action is Action.DELETE:
        return await delete(client, act)
    if act.action is Action.REPORT:
        await client.post(path_of("v1", "reports"), _report(target, act.value))
        return Receipt(target.remote_id)
    if act.action not in _OF_ACCOUNT:
        raise Rejected(_("A Mastodon server cannot do that."))
    people.forget(_author(target))
    await client.post(path_of("v1", "accounts", _author(target), _OF_ACCOUNT[act.action]))
    return Receipt(target.remote_id)


async def react(client: Client, act: Act) -> Receipt:
    """A favourite or a boost; with a minus before it, take it back."""
    target, value = _target(act), act.value.strip().replace("\ufe0f", "")
    undo, name = value.startswith("-"), value.removeprefix("-").strip()
    if name in _BOOSTS:
        if not undo and Fields(target.extra or {}).text("visibility") in _NOT_BOOSTED:
            raise Rejected(_("What was said in private cannot be boosted."))
        return await _touch(client, target, "unreblog" if undo else "reblog")
    if name in _FAVOURITES:
        return await _touch(client, target, "unfavourite" if undo else "favourite")
    raise Rejected(
        _("Mastodon knows the reactions {favourite} and {boost} only.").format(favourite=FAVOURITE, boost=BOOST)
    )


async def edit(client: Client, act: Act, server: Server) -> Receipt:
    """Another text; files, warning and language stay, which the server would drop if they were not named again."""
    target = _target(act)
    path = path_of("v1", "statuses", target.remote_id)
    said = Fields.of((await client.get(path)).json())
    body: JsonObject = {
        "status": compose.text_of(act, server.domain),
        "spoiler_text": said.text("spoiler_text"),
        "sensitive": said.flag("sensitive"),
        "media_ids": [media(one).id for one in said.each("media_attachments")],
    }
    language = act.value or said.text("language")
    if language:
        body["language"] = language
    await client.ask(Question("PUT", path, json=body))
    return Receipt(target.remote_id)


async def delete(client: Client, act: Act) -> Receipt:
    """Take a message of ours away; one that is gone already is as it should be."""
    target = _target(act)
    with suppress(Gone):
        await client.ask(Question("DELETE", path_of("v1", "statuses", target.remote_id)))
    return Receipt(target.remote_id)


async def _touch(client: Client, target: Target, verb: str) -> Receipt:
    await client.post(path_of("v1", "statuses", target.remote_id, verb))
    return Receipt(target.remote_id)


def _target(act: Act) -> Target:
    if act.target is None:
        raise Rejected(_("This names no message."))
    return act.target


def _author(target: Target) -> str:
    """The id by which the server knows the message's author."""
    known = Fields(target.extra or {}).text("account")
    if not known:
        raise Rejected(_("Who wrote this is not known here yet. Sync, then try again."))
    return known


def _report(target: Target, reason: str) -> JsonObject:
    return {
        "account_id": _author(target),
        "status_ids": [target.remote_id],
        "comment": reason[:1000],
        "category": "other",
    }
