"""Deciding what waits in the review queue. What was decided already in the same way is as it should be."""

from __future__ import annotations

from typing import Final

from connectors.discourse.abilities import DECISIONS
from connectors.discourse.client import Client, Gone
from connectors.discourse.fields import Fields
from connectors.discourse.review_wire import About, Item, Status, read_item
from inbox_app.contract.acts import Act, Receipt, Target
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.words import Action

_LEADS_TO: Final = {
    About.QUEUED: {Action.APPROVE: Status.APPROVED, Action.DELETE: Status.REJECTED},
    About.FLAGGED: {
        Action.ACCEPT: Status.APPROVED,
        Action.HOLD: Status.APPROVED,
        Action.DELETE: Status.APPROVED,
        Action.DECLINE: Status.REJECTED,
    },
}


def is_review(target: Target | None) -> bool:
    """Whether an act is about an item of the queue."""
    return bool(target is not None and Fields(target.extra or {}).number("review"))


async def decide(client: Client, act: Act) -> Receipt:
    """Let a post through or reject it; agree with reports of one or disagree."""
    target = act.target
    number = Fields(target.extra or {}).number("review") if target is not None else 0
    place = target.remote_id if target is not None else ""
    item = await _as_it_stands(client, number)
    if item is None or act.action is None:
        raise Rejected(_("This is no longer in the forum’s review queue."))
    if item.status == Status.PENDING:
        await _perform(client, item, act.action)
    elif item.status != _LEADS_TO[item.about].get(act.action):
        raise Rejected(_("Somebody else decided this otherwise meanwhile. Look at it on the forum’s page “Review”."))
    return Receipt(place)


async def _as_it_stands(client: Client, number: int) -> Item | None:
    try:
        return read_item((await client.ask("GET", f"/review/{number}.json")).json())
    except Gone:
        return None


async def _perform(client: Client, item: Item, action: Action) -> None:
    """The version says what we looked at: a forum refuses where something else happened since."""
    offered = [one for one in DECISIONS[item.about].get(action, ()) if one in item.can]
    if not offered:
        raise Rejected(_("The forum does not offer this to your user here."))
    path = f"/review/{item.id}/perform/{offered[0]}.json"
    await client.ask("PUT", path, {"version": item.version})
