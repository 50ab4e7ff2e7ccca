"""A person's part: to decide, to take back, and to say what became of what nobody could find out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, DraftId, MessageId, OutboxId, new_id
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import ActKind, Kind, MessageState, OutboxState
from inbox_app.i18n import _
from inbox_app.storage import attachments, begun_posts, beside, draft_files, outgoing
from inbox_app.storage.outbox.rows import get
from inbox_app.storage.outbox.steps import deliver, move
from inbox_app.storage.outbox.values import Decision, File, Outgoing, Receipt, Resolution
from inbox_app.storage.recounting import count_files
from inbox_app.storage.schema import attachment, conversation, draft, message, outbox
from inbox_app.storage.transaction import Tx


def queue(tx: Tx, decided: Decision) -> Outgoing:
    """Commit an act to be done exactly once; what a person wrote stands in the conversation from now on."""
    key = uuid.uuid4().hex
    within, kind = _conversation(tx, decided, key)
    kept = () if decided.draft is None else attachments.of_draft(tx.conn, decided.draft)
    sent = tuple(
        File(one.digest, one.name, one.media_type, one.size, one.description, decided.pictures.get(one.name, ""))
        for one in kept
    )
    said = _act(tx, decided, key, kind, (*sent, *decided.files))
    ours = None
    if within is not None and decided.kind in (ActKind.REPLY, ActKind.NEW):
        ours = outgoing.write_message(
            tx, decided.account, within, decided.target, said, decided.colleague, decided.shown_html
        )
        count_files(tx, within, _attach(tx, ours, decided, len(sent)))
    _empty_draft(tx, decided.draft)
    wanted = OutboxId(new_id())
    tx.conn.execute(
        insert(outbox).values(
            id=wanted,
            account=decided.account,
            conversation=within,
            message=ours,
            target=decided.target,
            colleague=decided.colleague,
            kind=decided.kind.value,
            key=key,
            act=json.dumps(said, ensure_ascii=False),
            state=OutboxState.QUEUED.value,
            decided_at=_after_the_last(tx, decided.account, within),
            not_before=tx.now + decided.undo_ms,
        )
    )
    tx.outbox.add(wanted)
    return get(tx.conn, wanted)


def undo(tx: Tx, wanted: OutboxId) -> DraftId | None:
    """Take an act back that has not left; its text is a draft again. Raises `Refused` when it is too late."""
    row = get(tx.conn, wanted)
    taken = move(tx, wanted, outbox.c.state == OutboxState.QUEUED.value, state=OutboxState.UNDONE.value)
    if row.state is OutboxState.UNDONE:
        raise Refused(_("This was taken back already; nothing left."))
    if row.state is OutboxState.FAILED:
        raise Refused(_("This was not sent; there is nothing to take back. Send it again or discard it."))
    if not taken:
        raise Refused(_("It is too late to take this back: it is on its way or was sent."))
    return _give_back(tx, row)


def release(tx: Tx, wanted: OutboxId) -> bool:
    """Nobody needs the time to take it back any more: it may leave at once. False where it has left already."""
    waiting = outbox.c.state == OutboxState.QUEUED.value
    return move(tx, wanted, waiting, not_before=tx.now)


def resolve(tx: Tx, wanted: OutboxId, word: Resolution) -> Outgoing:
    """A person decides about an act that failed or is unconfirmed: it was sent, send it again, or give it up.

    What was written in one that is given up is a draft again, as after `undo`: nobody loses a text by a click.
    """
    row = get(tx.conn, wanted)
    open_ones = {OutboxState.UNCONFIRMED} if word is Resolution.SENT else {OutboxState.UNCONFIRMED, OutboxState.FAILED}
    if row.state not in open_ones:
        raise Refused(_("There is nothing to decide about this one: it is {state}.").format(state=row.state.value))
    if word is Resolution.SENT:
        deliver(tx, row, Receipt(None), finish=row.kind.writes_text and row.frozen is not None)
    elif word is Resolution.AGAIN:
        again = {"retry_at": None, "error": "", "error_code": "", "settled_at": None}
        move(tx, wanted, outbox.c.state == row.state.value, state=OutboxState.QUEUED.value, **again)
        outgoing.follow(tx, row.message, MessageState.QUEUED)
    else:
        given_up = {"state": OutboxState.DISCARDED.value, "settled_at": tx.now}
        move(tx, wanted, outbox.c.state == row.state.value, **given_up)
        _give_back(tx, row)
    return get(tx.conn, wanted)


def _conversation(tx: Tx, decided: Decision, key: str) -> tuple[ConversationId | None, Kind]:
    within = decided.conversation
    if within is None and decided.kind is ActKind.NEW:
        kind, people = decided.conversation_kind, [name or handle for _role, handle, name in decided.recipients]
        title = decided.title if kind is Kind.MAIL else ", ".join(people)
        return outgoing.start_conversation(tx, decided.account, kind, title, key), kind
    if within is None and decided.target is not None:
        within = _conversation_of(tx.conn, decided.target)
    if within is None:
        return None, decided.conversation_kind
    known = tx.conn.execute(select(conversation.c.kind).where(conversation.c.id == within)).scalar_one_or_none()
    if known is None:
        raise NotFound(_("That conversation is no longer there."))
    return within, Kind(known)


def _conversation_of(conn: Connection, wanted: MessageId) -> ConversationId | None:
    found = conn.execute(select(message.c.conversation).where(message.c.id == wanted)).scalar_one_or_none()
    return None if found is None else ConversationId(found)


def _act(tx: Tx, decided: Decision, key: str, kind: Kind, sent: Sequence[File]) -> JsonObject:
    files: list[JsonValue] = [
        {
            "digest": one.digest,
            "name": one.name,
            "media_type": one.media_type,
            "description": one.description,
            "content_id": one.content_id,
        }
        for one in sent
    ]
    marks: JsonObject = {} if decided.marks is None else {"marks": decided.marks}
    return marks | {
        "key": key,
        "kind": decided.kind.value,
        "conversation_kind": kind.value,
        "decided_at": tx.now,
        "text": decided.text,
        "html": decided.html,
        "written": decided.text if decided.written is None else decided.written,
        "letter": decided.letter,
        "title": decided.title,
        "target": None if decided.target is None else outgoing.target_facts(tx.conn, decided.target),
        "action": None if decided.action is None else decided.action.value,
        "value": decided.value,
        "sender": decided.sender,
        "recipients": [list(one) for one in decided.recipients],
        "files": files,
    }


def _after_the_last(tx: Tx, of: AccountId, within: ConversationId | None) -> int:
    """Two decisions of one millisecond still have an order, also where the clock was set back."""
    same = outbox.c.conversation.is_not_distinct_from(within)
    last = select(func.max(outbox.c.decided_at)).where(outbox.c.account == of, same)
    return max(tx.now, (tx.conn.execute(last).scalar_one() or 0) + 1)


def _attach(tx: Tx, ours: MessageId, decided: Decision, kept: int) -> int:
    """Let the message have the draft's files, of which there are `kept`, and then its own; how many there are."""
    if kept:
        theirs = update(attachment).where(attachment.c.draft == decided.draft)
        tx.conn.execute(theirs.values(draft=None, message=ours, content_id="", inline=False))
        for name, content_id in decided.pictures.items():
            pictured = update(attachment).where(attachment.c.message == ours, attachment.c.name == name)
            tx.conn.execute(pictured.values(content_id=content_id, inline=True))
    for position, one in enumerate(decided.files, kept):
        tx.conn.execute(
            insert(attachment).values(
                id=new_id(),
                message=ours,
                position=position,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                description=one.description,
                content_id=one.content_id,
                inline=bool(one.content_id),
                blob=one.digest,
            )
        )
    return kept + len(decided.files)


