"""The inbox's rows in the two forms that commands print."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from inbox_app.cli.output import local, moment, printable
from inbox_app.content.folding import Piece, PieceKind, fold_text
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import AccountRow, ConversationRow, MessageRow, NoteRow, OutboxRow, Place, PostRow
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.mark_words import failure_sentences, sentences_of
from inbox_app.domain.marks import STAR
from inbox_app.domain.poll_words import told
from inbox_app.domain.words import Direction, MessageState
from inbox_app.i18n import _, ngettext


def conversation_json(row: ConversationRow, account: str, also: Iterable[str] = ()) -> JsonObject:
    """A line of `list`; `also` are further accounts that got the same."""
    return {
        "id": row.id,
        "channel": row.channel,
        "account": account,
        "also": list(also),
        "kind": row.kind.value,
        "title": row.title,
        "members": list(row.members),
        "snippet": row.snippet,
        "state": row.state.value,
        "unread": row.unread,
        "messages": row.messages,
        "last_at": moment(row.last_at),
        "tags": [tag.name for tag in row.tags],
        "hat": row.hat.value,
        "reminder": moment(row.reminder),
        "snoozed_until": moment(row.snoozed_until),
    }


def message_json(row: MessageRow) -> JsonObject:
    """A message of `show`."""
    ours = row.direction is Direction.OUTGOING
    return {
        "id": str(row.id),
        "parent": None if row.parent is None else str(row.parent),
        "depth": row.depth,
        "remote_id": row.remote_id,
        "author": {"member": row.author.member, "handle": row.author.handle, "name": row.author.name},
        "direction": row.direction.value,
        "sent_at": moment(row.sent_at),
        "edited_at": moment(row.edited_at),
        "deleted_at": moment(row.deleted_at),
        "hidden": row.hidden,
        "title": row.title,
        "recipients": [{"role": role, "handle": handle, "name": name} for role, handle, name in row.recipients],
        "text": row.text,
        "html": row.html,
        "marks": row.marks.to_json(),
        "undelivered": [{"address": one.address, "status": one.status, "said": one.said} for one in row.undelivered],
        "attachments": [
            {"id": file.id, "name": file.name, "media_type": file.media_type, "size": file.size}
            for file in row.attachments
        ],
        "reactions": dict(row.reactions),
        "state": row.state.value,
        "needs_reply": row.needs_reply,
        "answered_in_private": str(row.aside.message) if row.aside is not None and not ours else None,
        "answers_in_public": str(row.aside.message) if row.aside is not None and ours else None,
    }


def post_json(row: PostRow | None) -> JsonValue:
    """The post above the messages of `show`."""
    if row is None:
        return None
    return {
        "id": row.id,
        "title": row.title,
        "text": row.text,
        "author": row.author,
        "url": row.url,
        "published_at": moment(row.published_at),
        "poll": None if row.poll is None else row.poll.to_json(),
    }


def note_json(row: NoteRow) -> JsonObject:
    """A note of `show`."""
    return {
        "id": row.id,
        "author": row.author,
        "text": row.text,
        "pinned": row.pinned,
        "made_at": moment(row.made_at),
        "changed_at": moment(row.changed_at),
        "member": row.member,
        "conversation": row.conversation,
        "encounter": row.met.how.value if row.met else None,
        "happened_at": moment(row.met.at if row.met else None),
    }


def outbox_json(row: OutboxRow) -> JsonObject:
    """A line of `outbox list`."""
    return {
        "id": row.id,
        "conversation": row.conversation,
        "kind": row.kind,
        "state": row.state.value,
        "text": row.text,
        "attempts": row.attempts,
        "not_before": moment(row.not_before),
        "retry_at": moment(row.retry_at),
        "error": row.held_up or row.error or None,
        "remote_id": row.remote_id,
    }


def account_text(row: AccountRow) -> str:
    """One line of it."""
    state = row.error or (_("last success {time}").format(time=local(row.last_success)) if row.last_success else "")
    return f"{row.id}  {row.channel:<10} {row.handle}  {row.state}  {state}".rstrip()


def account_json(row: AccountRow) -> JsonObject:
    """A line of `account list`."""
    return {
        "id": row.id,
        "channel": row.channel,
        "handle": row.handle,
        "state": row.state.value,
        "error": row.error or None,
        "last_success": moment(row.last_success),
        "hat": row.hat.value,
    }


def message_text(row: MessageRow, *, quoted: bool = True) -> str:
    """A message for people: who and when, then the text, nested by its depth; quotes only when `quoted`."""
    margin = "    " * min(row.depth, 6)
    marks = [mark for mark, holds in _marks(row).items() if holds]
    head = f"{row.author.name}  {local(row.sent_at)}  #{row.id}" + (f"  [{', '.join(marks)}]" if marks else "")
    known = [*failure_sentences(row.undelivered), *sentences_of(row.marks)]
    if row.marks.poll is not None:
        known.append(told(row.marks.poll, datetime.now(UTC), local))
    notes = [f"{margin}  ▸ {printable(sentence)}" for sentence in known]
    text = row.text if quoted else _without_quotes(row.text)
    body = [f"{margin}  {line}" for line in printable(text).splitlines()]
    files = [f"{margin}  📎 {printable(file.name)} ({file.media_type})  #{file.id}" for file in row.attachments]
    return "\n".join([f"{margin}{printable(head)}", *notes, *body, *files])


def _without_quotes(text: str) -> str:
    """What was written, and how much was quoted around it."""
    said = [_folded(piece) if piece.kind is PieceKind.QUOTED else piece.content for piece in fold_text(text)]
    return "\n\n".join(said)


def _folded(piece: Piece) -> str:
    lines = piece.content.count("\n") + 1
    return ngettext("[{count} quoted line]", "[{count} quoted lines]", lines).format(count=lines)


def _marks(row: MessageRow) -> dict[str, bool]:
    ours = row.direction is Direction.OUTGOING
    return {
        _("needs reply"): row.needs_reply,
        _("answered in private"): row.aside is not None and not ours,
        _("edited"): row.edited_at is not None,
        _("deleted"): row.deleted_at is not None,
        _("hidden"): row.hidden,
        _("starred"): STAR in row.reacted,
        _("waits to be sent"): ours and row.state in (MessageState.QUEUED, MessageState.SENDING),
        _("not delivered"): bool(row.undelivered),
        _("not sent"): ours and row.state is MessageState.FAILED,
        _("not sure whether it arrived"): ours and row.state is MessageState.UNCONFIRMED,
    }


def words_of(place: Place) -> str:
    """A place in the list as one word for `--after`."""
    return f"{place.last_message}.{place.id}"


def place_of(words: str) -> Place:
    """The inverse of `words_of`.

    Raises:
        WrongUse: it is no such word.
    """
    number, dot, conversation = words.partition(".")
    if not dot or not conversation or not is_message_id(number):
        raise WrongUse(_("“{words}” is no place in the list. Take “next” of the answer before.").format(words=words))
    return Place(MessageId(int(number)), ConversationId(conversation))


def message_named(words: str) -> MessageId:
    """The message that an argument names.

    Raises:
        NotFound: it could be none's id.
    """
    if not is_message_id(words):
        raise NotFound(_("There is no message {id} in this workspace.").format(id=words))
    return MessageId(int(words))


def is_message_id(words: str) -> bool:
    """Whether a message could have this id: a number of at most 63 bits."""
    return words.isascii() and words.isdigit() and len(words) <= 19 and int(words) < 2**63
