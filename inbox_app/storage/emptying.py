"""Emptying a removed account: its history goes in pieces, each a transaction of its own that others write between.

Its row says that it is going, and is the last to go: whoever is killed in between goes on where the rows are. What
another account holds stays. A conversation that shows another account's threads too becomes that one's; a mail of which
another account has a copy is shown by that copy; a person goes only where nothing is left of them and nobody wrote
anything down about them. Full text only notes what goes, and is merged before the account's row goes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, exists, func, or_, select, update

from inbox_app.domain.emptying import Holdings
from inbox_app.domain.ids import AccountId, ConversationId, HandleId, MessageId
from inbox_app.domain.words import AccountState
from inbox_app.storage import accounts, copies, forgetting, joint, leaving_people, outbox, participants, recounting
from inbox_app.storage import schema as s
from inbox_app.storage.blobs import drop_unnamed
from inbox_app.storage.bulk import one_of
from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import is_coming_in

CONVERSATIONS = 100
"""Looked at in one piece."""
MESSAGES = 100
"""Deleted in one piece, unless told otherwise."""
_REGROUPED = ("merge", "split", "move")


def holdings(conn: Connection, wanted: AccountId) -> Holdings:
    """How much there is of an account.

    Raises:
        NotFound: there is no such account.
    """

    def count(table: Table, *conditions: ColumnElement[bool]) -> int:
        return int(conn.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())

    known = accounts.get(conn, wanted)
    here = select(s.conversation.c.id).where(s.conversation.c.account == wanted)
    ours = select(s.message.c.id).where(s.message.c.account == wanted)
    return Holdings(
        handle=known.handle,
        messages=count(s.message, s.message.c.account == wanted),
        conversations=count(s.conversation, s.conversation.c.account == wanted, s.conversation.c.merged_into.is_(None)),
        posts=count(s.post, s.post.c.account == wanted),
        attachments=count(s.attachment, s.attachment.c.message.in_(ours)),
        drafts=count(s.draft, or_(s.draft.c.account == wanted, s.draft.c.conversation.in_(here))),
        notes=count(s.note, s.note.c.conversation.in_(here)),
        reminders=count(s.reminder, s.reminder.c.conversation.in_(here)),
        outbox=count(s.outbox, s.outbox.c.account == wanted),
    )


def begin(tx: Tx, wanted: AccountId) -> None:
    """Remove an account for good: from now on it is only going, and the same sign-in would be a new account.

    Raises:
        NotFound: there is no such account.
        Refused: something of it is on its way to the service at this moment.
    """
    accounts.get(tx.conn, wanted)
    outbox.require_none_under_way(tx.conn, wanted)
    accounts.set_state(tx, wanted, AccountState.REMOVED)
    going = update(s.account).where(s.account.c.id == wanted)
    tx.conn.execute(going.values(remote_id=f"{accounts.GOING}{wanted}", cursor=None, older_cursor=None))


def going(conn: Connection) -> list[AccountId]:
    """The accounts of which something is left to go."""
    found = select(s.account.c.id).where(s.account.c.remote_id.startswith(accounts.GOING, autoescape=True))
    return [AccountId(one) for one in conn.execute(found.order_by(s.account.c.id)).scalars()]


def empty_some(tx: Tx, wanted: AccountId, most: int = MESSAGES) -> bool:
    """Let one piece go, of at most so many messages; whether there may be more."""
    here = tx.conn.execute(_of(s.conversation, wanted).order_by(s.conversation.c.last_message).limit(CONVERSATIONS))
    within = [ConversationId(one) for one in here.scalars()]
    if within and _hand_over(tx, wanted, within):
        return True
    if within:
        _delete_within(tx, within, most)
        return True
    guests = tx.conn.execute(_of(s.message, wanted).limit(most)).scalars().all()
    if guests:
        _delete_messages(tx, [MessageId(one) for one in guests])
        return True
    return _delete_posts(tx, wanted, most)


def finish(tx: Tx, wanted: AccountId) -> list[str]:
    """Delete the account itself with what hangs on it alone; the digests of the files that nothing names any more."""
    tx.outbox.update(tx.conn.execute(_of(s.outbox, wanted)).scalars())
    beside = select(s.conversation_account.c.conversation).where(s.conversation_account.c.account == wanted)
    tx.touch_conversations(map(ConversationId, tx.conn.execute(beside).scalars()))
    tx.conn.execute(delete(s.draft).where(s.draft.c.account == wanted))
    tx.conn.execute(delete(s.wish).where(s.wish.c.account == wanted))
    tx.conn.execute(delete(s.account).where(s.account.c.id == wanted))
    tx.accounts.add(wanted)
    tx.about("drafts")
    return [] if is_coming_in(tx.conn) else drop_unnamed(tx)


# --- conversations --------------------------------------------------------------------------------------------------


def _of(table: Table, wanted: AccountId) -> Select[Any]:
    return select(table.c.id).where(table.c.account == wanted)


def _hand_over(tx: Tx, going: AccountId, within: Collection[ConversationId]) -> bool:
    """Give conversations that show another account's messages too to that account; whether there were any."""
    other = select(s.message.c.conversation, func.min(s.message.c.account)).where(
        one_of(s.message.c.conversation, within), s.message.c.account != going
    )
    heirs = tx.conn.execute(other.group_by(s.message.c.conversation)).all()
    for one, heir in heirs:
        channel = select(s.account.c.channel).where(s.account.c.id == heir).scalar_subquery()
        whole = update(s.conversation).where(s.conversation.c.id == one)
        tx.conn.execute(whole.values(account=heir, channel=channel, post=None))
    shared = [ConversationId(one) for one, _heir in heirs]
    joint.note_accounts(tx, shared)
    _forget_regrouping(tx, shared)
    tx.touch_conversations(shared)
    return bool(shared)