def _empty_draft(tx: Tx, used: DraftId | None) -> None:
    if used is not None:
        tx.conn.execute(delete(draft).where(draft.c.id == used))
        tx.about("drafts")


def _give_back(tx: Tx, row: Outgoing) -> DraftId | None:
    """Let nothing stand in the threads of an act that will not leave; what was written in it is a draft again."""
    back = _to_draft(tx, row) if row.kind.writes_text else None
    outgoing.remove(tx, row.message)
    if row.kind is ActKind.NEW and row.conversation is not None:
        outgoing.forget_conversation(tx, row.conversation)
    return back


def _to_draft(tx: Tx, row: Outgoing) -> DraftId | None:
    """What was taken back is a draft again, in front of what was begun since."""
    if row.colleague is None:
        return None
    beside.alone(tx, ColleagueId(row.colleague))
    if row.kind is ActKind.POST:
        text = str(row.act.get("written", row.act["text"]))
        title, files = str(row.act["title"]), draft_files.of_act(tx.conn, row.act)
        begun_posts.put_back(tx, ColleagueId(row.colleague), row.account, text, title, files)
        return None
    target = tx.conn.execute(select(outbox.c.target).where(outbox.c.id == row.id)).scalar_one()
    home = _written_in(tx.conn, row, target)
    said, begun = row.act, _begun_since(tx.conn, row, home)
    text = str(said.get("written", said["text"]))
    back = DraftId(new_id()) if begun is None else DraftId(begun.id)
    if begun is None:
        tx.conn.execute(
            insert(draft).values(
                id=back,
                colleague=row.colleague,
                conversation=home,
                reply_to=target,
                account=row.account,
                text=text,
                title=said["title"],
                detail=json.dumps(said.get("letter") or {}),
                changed_at=tx.now,
            )
        )
    else:
        both = f"{text}\n\n{begun.text}" if begun.text else text
        values: dict[str, object] = {"text": both, "changed_at": tx.now}
        if home != row.conversation:  # what was said in private must not go out among what is public
            private = json.loads(begun.detail) | (said.get("letter") or {})
            values |= {"reply_to": target, "detail": json.dumps(private)}
        tx.conn.execute(update(draft).where(draft.c.id == back).values(values))
    _return_files(tx, row.message, back)
    tx.about("drafts")
    return back


def _return_files(tx: Tx, ours: MessageId | None, back: DraftId) -> None:
    """The files of what was taken back, in front of those that the draft has; a post stands in no message here."""
    if ours is None:
        return
    theirs = attachment.c.message == ours
    count = tx.conn.execute(select(func.count()).select_from(attachment).where(theirs)).scalar_one()
    tx.conn.execute(update(attachment).where(attachment.c.draft == back).values(position=attachment.c.position + count))
    tx.conn.execute(update(attachment).where(theirs).values(message=None, draft=back))


def _written_in(conn: Connection, row: Outgoing, target: MessageId | None) -> ConversationId | None:
    """Where it was written: with what it answers, wherever its answer went; nowhere where it begins all by itself."""
    if row.kind is not ActKind.NEW:
        return row.conversation
    return None if target is None else _conversation_of(conn, target)


def _begun_since(conn: Connection, row: Outgoing, home: ConversationId | None) -> Row[*tuple[Any, ...]] | None:
    if home is None:
        return None
    begun: Row[*tuple[Any, ...]] | None = conn.execute(
        select(draft.c.id, draft.c.text, draft.c.detail).where(
            draft.c.colleague == row.colleague, draft.c.conversation == home
        )
    ).one_or_none()
    return begun
