"""Small acts: approve, hold, spam, trash, edit, delete. Each may be done twice as well as once."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from connectors.wordpress import compose
from connectors.wordpress.client import Client, Forbidden, Gone
from connectors.wordpress.fields import Fields
from connectors.wordpress.listing import COMMENTS
from connectors.wordpress.wire import Status
from inbox_app.contract.acts import Act, Receipt
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action

_STATUS_OF: Final = {
    Action.APPROVE: Status.APPROVED,
    Action.UNHIDE: Status.APPROVED,
    Action.HOLD: Status.HOLD,
    Action.HIDE: Status.HOLD,
    Action.SPAM: Status.SPAM,
    Action.TRASH: Status.TRASH,
}
_ORIGIN: Final = ("author_ip", "author_user_agent")


async def moderate(client: Client, act: Act) -> Receipt:
    """Give a comment another status, or delete it for good."""
    if act.action is Action.DELETE:
        return await delete(client, act)
    if act.action not in _STATUS_OF:
        raise Rejected(_("A WordPress site cannot do that with a comment."))
    wanted = _target(act)
    await give_status(client, wanted, _STATUS_OF[act.action])
    return Receipt(str(wanted))


async def give_status(client: Client, wanted: int, status: Status, *, changes: bool | None = None) -> None:
    """Approve, hold, spam or trash a comment that stands otherwise."""
    now = await _as_it_stands(client, wanted)
    if now.text("status") != status.value:
        await client.post(f"{COMMENTS}/{wanted}", {"status": status.value, **_origin(now)}, changes=changes)


async def edit(client: Client, act: Act) -> Receipt:
    """Another text, of ours or of somebody else's comment."""
    content = compose.as_html(act.text)
    if compose.size(content) > compose.LONGEST:
        raise Rejected(_("This is longer than a comment may be: {limit} bytes.").format(limit=compose.LONGEST))
    wanted = _target(act)
    now = await _as_it_stands(client, wanted)
    await client.post(f"{COMMENTS}/{wanted}", {"content": content, **_origin(now)})
    return Receipt(str(wanted))


async def delete(client: Client, act: Act) -> Receipt:
    """Take a comment away for good; one that is gone already is as it should be."""
    wanted = _target(act)
    with suppress(Gone):
        await client.ask("DELETE", f"{COMMENTS}/{wanted}", {"force": "true"})
    return Receipt(str(wanted))


def _target(act: Act) -> int:
    if act.target is None or not act.target.remote_id.isdecimal():
        raise Rejected(_("This names no comment."))
    return int(act.target.remote_id)


async def _as_it_stands(client: Client, wanted: int) -> Fields:
    """Its status and where it came from; nothing where only its text is ours to change."""
    try:
        answer = await client.get(f"{COMMENTS}/{wanted}", {"context": "edit", "_fields": f"status,{','.join(_ORIGIN)}"})
    except Forbidden:
        return Fields({})
    return Fields.of(answer.json())


def _origin(comment: Fields) -> JsonObject:
    """The site knows spam by the visitor's address and program, and would write ours over them unless told these."""
    return {name: said for name in _ORIGIN if (said := comment.text(name))}