def _forget_regrouping(tx: Tx, shared: Collection[ConversationId]) -> None:
    """What was joined here cannot be taken apart any more: one of the parts goes."""
    on = select(s.operation_on.c.operation).where(one_of(s.operation_on.c.conversation, shared))
    tx.conn.execute(delete(s.operation).where(s.operation.c.id.in_(on), s.operation.c.kind.in_(_REGROUPED)))


def _delete_within(tx: Tx, within: Collection[ConversationId], most: int) -> None:
    """Delete messages of these conversations, and once none is left the conversations with the stubs leading there."""
    said = select(s.message.c.id).where(one_of(s.message.c.conversation, within)).limit(most)
    wanted = [MessageId(one) for one in tx.conn.execute(said).scalars()]
    _delete_messages(tx, wanted, going=within)
    if len(wanted) < most:
        stubs = select(s.conversation.c.id).where(one_of(s.conversation.c.merged_into, within))
        _delete_conversations(tx, {*within, *map(ConversationId, tx.conn.execute(stubs).scalars())})


def _delete_conversations(tx: Tx, gone: Collection[ConversationId]) -> None:
    tx.touch_conversations(gone)
    for table, noted in ((s.outbox, tx.outbox), (s.reminder, tx.reminders)):
        noted.update(tx.conn.execute(select(table.c.id).where(one_of(table.c.conversation, gone))).scalars())
    on = select(s.operation_on.c.operation).where(one_of(s.operation_on.c.conversation, gone)).distinct()
    decided = tx.conn.execute(on).scalars().all()
    tx.conn.execute(delete(s.conversation).where(one_of(s.conversation.c.id, gone)))
    elsewhere = exists().where(s.operation_on.c.operation == s.operation.c.id)
    tx.conn.execute(delete(s.operation).where(one_of(s.operation.c.id, decided), ~elsewhere))
    tx.about("drafts")


# --- messages and posts ---------------------------------------------------------------------------------------------


def _delete_messages(tx: Tx, wanted: Collection[MessageId], going: Collection[ConversationId] = ()) -> None:
    here = one_of(s.message.c.id, wanted)
    rows = tx.conn.execute(select(s.message.c.conversation, s.message.c.author).where(here).distinct()).all()
    stay = {ConversationId(row.conversation) for row in rows} - set(going)
    left = copies.stand_in(tx, wanted)
    acts = select(s.outbox.c.id).where(or_(one_of(s.outbox.c.message, wanted), one_of(s.outbox.c.target, wanted)))
    tx.outbox.update(tx.conn.execute(acts).scalars())
    tx.messages.update(wanted)
    tx.conn.execute(delete(s.attachment).where(one_of(s.attachment.c.message, wanted)))
    with forgetting.noted_only(tx):
        tx.conn.execute(delete(s.message).where(here))
    changed = {*stay, *left.conversations}
    recounting.recount(tx, changed)
    participants.recount(tx, changed)
    tx.touch_conversations({*changed, *going})
    leaving_people.leave(tx, {HandleId(row.author) for row in rows}, left.members)


def _delete_posts(tx: Tx, wanted: AccountId, most: int) -> bool:
    rows = tx.conn.execute(select(s.post.c.id, s.post.c.author).where(s.post.c.account == wanted).limit(most)).all()
    tx.posts.update(row.id for row in rows)
    tx.conn.execute(delete(s.post).where(one_of(s.post.c.id, [row.id for row in rows])))
    leaving_people.leave(tx, {HandleId(row.author) for row in rows if row.author is not None})
    return bool(rows)
