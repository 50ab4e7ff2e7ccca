"""New messages: their threads, ids, parents, counters and rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.titles import bare_title
from inbox_app.domain.words import Kind
from inbox_app.ingest.arrival import Arrival
from inbox_app.ingest.board import reopen
from inbox_app.ingest.copies import find_originals
from inbox_app.ingest.families import Families
from inbox_app.ingest.posts import title_of
from inbox_app.ingest.rows import attachment_rows, message_row, text_row
from inbox_app.ingest.threading import Threading
from inbox_app.ingest.work import Work
from inbox_app.storage import answers, arrivals, attachments, copies, participants, standings
from inbox_app.storage.arrivals import MessageRow
from inbox_app.storage.standings import Standing


@dataclass(frozen=True, slots=True)
class New:
    """A new message and its row."""

    arrival: Arrival
    row: MessageRow

    @property
    def is_out_of_sight(self) -> bool:
        """Whether it came hidden and asks nothing, such as spam: nobody has to read that."""
        return self.arrival.message.hidden and not self.arrival.message.needs_work


def add_messages(work: Work, arrived: Sequence[Arrival]) -> None:
    """Store messages that no row has; `work` knows their authors and posts."""
    find_originals(work, arrived)
    families = Families(work.tx, work.source.account, arrived)
    threading = Threading(work.tx, work.source, work.board)
    threading.find(families.named())
    _number(work, arrived)
    new = [New(one, _row(work, one, threading)) for one in sorted(arrived, key=lambda one: one.id)]
    families.join([(one.arrival, one.row) for one in new], threading)
    retitled = _stand(work, new) | threading.merged
    work.board.add_new()
    threading.write()
    _insert(work, new)
    work.board.settle(families.adopt())
    _retitle(work, retitled)


def _number(work: Work, arrived: Sequence[Arrival]) -> None:
    """Give each message its place in time; within one millisecond in the order they were told."""
    in_time = sorted(arrived, key=lambda one: one.at)
    for one, number in zip(in_time, arrivals.next_ids(work.tx.conn, [one.at for one in in_time]), strict=True):
        one.id = number


def _row(work: Work, one: Arrival, threading: Threading) -> MessageRow:
    thread = threading.of(one.keys[0])
    post = work.posts[one.post].id if one.post else None
    return message_row(work, one, thread.id, thread.conversation, post, work.people[one.author].id)


def _stand(work: Work, new: Sequence[New]) -> set[ConversationId]:
    """Let the conversations know of their new messages. Returns those whose title may be an older message's now."""
    work.board.load({one.row["conversation"] for one in new})
    answered: dict[ConversationId, MessageId] = {}
    retitled = set()
    for one in new:
        standing = work.board[one.row["conversation"]]
        if one.arrival.copy_of is not None:
            one.row["needs_reply"] = False
            continue
        if one.row["context"]:
            _take_post(work, standing, one)
            continue
        if one.arrival.is_ours and one.row["id"] > standing.last_outgoing:
            answered.setdefault(standing.id, standing.last_outgoing)
        if not _take(work, standing, one):
            retitled.add(standing.id)
    _answer_by_time(work, new, answered)
    for one in new:
        if one.row["needs_reply"]:
            standing = work.board[one.row["conversation"]]
            standing.needs_reply_count += 1
            reopen(standing)
    return retitled


def _take(work: Work, standing: Standing, one: New) -> bool:
    """Count one message. False where it may have to give the conversation its title."""
    number = one.row["id"]
    was_empty = standing.message_count == 0
    standing.message_count += 1
    _take_post(work, standing, one)
    named = _name(work, standing, one, was_empty=was_empty)
    if number > standing.last_message:
        standing.last_message = number
        standing.snippet = one.arrival.snippet
    if one.arrival.is_ours:
        if number > standing.last_outgoing:
            standing.last_outgoing = number
            standing.we_answered = not one.row["history"]
    else:
        standing.last_incoming = max(standing.last_incoming, number)
    return named


def _take_post(work: Work, standing: Standing, one: New) -> None:
    if one.arrival.post and standing.post is None:
        post = work.posts[one.arrival.post]
        standing.post = post.id
        if not standing.titled and title_of(post):
            standing.title = title_of(post)


def _name(work: Work, standing: Standing, one: New, *, was_empty: bool) -> bool:
    """A direct chat is called like who spoke last from outside, the others like their oldest message with a title."""
    if standing.titled:
        return True
    if standing.kind is Kind.DIRECT:
        if not one.arrival.is_ours and one.row["id"] > standing.last_incoming:
            author = work.people[one.arrival.author]
            standing.title = author.name or author.handle
        return True
    title = bare_title(one.arrival.title)
    if not title or standing.post is not None or title == standing.title:
        return True
    if was_empty or not standing.title:
        standing.title = title
        return was_empty
    return False


def _answer_by_time(work: Work, new: Sequence[New], answered: Mapping[ConversationId, MessageId]) -> None:
    """In chats, mail and rooms whatever is older than our last answer needs none."""
    floors = {}
    for one in new:
        standing = work.board[one.row["conversation"]]
        if standing.kind.answered_by_any_later and one.row["id"] < answers.floor(standing.last_outgoing):
            one.row["needs_reply"] = False
    for where in answered:
        standing = work.board[where]
        if standing.kind.answered_by_any_later and standing.needs_reply_count:
            floors[where] = answers.floor(standing.last_outgoing)
    work.board.settle(answers.settle_older(work.tx, floors))


def _insert(work: Work, new: Sequence[New]) -> None:
    texts = [text_row(work, one.arrival) for one in new]
    arrivals.add_messages(work.tx, [one.row for one in new], texts)
    files = [row for one in new for row in attachment_rows(work, one.arrival.message, one.row["id"])]
    attachments.add_attachments(work.tx, files)
    by_id = {one.row["id"]: one.row for one in new}
    shown = [one for one in new if one.arrival.copy_of is None]
    counted = {one.row["id"] for one in shown}
    for file in files:
        if file.message in counted:
            work.board[by_id[file.message]["conversation"]].attachment_count += 1
    participants.add_messages(
        work.tx, [(one.row["conversation"], one.row["author"]) for one in shown if not one.row["context"]]
    )
    _mark_unread(work, shown)
    work.people.count(one.arrival for one in shown)
    copies.link(work.tx, {one.row["id"]: one.arrival.copy_of for one in new if one.arrival.copy_of is not None})
    work.added.update(by_id)
    work.copies.update(one for one in by_id if one not in counted)


def _mark_unread(work: Work, new: Iterable[New]) -> None:
    to_read = [
        one.row
        for one in new
        if not (one.arrival.is_ours or one.row["context"] or one.row["history"] or one.is_out_of_sight)
    ]
    arrivals.add_unread(
        work.tx,
        [
            {"colleague": who, "conversation": row["conversation"], "message": row["id"]}
            for who in work.source.colleagues
            for row in to_read
        ],
    )


def _retitle(work: Work, wanted: set[ConversationId]) -> None:
    """The title of the oldest message that has one."""
    named = [
        one
        for one in wanted
        if not work.board[one].titled and work.board[one].post is None and work.board[one].kind is not Kind.DIRECT
    ]
    if named:
        for one, title in standings.first_titles(work.tx.conn, named).items():
            work.board[one].title = bare_title(title)
