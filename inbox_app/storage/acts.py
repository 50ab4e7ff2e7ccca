"""What is done to messages on their service: queued where it can be done now, taken back while that can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from inbox_app.domain.abilities import OPPOSITES
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, OutboxId
from inbox_app.domain.words import AccountState, Action, ActKind, Direction, OutboxState
from inbox_app.i18n import _
from inbox_app.storage import abilities, accounts
from inbox_app.storage.accounts import Account
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.outbox import Decision, Receipt, get, queue
from inbox_app.storage.outbox import settle_delivered as settle
from inbox_app.storage.outbox import undo as take_from_outbox
from inbox_app.storage.schema import conversation, message, operation, operation_on, outbox
from inbox_app.storage.transaction import Tx

SHOWING = (Action.UNHIDE, Action.APPROVE)
"""What brings back a hidden message, whichever its service offers."""
CLEARING = (Action.HIDE, Action.SPAM)
"""What is done to many at once, or by a rule: what it is done to is dealt with."""
_KINDS: Mapping[Action, ActKind] = {
    Action.REACT: ActKind.REACTION,
    Action.EDIT: ActKind.EDIT,
    Action.MARK_READ: ActKind.READ_MARK,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done to a message; `value` is an emoji, a new text or a reason, ready to leave."""

    message: MessageId
    action: Action
    undo_ms: int
    value: str = ""


def do(tx: Tx, by: ColleagueId, wanted: Wanted) -> OutboxId:
    """Commit an act to be done exactly once.

    Raises:
        NotFound: the message is not on the service yet.
        Refused: it cannot be done with this message now; the sentence says why.
        WrongUse: the action needs a value.
    """
    account, direction = _place(tx.conn, wanted.message)
    on = connected(tx, account)
    ability = abilities.of_message(tx.conn, wanted.message, tx.now).of(wanted.action)
    if not ability.possible:
        raise Refused(ability.reason or _("{handle} does not offer this here.").format(handle=on.handle))
    if wanted.action in (Action.REACT, Action.EDIT) and not wanted.value.strip():
        raise WrongUse(_("Say with what: the emoji of a reaction, the new text of an edit."))
    kind = _kind(wanted.action, direction)
    edits = kind is ActKind.EDIT
    decided = Decision(
        account=on.id,
        kind=kind,
        colleague=by,
        undo_ms=wanted.undo_ms,
        target=wanted.message,
        action=wanted.action,
        text=wanted.value if edits else "",
        value="" if edits else wanted.value,
    )
    return queue(tx, decided).id


def make_good(tx: Tx, acts: Collection[str]) -> None:
    """Take these acts back: what waits does not leave, what was done is answered by its opposite where there is one.

    What is on its way is answered when it has arrived.
    """
    for one in acts:
        row = get(tx.conn, OutboxId(one))
        if row.state is OutboxState.QUEUED:
            take_from_outbox(tx, row.id)
        elif row.state is OutboxState.DELIVERED:
            _answer(tx, row.id)


def settle_delivered(tx: Tx, wanted: OutboxId, receipt: Receipt, *, finish: bool = False) -> None:
    """There is proof that it arrived; what was taken back while it was on its way is made good."""
    is_news = get(tx.conn, wanted).state is not OutboxState.DELIVERED
    settle(tx, wanted, receipt, finish=finish)
    if is_news:
        answer_taken_back(tx, wanted)


def answer_taken_back(tx: Tx, arrived: OutboxId) -> None:
    """Its decision was taken back while it was on its way: now its opposite follows."""
    if _was_taken_back(tx.conn, arrived):
        _answer(tx, arrived)


def _was_taken_back(conn: Connection, wanted: OutboxId) -> bool:
    told = (
        select(operation.c.id)
        .join(operation_on, operation_on.c.operation == operation.c.id)
        .join(outbox, outbox.c.conversation == operation_on.c.conversation)
        .where(outbox.c.id == wanted, operation.c.undone_at.is_not(None))
        .where(operation.c.detail.contains(f'"{wanted}"', autoescape=True))
    )
    return conn.execute(told).first() is not None


def to_clear(conn: Connection, within: Sequence[ConversationId]) -> dict[ConversationId, list[MessageId]]:
    """What clearing a conversation away is about: all that asks for a reply in it, else what came in last."""
    found: dict[ConversationId, list[MessageId]] = {}
    for one in within:
        theirs = (
            select(message.c.id)
            .where(
                message.c.conversation == one,
                message.c.direction == Direction.INCOMING,
                message.c.context.is_(False),
                message.c.deleted_at.is_(None),
                SHOWN,
            )
            .order_by(message.c.id.desc())
        )
        asking = conn.execute(theirs.where(message.c.needs_reply)).scalars().all()
        found[one] = [MessageId(which) for which in asking or conn.execute(theirs.limit(1)).scalars().all()]
    return found


def to_show(conn: Connection, within: Sequence[ConversationId]) -> dict[ConversationId, list[MessageId]]:
    """What is hidden in each of these conversations."""
    found: dict[ConversationId, list[MessageId]] = {one: [] for one in within}
    hidden = select(message.c.conversation, message.c.id).where(
        one_of(message.c.conversation, within), message.c.hidden, message.c.deleted_at.is_(None), SHOWN
    )
    for one, which in conn.execute(hidden.order_by(message.c.id)):
        found[one].append(MessageId(which))
    return found


def connected(tx: Tx, wanted: AccountId) -> Account:
    """An account on which something can be done.

    Raises:
        Refused: it is no longer connected.
    """
    found = accounts.get(tx.conn, wanted)
    if found.state is AccountState.REMOVED:
        raise Refused(_("{handle} is no longer connected, so nothing can be done there.").format(handle=found.handle))
    return found


def _answer(tx: Tx, done: OutboxId) -> None:
    row = get(tx.conn, done)
    action = Action(str(row.act["action"])) if row.act.get("action") else None
    opposite = OPPOSITES.get(action) if action is not None else None
    target = tx.conn.execute(_TARGET, {"of": done}).scalar_one_or_none()
    if opposite is None or target is None:
        return
    if abilities.of_message(tx.conn, MessageId(target), tx.now).of(opposite).possible:
        do(tx, ColleagueId(row.colleague or ""), Wanted(MessageId(target), opposite, 0))


def _place(conn: Connection, wanted: MessageId) -> tuple[AccountId, Direction]:
    row = conn.execute(_PLACE.where(message.c.id == wanted)).one()
    return AccountId(row.account), Direction(row.direction)


_TARGET = select(outbox.c.target).where(outbox.c.id == bindparam("of"))
_PLACE = select(conversation.c.account, message.c.direction).join(
    conversation, conversation.c.id == message.c.conversation
)


def _kind(action: Action, direction: Direction) -> ActKind:
    """A message of ours is deleted by its author, somebody else's by a moderator."""
    if action is Action.DELETE and direction is Direction.OUTGOING:
        return ActKind.DELETION
    return _KINDS.get(action, ActKind.MODERATION)
