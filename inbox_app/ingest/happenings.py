"""What happened to messages and conversations besides being written: deletions, hides, reactions, moves, reading."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    FolderListed,
    FolderRenumbered,
    LocationGone,
    MessageGone,
    MessageHidden,
    ReactionsSeen,
    ReadElsewhere,
    StarredElsewhere,
)
from inbox_app.domain.ids import MessageId
from inbox_app.domain.words import Direction, Kind
from inbox_app.ingest import edge
from inbox_app.ingest.changing import event
from inbox_app.ingest.rows import place_at
from inbox_app.ingest.threading import Threading
from inbox_app.ingest.work import Work
from inbox_app.storage import arrivals, copies, locations, read_marks, stars
from inbox_app.storage.arrivals import Known
from inbox_app.storage.locations import Place
from inbox_app.storage.threads import ThreadKey

OnMessage = MessageGone | MessageHidden | ReactionsSeen | ReadElsewhere | StarredElsewhere


def happen_to_messages(work: Work, happened: Sequence[OnMessage]) -> None:
    """Apply them in their order; what is about a message that we do not have is passed over."""
    named = {edge.clean_key(one.remote_id) for one in happened}
    known = arrivals.known_messages(work.tx.conn, work.source.account, named)
    untold = _untold(work, happened)
    for one in happened:
        message = known.get(edge.clean_key(one.remote_id))
        if message is not None and not _is_older(one, untold.get(message.remote_id or "")):
            _happen(work, message, one)


def _untold(work: Work, happened: Sequence[OnMessage]) -> Mapping[str, read_marks.Mark]:
    """What somebody marked here and the service did not know yet when it was asked."""
    if not any(isinstance(one, ReadElsewhere | StarredElsewhere) for one in happened):
        return {}
    return read_marks.pending(work.tx.conn, work.source.account, work.asked_at)


def _is_older(said: OnMessage, untold: read_marks.Mark | None) -> bool:
    """Whether the service says the opposite of what it still has to be told."""
    match said, untold:
        case ReadElsewhere(read=read), read_marks.Mark(read=wanted):
            return wanted is not None and wanted != read
        case StarredElsewhere(starred=starred), read_marks.Mark(starred=wanted):
            return wanted is not None and wanted != starred
        case _:
            return False


def _happen(work: Work, known: Known, happened: OnMessage) -> None:
    match happened:
        case MessageGone():
            _bury(work, known, happened)
        case MessageHidden(hidden=hidden, at=at) if hidden != known.hidden:
            known.hidden = hidden
            _note(work, known, {"hidden": hidden}, "hide" if hidden else "show", edge.some_moment(at))
        case ReactionsSeen():
            _react(work, known, happened)
        case ReadElsewhere(read=True):
            _read_elsewhere(work, known)
        case ReadElsewhere() if known.direction == Direction.INCOMING and not (known.deleted_at or known.context):
            arrivals.mark_unread(work.tx, _stand_in(work, known), work.source.colleagues)
        case StarredElsewhere(starred=starred) if stars.is_starred(known.reactions) != starred:
            known.reactions = stars.with_star(known.reactions, starred=starred)
            changed = stars.see(work.tx, known.id, starred=starred)
            work.changed.update(changed)
            read_marks.tell_of(work.tx, [one for one in changed if one != known.id], starred=starred)


def _read_elsewhere(work: Work, known: Known) -> None:
    """A mail is marked by itself, in whichever account it was read; elsewhere reading goes up to a message."""
    if known.kind == Kind.MAIL:
        arrivals.mark_read(work.tx, copies.family(work.tx.conn, [known.id]))
    else:
        arrivals.mark_read_up_to(work.tx, known.conversation, known.id)


def _stand_in(work: Work, known: Known) -> MessageId:
    return copies.originals_of(work.tx.conn, [known.id]).get(known.id, known.id)


def _bury(work: Work, known: Known, gone: MessageGone) -> None:
    """A tombstone: the text stays readable and is marked as deleted; nobody has to read or answer it any more."""
    if known.deleted_at is not None:
        return
    known.deleted_at = edge.some_moment(gone.at) or work.tx.now
    _note(work, known, {"deleted_at": known.deleted_at, "needs_reply": False}, "deletion", known.deleted_at)
    arrivals.mark_read(work.tx, [known.id])
    work.removed.add(known.id)
    if known.needs_reply:
        work.board.settle({known.conversation: 1})


def _react(work: Work, known: Known, seen: ReactionsSeen) -> None:
    counts = {edge.clean(name, edge.NAME): count for name, count in sorted(seen.counts) if count > 0}
    ours = sorted(edge.clean(name, edge.NAME) for name in seen.ours)
    now = json.dumps({"counts": counts, "ours": ours}) if counts or ours else None
    if now != known.reactions:
        before, known.reactions = known.reactions, now
        _note(work, known, {"reactions": now}, "reaction", None, before)


def _note(
    work: Work, known: Known, values: Mapping[str, object], kind: str, at: int | None, before: str | None = None
) -> None:
    arrivals.change_messages(work.tx, {known.id: values})
    arrivals.add_events(work.tx, [event(known.id, kind, at or work.tx.now, before)])
    work.tx.conversations.add(known.conversation)
    if kind != "deletion":
        work.changed.add(known.id)


def place_messages(work: Work, seen: Iterable[tuple[Place, MessageId]], others: Sequence[Event]) -> None:
    """Where mails lie now: first what was seen, then what left."""
    locations.put_at(work.tx, work.source.account, dict(seen))
    for one in others:
        match one:
            case LocationGone(location=at):
                locations.take_from(work.tx, work.source.account, place_at(at))
            case FolderRenumbered(folder=folder, validity=validity):
                locations.void_others(work.tx, work.source.account, edge.clean_key(folder), validity % 2**32)
            case FolderListed():
                numbers = (one.validity % 2**32, one.first % 2**32, one.last % 2**32)
                of = locations.Stretch(edge.clean_key(one.folder), *numbers)
                locations.keep_only(work.tx, work.source.account, of, one.uids)
            case _:
                continue


def describe_conversations(work: Work, seen: Sequence[ConversationSeen]) -> None:
    """Facts about whole conversations; one that has no message yet begins here, and no list shows it."""
    if not seen:
        return
    named = [(one, tuple((one.kind, edge.clean_key(key)) for key in one.keys if key.strip())) for one in seen]
    threading = Threading(work.tx, work.source, work.board)
    threading.find([(keys, None) for _, keys in named if keys])
    for one, keys in named:
        if keys:
            _describe(work, threading, one, keys)
    work.board.add_new()
    threading.write()


def _describe(work: Work, threading: Threading, seen: ConversationSeen, keys: tuple[ThreadKey, ...]) -> None:
    standing = work.board[threading.of(keys[0]).conversation]
    if seen.title:
        standing.title, standing.titled = edge.clean(seen.title), True
    if seen.abilities is not None:
        standing.abilities = edge.to_json(seen.abilities.to_json())
    if seen.reply_until is not None:
        standing.reply_until = edge.moment(seen.reply_until)
