"""Writing: drafts, replies, and what a person decides about what waits in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from inbox_app.actions import lettering, macros, own_files
from inbox_app.actions.own_files import NO_FILES, Files, OwnFile, keep_files
from inbox_app.domain.beside import Words, words
from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.ids import ColleagueId, ConversationId, DraftId, MessageId, OperationId, OutboxId
from inbox_app.domain.inbox import MessageRow, OutboxRow
from inbox_app.domain.placeholders import ready
from inbox_app.domain.recipients import Recipient
from inbox_app.domain.senders import own_addresses, senders_of, wanted_sender
from inbox_app.domain.timecode import in_ms
from inbox_app.domain.words import AccountState, Action, ActKind, Kind
from inbox_app.i18n import _
from inbox_app.storage import (
    abilities,
    accounts,
    acts,
    attachments,
    beside,
    conversations,
    copies,
    drafts,
    joint,
    messages,
    outbox,
    outbox_rows,
    triage,
    undoing,
)
from inbox_app.storage.accounts import Account
from inbox_app.storage.drafts import NO_CHOICE, Letter
from inbox_app.storage.outbox import Decision, File, Resolution
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading, Tx

__all__ = [
    "NO_CHOICE",
    "Answer",
    "Files",
    "Letter",
    "OwnFile",
    "Resolution",
    "decide_beside",
    "discard_draft",
    "release",
    "reply",
    "resolve",
    "save_draft",
    "undo",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as a person gives it. Without `to` it answers the last message from outside.

    `undo` is how long it can be taken back before it leaves; zero only by explicit choice. `draft` is the draft that
    the text comes from: it is emptied in the same transaction, and its files go before `files`.
    """

    conversation: ConversationId
    text: str
    undo: timedelta
    to: MessageId | None = None
    files: Sequence[OwnFile] = ()
    draft: DraftId | None = None
    letter: Letter = NO_CHOICE
    """The template that the text is from, and whether it answers in private; of a mail also recipients and quote."""
    finishes: bool = False
    """The conversation is done with it: one decision, taken back together."""


async def save_draft(
    store: Store,
    me: ColleagueId,
    conversation: ConversationId,
    text: str,
    reply_to: MessageId | None = None,
    letter: Letter | None = None,
    files: Files = NO_FILES,
    based: Words | None = None,
) -> DraftId | None:
    """Keep what was typed so far, and the draft's files as changed; with neither the draft is removed.

    `based` is what the draft said when it was last seen; what it says by now stands beside it (`Draft.beside`).
    """
    laid = await own_files.lay_down(store, files)

    def work(tx: Tx) -> DraftId | None:
        changed = own_files.enclosed(tx, store.blobs, files, laid)
        return drafts.save(tx, me, conversation, text, reply_to, letter, changed, based)

    return await store.write(work)


async def discard_draft(store: Store, me: ColleagueId, wanted: DraftId) -> bool:
    """Throw a draft away; False where there was none."""
    return await store.write(lambda tx: drafts.discard(tx, me, wanted))


async def decide_beside(store: Store, me: ColleagueId, draft: DraftId, wanted: str, *, take: bool) -> None:
    """Go on with what stands beside a draft, and keep there what the draft said; or throw it away."""
    await store.write(lambda tx: beside.decide(tx, me, draft, wanted, take=take))


async def reply(
    store: Store, me: ColleagueId, answer: Answer, check: Callable[[Reading], object] = lambda _conn: None
) -> OutboxRow:
    """Commit a reply to be sent exactly once; it can be taken back until its undo window ends.

    `check` looks, in the transaction that commits it, whether it is still wanted, and raises where it is not.

    Raises:
        NotFound: the conversation, or the message to answer, does not exist.
        Refused: this conversation cannot be answered now, a variable has no value, or the draft says something else
            by now; the message says why.
        WrongUse: there is nothing to send.
    """

    def work(tx: Tx) -> OutboxRow:
        if answer.draft is not None:
            drafts.refuse_unseen(tx, me, answer.draft, words(answer.text, answer.letter.subject))
        kept = () if answer.draft is None else attachments.of_draft(tx.conn, answer.draft)
        if not answer.text.strip() and not answer.files and not kept:
            raise WrongUse(_("There is nothing to send: the reply is empty."))
        said = ready(answer.text)
        check(tx.conn)
        return _queue(tx, me, answer, said, keep_files(tx, store.blobs, answer.files))

    return await store.write(work)


async def usual_recipients(
    store: Store, me: ColleagueId, conversation: ConversationId, to: MessageId | None, *, everybody: bool
) -> tuple[Recipient, ...]:
    """Who would get the answer by mail.

    Raises:
        NotFound: the conversation, or the message to answer, does not exist.
        Refused: there is nothing to answer.
    """

    def work(conn: Reading) -> tuple[Recipient, ...]:
        within = conversations.surviving(conn, conversation)
        answered = messages.one(conn, me, _target(conn, within, to))
        return lettering.recipients_of(answered, own_addresses(_ours(conn, within)), everybody=everybody)

    return await store.read(work)


