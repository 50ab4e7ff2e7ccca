"""Acting on a service: moderation, reactions, edits, deletions, read marks and posts, each through the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from inbox_app.actions import macros
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, MessageId, TemplateId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.placeholders import ready
from inbox_app.domain.words import Action, ActKind
from inbox_app.i18n import _
from inbox_app.storage import acts, messages, outbox, outbox_rows
from inbox_app.storage.outbox import Decision
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

ANSWERS = frozenset({Action.REPLY, Action.REPLY_PRIVATELY, Action.WRITE})
"""What is written, not done: see `actions.writing`."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person does to a message. `value` is the emoji of a reaction (with "-" before it to take it back), the
    new text of an edit, or the reason for a moderation. `undo` is how long it can be taken back before it leaves."""

    message: MessageId
    action: Action
    undo: timedelta
    value: str = ""


async def act(store: Store, me: ColleagueId, deed: Deed) -> OutboxRow:
    """Commit an act to be done exactly once.

    Raises:
        NotFound: there is no such message, or not on the service yet.
        Refused: it cannot be done with this message now; the sentence says why.
        WrongUse: the action needs a value.
    """
    return await store.write(lambda tx: _act(tx, me, deed))


async def post(
    store: Store,
    me: ColleagueId,
    account: AccountId,
    text: str,
    undo: timedelta,
    *,
    title: str = "",
    template: TemplateId | None = None,
) -> OutboxRow:
    """Commit a post under which comments can hang.

    Raises:
        NotFound: there is no such account.
        Refused: it is no longer connected, or a variable has no value.
        WrongUse: the post is empty.
    """

    def work(tx: Tx) -> OutboxRow:
        if not text.strip():
            raise WrongUse(_("There is nothing to publish: the post is empty."))
        on = acts.connected(tx, account)
        said = Decision(on.id, ActKind.POST, me, _in_ms(undo), text=ready(text), written=text, title=ready(title))
        made = outbox.queue(tx, said)
        if template is not None:
            macros.go_along(tx, me, template, made.id, None)
        return outbox_rows.one(tx.conn, made.id)

    return await store.write(work)


def _act(tx: Tx, me: ColleagueId, deed: Deed) -> OutboxRow:
    messages.one(tx.conn, me, deed.message)
    wanted = acts.Wanted(deed.message, deed.action, _in_ms(deed.undo), ready(deed.value))
    return outbox_rows.one(tx.conn, acts.do(tx, me, wanted))


def _in_ms(undo: timedelta) -> int:
    return round(undo.total_seconds() * 1000)
