"""From the kind of an act to the connector's verb for it."""

from __future__ import annotations

from collections.abc import Awaitable

from inbox_app.contract.acts import Act, Receipt
from inbox_app.contract.connector import (
    Connector,
    DeletesSent,
    EditsSent,
    Freezes,
    MarksRead,
    Moderates,
    Posts,
    Reacts,
    Sends,
)
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.contract.remote import Identity
from inbox_app.domain.words import ActKind
from inbox_app.i18n import _


def freeze(connector: Connector, act: Act, identity: Identity) -> bytes | None:
    """The wire form of an act that writes text; None for the others, which are small and idempotent."""
    if act.kind.writes_text and isinstance(connector, Freezes):
        return connector.freeze(act, identity)
    return None


async def perform(connector: Connector, act: Act, frozen: bytes | None) -> Receipt:
    """Do it. Raises the contract's errors; `Rejected` where the channel has no such verb."""
    receipt = await _perform(connector, act, frozen or b"")
    # A connector is not ours: what it gives back must be a receipt before anything counts as delivered.
    if not isinstance(receipt, Receipt):
        raise BadAnswer(_("The service's answer was not understood."))
    return receipt


async def _perform(connector: Connector, act: Act, frozen: bytes) -> object:
    doing: Awaitable[object]
    match act.kind, connector:
        case ((ActKind.REPLY | ActKind.NEW), Sends()):
            doing = connector.send(act, frozen)
        case ActKind.POST, Posts():
            doing = connector.post(act, frozen)
        case ActKind.REACTION, Reacts():
            doing = connector.react(act)
        case ActKind.MODERATION, Moderates():
            doing = connector.moderate(act)
        case ActKind.EDIT, EditsSent():
            doing = connector.edit(act)
        case ActKind.DELETION, DeletesSent():
            doing = connector.delete(act)
        case ActKind.READ_MARK, MarksRead():
            doing = connector.mark_read(act)
        case _:
            raise Rejected(_("This channel cannot do that."))
    return await doing