async def undo(store: Store, wanted: OutboxId) -> DraftId | None:
    """Take an act back before it leaves; its text and its files are a draft again.

    Raises:
        Refused: it is too late.
    """

    def work(tx: Tx) -> DraftId | None:
        back = outbox.undo(tx, wanted)
        # What a template did along with the text is named like the act.
        undoing.undo_with(tx, OperationId(wanted))
        return back

    return await store.write(work)


async def release(store: Store, wanted: Sequence[OutboxId]) -> None:
    """Let acts leave at once, without the rest of the time in which they could be taken back."""

    def work(tx: Tx) -> None:
        for one in wanted:
            outbox.release(tx, one)

    await store.write(work)


async def resolve(store: Store, wanted: OutboxId, word: Resolution) -> OutboxRow:
    """Decide about an act that failed or is unconfirmed: it was sent, send it again, give it up.

    What was written in one that is given up is a draft again.

    Raises:
        Refused: there is nothing to decide about it, or its account is no longer connected.
    """

    def work(tx: Tx) -> OutboxRow:
        decided = outbox.resolve(tx, wanted, word)
        if word is Resolution.AGAIN:
            acts.connected(tx, decided.account)
        if word is Resolution.SENT:
            acts.answer_taken_back(tx, wanted)
        return outbox_rows.one(tx.conn, wanted)

    return await store.write(work)


def _queue(tx: Tx, me: ColleagueId, answer: Answer, said: str, files: tuple[File, ...]) -> OutboxRow:
    conversation = conversations.surviving(tx.conn, answer.conversation)
    ours = _ours(tx.conn, conversation)
    account, target = _speaker(tx.conn, me, ours, _target(tx.conn, conversation, answer.to), answer.letter.sender)
    if account.state is AccountState.REMOVED:
        raise Refused(_("{handle} is no longer connected, so nothing can be sent there.").format(handle=account.handle))
    _check_ability(tx, target, privately=answer.letter.privately)
    decided = Decision(
        account=account.id,
        kind=ActKind.REPLY,
        colleague=me,
        undo_ms=in_ms(answer.undo),
        conversation=conversation,
        target=target,
        text=said,
        written=answer.text,
        files=files,
        draft=answer.draft,
        letter=answer.letter.to_json(),
    )
    if answer.letter.privately:
        decided = _in_private(messages.one(tx.conn, me, target), decided)
    elif conversations.kind_of(tx.conn, conversation) is Kind.MAIL:
        decided = lettering.as_answer(tx.conn, me, account, own_addresses(ours), decided, answer.letter)
    made = outbox.queue(tx, decided)
    if answer.letter.template is not None:
        macros.go_along(tx, me, answer.letter.template, made.id, conversation)
    if answer.finishes:
        macros.finish_along(tx, me, made.id, conversation)
    # Whoever answers has read.
    triage.mark_read(tx, me, [conversation], decided=False)
    return outbox_rows.one(tx.conn, made.id)


def _check_ability(tx: Tx, target: MessageId, *, privately: bool) -> None:
    """Raise `Refused` where this cannot be answered so: in public unless it says so, in private only where it does."""
    now = abilities.of_message(tx.conn, target, tx.now)
    if privately and not now.of(Action.REPLY_PRIVATELY).possible:
        raise Refused(now.of(Action.REPLY_PRIVATELY).reason or _("This cannot be answered in private."))
    refusal = now.by_action.get(Action.REPLY)
    if not privately and refusal is not None and not refusal.possible:
        raise Refused(refusal.reason or _("This cannot be answered."))


def _in_private(answered: MessageRow, decided: Decision) -> Decision:
    """The same words to the author of what was said in public, in a conversation that begins with them."""
    author = answered.author
    return replace(
        decided,
        kind=ActKind.NEW,
        conversation=None,
        conversation_kind=Kind.DIRECT,
        action=Action.REPLY_PRIVATELY,
        recipients=(("to", author.handle, author.name),),
    )


def _ours(conn: Reading, conversation: ConversationId) -> list[Account]:
    """Every account whose conversation it is, its own first."""
    own = conversations.facts(conn, conversation).account
    return [accounts.get(conn, one) for one in (own, *joint.accounts_beside(conn, [conversation])[conversation])]


def _speaker(
    conn: Reading, me: ColleagueId, ours: Sequence[Account], target: MessageId, address: str
) -> tuple[Account, MessageId]:
    """The account that answers, and the message as that account has it."""
    if len(ours) == 1 and not address:
        return ours[0], target
    senders = senders_of(messages.one(conn, me, target), ours)
    sender = wanted_sender(senders, address)
    if sender is None and address:
        known = ", ".join(one.address for one in senders)
        raise WrongUse(
            _("This message cannot be answered as {address}. It can be as: {known}.").format(
                address=address, known=known
            )
        )
    account = next((one for one in ours if sender is not None and one.id == sender.account), ours[0])
    return account, copies.twin(conn, target, account.id) or target


def _target(conn: Reading, conversation: ConversationId, to: MessageId | None) -> MessageId:
    """The message to answer: the one named, or the last thing that was said to us."""
    if to is not None:
        if messages.conversation_of(conn, to) != conversation:
            raise NotFound(_("Message {id} is not in this conversation.").format(id=to))
        return to
    found = messages.to_answer(conn, conversation)
    if found is None:
        raise Refused(_("There is nothing in this conversation yet that could be answered."))
    return found
