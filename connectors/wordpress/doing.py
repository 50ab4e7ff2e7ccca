"""Small acts: approve, hold, spam, trash, edit, delete. Each may be done twice as well as once."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from connectors.wordpress import compose
from connectors.wordpress.client import Client, Gone
from connectors.wordpress.listing import COMMENTS, Listing
from connectors.wordpress.wire import Status
from inbox_app.contract.acts import Act, Receipt
from inbox_app.contract.errors import Rejected, Unsure
from inbox_app.contract.texts import _
from inbox_app.domain.words import Action

_STATUS_OF: Final = {
    Action.APPROVE: Status.APPROVED,
    Action.UNHIDE: Status.APPROVED,
    Action.HOLD: Status.HOLD,
    Action.HIDE: Status.HOLD,
    Action.SPAM: Status.SPAM,
    Action.TRASH: Status.TRASH,
}


async def moderate(client: Client, listing: Listing, act: Act) -> Receipt:
    """Give a comment another status, or delete it for good."""
    if act.action is Action.DELETE:
        return await delete(client, act)
    if act.action not in _STATUS_OF:
        raise Rejected(_("A WordPress site cannot do that with a comment."))
    wanted, status = _target(act), _STATUS_OF[act.action]
    try:
        await client.post(f"{COMMENTS}/{wanted}", {"status": status.value})
    except Unsure:
        # The site calls it a failure of its own where the comment has this status already.
        now = await listing.one(wanted)
        if now is None or now.status is not status:
            raise
    return Receipt(str(wanted))


async def edit(client: Client, act: Act) -> Receipt:
    """Another text, of ours or of somebody else's comment."""
    content = compose.as_html(act.text)
    if compose.size(content) > compose.LONGEST:
        raise Rejected(_("This is longer than a comment may be: {limit} bytes.").format(limit=compose.LONGEST))
    wanted = _target(act)
    await client.post(f"{COMMENTS}/{wanted}", {"content": content})
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
