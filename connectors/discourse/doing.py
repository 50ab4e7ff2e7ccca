"""Small acts: like, report, edit, delete. Each may be done twice as well as once.

https://docs.discourse.org/#tag/Posts/operation/performPostAction
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from connectors.discourse import compose
from connectors.discourse.client import Client, Gone
from connectors.discourse.fields import Fields
from connectors.discourse.telling import LIKE
from connectors.discourse.wire import Mark
from inbox_app.contract.acts import Act, Receipt, Target
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.words import Action

_MARK_OF: Final = {Action.LIKE: Mark.LIKE, Action.SPAM: Mark.SPAM, Action.REPORT: Mark.INAPPROPRIATE}
_LIKES: Final = frozenset({LIKE, "♥", "👍", "like", ""})


async def moderate(client: Client, act: Act) -> Receipt:
    """Like a post, report it to the forum's staff, or delete it."""
    if act.action is Action.DELETE:
        return await delete(client, act)
    if act.action not in _MARK_OF:
        raise Rejected(_("A forum cannot do that with a post."))
    return await _mark(client, act, _MARK_OF[act.action])


async def react(client: Client, act: Act) -> Receipt:
    """A like; with a minus before it, take it back."""
    value = act.value.strip().replace("\ufe0f", "")
    if value.removeprefix("-").strip() not in _LIKES:
        raise Rejected(_("A forum knows the reaction {like} only.").format(like=LIKE))
    if not value.startswith("-"):
        return await _mark(client, act, Mark.LIKE)
    target, number = _target(act)
    with suppress(Gone):
        await client.ask("DELETE", f"/post_actions/{number}.json", {"post_action_type_id": Mark.LIKE.value})
    return Receipt(target.remote_id)


async def edit(client: Client, act: Act) -> Receipt:
    """Another text."""
    target, number = _target(act)
    raw = act.text.strip()
    if len(raw) > compose.LONGEST:
        raise Rejected(_("This is longer than a post may be: {limit} signs.").format(limit=compose.LONGEST))
    await client.ask("PUT", f"/posts/{number}.json", body={"post": {"raw": raw}})
    return Receipt(target.remote_id)


async def delete(client: Client, act: Act) -> Receipt:
    """Take a post away; one that is gone already is as it should be."""
    target, number = _target(act)
    with suppress(Gone):
        if not (await client.post(number)).deleted:
            await client.ask("DELETE", f"/posts/{number}.json")
    return Receipt(target.remote_id)


async def _mark(client: Client, act: Act, mark: Mark) -> Receipt:
    """A forum refuses what was done before, so look first."""
    target, number = _target(act)
    if mark not in (await client.post(number)).marked:
        await client.ask("POST", "/post_actions.json", body={"id": number, "post_action_type_id": mark.value})
    return Receipt(target.remote_id)


def _target(act: Act) -> tuple[Target, int]:
    """The post and its id, which is told with it."""
    number = Fields(act.target.extra or {}).number("id") if act.target else 0
    if act.target is None or not number:
        raise Rejected(_("This names no post that is on the forum."))
    return act.target, number
