"""Messages that are stored already and came again: what is different now, and nothing else, is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from inbox_app.domain.ids import MessageId, new_id
from inbox_app.domain.words import Kind
from inbox_app.ingest import edge
from inbox_app.ingest.arrival import Arrival
from inbox_app.ingest.board import reopen
from inbox_app.ingest.rows import attachment_rows, facts, kept
from inbox_app.ingest.threading import Threading
from inbox_app.ingest.work import Work
from inbox_app.storage import answers, arrivals, attachments, search_index
from inbox_app.storage.arrivals import EventRow, Known
from inbox_app.storage.attachments import StoredAttachment
from inbox_app.storage.deciding import dismiss

Seen = tuple[Arrival, Known]


def change_messages(work: Work, seen: Sequence[Seen]) -> None:
    """Store what is different of known messages: texts with their history, facts, files, parents."""
    same = [(arrival, known) for arrival, known in seen if not says_something_else(arrival, known)]
    changes: dict[MessageId, dict[str, object]] = {}
    bodies: dict[MessageId, str] = {}
    events: list[EventRow] = []
    for arrival, known in same:
        values = _facts(work, arrival, known)
        values |= _text(work, arrival, known, bodies, events)
        if arrival.message.hidden != known.hidden:
            values["hidden"] = arrival.message.hidden
            events.append(event(known.id, "hide" if arrival.message.hidden else "show", work.tx.now))
        if values:
            changes[known.id] = values
    arrivals.change_messages(work.tx, changes)
    arrivals.change_texts(work.tx, bodies)
    arrivals.add_events(work.tx, events)
    work.changed.update(changes, bodies)
    _find_parents(work, same, changes)
    _look_again(work, same, bodies)
    _judge_again(work, same)
    titles = {known.id: [str(new["title"])] for _, known in same if "title" in (new := changes.get(known.id, {}))}
    _add_names(work, titles, _change_attachments(work, same))
    _lead_to_ours(work, seen)


def says_something_else(arrival: Arrival, known: Known) -> bool:
    """Whether a mail differs from the one that is stored, in its bytes and in its text: mails are not edited."""
    raw = arrival.message.raw
    if arrival.kind is not Kind.MAIL or known.raw is None or raw is None or arrival.text.split() == known.body.split():
        return False
    return sha256(raw).hexdigest() != known.raw


def event(of: MessageId, kind: str, at: int, before: str | None = None) -> EventRow:
    """What happened to a message."""
    return {"id": new_id(), "message": of, "kind": kind, "at": at, "actor": None, "before": before}


def _facts(work: Work, arrival: Arrival, known: Known) -> dict[str, object]:
    """What is replaced without a history. What the service left out this time is kept."""
    said = arrival.message
    now = facts(said)
    values: dict[str, object] = {name: value for name, value in now.items() if value and value != getattr(known, name)}
    if arrival.parent and known.parent_remote_id is None and arrival.parent != arrival.remote_id:
        values["parent_remote_id"] = arrival.parent
    if arrival.post and known.post is None:
        values["post"] = work.posts[arrival.post].id
    if known.raw is None and (raw := kept(work, said.raw)) is not None:
        values["raw"] = raw
    return values


def _text(
    work: Work, arrival: Arrival, known: Known, bodies: dict[MessageId, str], events: list[EventRow]
) -> dict[str, object]:
    """A different text or title is an edit, and what stood there is kept.

    Our own text as the service shows it for the first time (links made short, blanks trimmed) is no edit, nor is the
    same mail read by a later version of this program, nor one of which only the headers were there.
    """
    values: dict[str, object] = {}
    edited_at = edge.some_moment(arrival.message.edited_at)
    is_first_copy = known.colleague is not None and edited_at is None and known.edited_at is None
    is_first_copy |= arrival.kind is Kind.MAIL and arrival.message.raw is not None
    if arrival.text != known.body:
        bodies[known.id] = arrival.text
        if not is_first_copy:
            values["edited_at"] = edited_at or work.tx.now
            events.append(event(known.id, "edit", edited_at or work.tx.now, known.body))
    elif edited_at is not None and edited_at != known.edited_at:
        values["edited_at"] = edited_at
    if arrival.title and arrival.title != known.title:
        values["title"] = arrival.title
        if known.title and not is_first_copy:
            events.append(event(known.id, "title", edited_at or work.tx.now, known.title))
    return values


def _find_parents(work: Work, seen: Sequence[Seen], changes: Mapping[MessageId, Mapping[str, object]]) -> None:
    """Some learn only now what they answer."""
    late = [(arrival, known) for arrival, known in seen if "parent_remote_id" in changes.get(known.id, {})]
    stored = arrivals.parents(work.tx.conn, work.source.account, {arrival.parent or "" for arrival, _ in late})
    found = [(known, stored[arrival.parent or ""]) for arrival, known in late if arrival.parent in stored]
    arrivals.set_parents(work.tx, [(known.id, parent.id) for known, parent in found])
    work.board.settle(answers.settle_above(work.tx, {parent.id for known, parent in found if known.ours_below}))


def _look_again(work: Work, seen: Sequence[Seen], bodies: Mapping[MessageId, str]) -> None:
    """The list shows the new text of a last message; an edited review is a new one."""
    touched = [(arrival, known) for arrival, known in seen if known.id in bodies]
    work.board.load({known.conversation for _, known in touched})
    for arrival, known in touched:
        standing = work.board[known.conversation]
        if standing.last_message == known.id:
            standing.snippet = arrival.snippet
        if arrival.kind is Kind.REVIEW and arrival.asks and known.deleted_at is None:
            arrivals.change_messages(work.tx, {known.id: {"needs_work": True}})
            asking = dismiss(work.tx, [known.id], dismissed=False)
            standing.needs_reply_count += (known.id in asking) - known.needs_reply
            standing.reopened_at = edge.some_moment(arrival.message.edited_at) or work.tx.now
            reopen(standing)


def _judge_again(work: Work, seen: Sequence[Seen]) -> None:
    """What is taken out of sight or let out of it, and asks nothing there, is settled; brought back, it asks again."""
    moved = [(arrival, known) for arrival, known in seen if arrival.message.hidden or known.hidden]
    settled = {known.id for arrival, known in moved if known.needs_work and not arrival.message.needs_work}
    back = [known for arrival, known in moved if arrival.asks and known.hidden and not known.needs_work]
    back = [known for known in back if not known.history and known.deleted_at is None]
    judged = [*(known for _, known in moved if known.id in settled), *back]
    if not judged:
        return
    work.board.load({known.conversation for known in judged})
    arrivals.change_messages(work.tx, {known.id: {"needs_work": known.id not in settled} for known in judged})
    arrivals.mark_read(work.tx, settled)
    asking = dismiss(work.tx, [known.id for known in judged], dismissed=False)
    for known in judged:
        standing = work.board[known.conversation]
        standing.needs_reply_count += (known.id in asking) - known.needs_reply
        if known.id in asking:
            reopen(standing)


def _change_attachments(work: Work, seen: Sequence[Seen]) -> list[StoredAttachment]:
    """Returns the files that are new or look different."""
    with_files = [(arrival, known) for arrival, known in seen if arrival.message.attachments]
    if not with_files:
        return []
    stored = attachments.attachments(work.tx.conn, [known.id for _, known in with_files])
    new, changed = [], []
    for arrival, known in with_files:
        if any(not one.remote_id for one in stored[known.id].values()):
            continue  # sent from here: its files are here already, whole
        for row in attachment_rows(work, arrival.message, known.id, stored[known.id]):
            old = stored[known.id].get(row.remote_id)
            if old is None:
                new.append((known.conversation, row))
            elif row != old:
                changed.append(row)
    attachments.add_attachments(work.tx, [row for _, row in new])
    attachments.change_attachments(work.tx, changed)
    work.board.load({where for where, _ in new})
    for where, row in new:
        work.board[where].attachment_count += 1
        work.changed.add(row.message)
    work.changed.update(row.message for row in changed)
    return [row for _, row in new] + changed


def _add_names(work: Work, names: dict[MessageId, list[str]], files: Iterable[StoredAttachment]) -> None:
    """Whoever looks for a message finds it by the titles it had and the files that came with it."""
    for file in files:
        names.setdefault(file.message, []).append(file.name)
    search_index.add_names(work.tx, names)


def _lead_to_ours(work: Work, seen: Sequence[Seen]) -> None:
    """What we wrote here got its keys from the service only now; answers that came before it join its thread."""
    ours = [(arrival, known) for arrival, known in seen if arrival.is_ours]
    if not ours:
        return
    threading = Threading(work.tx, work.source, work.board)
    threading.find([(arrival.keys, known.thread) for arrival, known in ours])
    threading.write()
    work.board.save()
