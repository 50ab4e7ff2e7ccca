"""One mail that several of our accounts got is shown as one, and its conversations are one.

Copies bear one Message-ID and say the same: the same author, subject, text and files. Whoever only knows a Message-ID
can hide nothing behind it. Which record stands for the others follows from what they are: ours before what came back
to us, a connected account's before an archive's, new mail before history, then whichever was here first. A team that
wants each account's mail for itself says so; that and the way back rebuild both from the same records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from inbox_app.domain.ids import ConversationId, MemberId, MessageId, new_id
from inbox_app.ingest import edge
from inbox_app.ingest.arrival import Arrival
from inbox_app.ingest.board import Board
from inbox_app.ingest.joining import join_conversations
from inbox_app.ingest.work import Work
from inbox_app.storage import accounts, copies, joint, participants, people, read_marks, standings, stars
from inbox_app.storage.copies import Record
from inbox_app.storage.joint import Guest
from inbox_app.storage.recounting import recount
from inbox_app.storage.sources import source_of
from inbox_app.storage.transaction import Tx

T = TypeVar("T")
_AT_ONCE = 500
_LAST = MessageId(2**63 - 1)


def find_originals(work: Work, new: Sequence[Arrival]) -> None:
    """Note which new mails are copies of what another account has, so that nobody is asked to read them again."""
    named = {edge.clean_key(one.message.copy_key): one for one in new if one.message.copy_key}
    there = copies.records(work.tx.conn, named)
    if not there or copies.are_apart(work.tx.conn):
        return
    for key, stored in there.items():
        arrived = _record(work, named[key], key)
        same = [one for one in stored if one.account != work.source.account and _say_the_same(one, arrived)]
        first = min(same, key=_rank, default=None)
        if first is not None and first.rank < arrived.rank:
            named[key].copy_of = first.original or first.id


def _record(work: Work, one: Arrival, key: str) -> Record:
    author = work.people[one.author]
    files = ((edge.clean(file.name), edge.number(file.size)) for file in one.message.attachments)
    return Record(
        id=_LAST,
        account=work.source.account,
        conversation=ConversationId(""),
        key=key,
        outgoing=one.is_ours,
        written_here=False,
        history=one.message.history,
        archived=work.source.archived,
        author=author.id,
        member=author.member,
        own=author.own or one.is_ours,
        title=one.title,
        text=one.text,
        whole=one.is_ours or one.message.raw is not None,
        original=None,
        files=tuple(sorted(files)),
    )


def _say_the_same(one: Record, other: Record) -> bool:
    """Whether two records under one Message-ID are one mail."""
    if not (one.whole and other.whole) or (one.author != other.author and not (one.own and other.own)):
        return False
    if one.outgoing != other.outgoing and (one.written_here or other.written_here):
        # What we wrote here is stored without its subject, signature and quote until the sent copy comes.
        ours, said = (one, other) if one.outgoing else (other, one)
        words = ours.text.split()
        return bool(words) and said.text.split()[: len(words)] == words
    return (one.title, one.text.split(), one.files) == (other.title, other.text.split(), other.files)


def _rank(one: Record) -> tuple[bool, bool, bool, int]:
    return one.rank


def unite(tx: Tx, board: Board, wanted: Collection[str]) -> set[MessageId]:
    """Let the copies under these keys stand behind their originals, in one conversation; the board is all stored.

    Returns those that became copies by this.
    """
    groups = [group for stored in copies.records(tx.conn, wanted).values() for group in _groups(stored)]
    if not groups or copies.are_apart(tx.conn):
        return set()
    records = [one for group in groups for one in group]
    behind = {one.id: group[0].id for group in groups for one in group[1:]}
    linked = {one.id: behind[one.id] for one in records if behind.get(one.id) not in (None, one.original)}
    risen = {one.id for one in records if one.original is not None and one.id not in behind}
    joined = join_conversations(tx, board, [[one.conversation for one in group] for group in groups])
    board.save()
    if linked or risen or joined:
        copies.unlink(tx, risen)
        copies.link(tx, linked)
        read_marks.tell_of(tx, stars.share(tx, [one.id for one in records]), starred=True)
        _count_people(tx, records, linked, risen)
        _recount(tx, {joined.get(one.conversation, one.conversation) for one in records})
    return {one.id for one in records if one.id in linked and one.original is None}


def _groups(stored: Sequence[Record]) -> list[list[Record]]:
    """Records that are one mail, the one that stands for them first; one alone is no group."""
    groups: list[list[Record]] = []
    for one in sorted(stored, key=_rank):
        same = (group for group in groups if one.account != group[0].account and _say_the_same(group[0], one))
        group = next(same, None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return [group for group in groups if len(group) > 1]


def _count_people(
    tx: Tx, records: Iterable[Record], linked: Collection[MessageId], risen: Collection[MessageId]
) -> None:
    """A member wrote what is shown, once."""
    more: defaultdict[MemberId, int] = defaultdict(int)
    for one in records:
        if one.member is not None and not one.outgoing:
            more[one.member] += (one.id in risen) - (one.id in linked and one.original is None)
    people.correct_counts(tx, {member: change for member, change in more.items() if change})


def _recount(tx: Tx, changed: Collection[ConversationId]) -> None:
    participants.recount(tx, changed)
    recount(tx, changed)


def unite_stored(tx: Tx, keys: Sequence[str]) -> None:
    """Compare what lies under these, and note how far that was; with none it is done."""
    _unite_all(tx, keys)
    copies.look_through_to(tx, keys[-1] if keys else None)


def show_together(tx: Tx) -> None:
    """Show as one whatever is one."""
    copies.keep_apart(tx, apart=False)
    keys = copies.shared_keys(tx.conn, "")
    while keys:
        _unite_all(tx, keys)
        keys = copies.shared_keys(tx.conn, keys[-1])


def _unite_all(tx: Tx, keys: Sequence[str]) -> None:
    if keys:
        ours = accounts.every(tx.conn, removed=True)
        unite(tx, Board(tx, source_of(tx.conn, ours[0].id)), keys)


def show_apart(tx: Tx) -> None:
    """Each account's mail for itself, in conversations of its own; what was decided so far holds for each."""
    copies.keep_apart(tx, apart=True)
    pairs = copies.unlink_all(tx)
    guests = joint.guests(tx.conn)
    left = {one.conversation for one in guests}
    moved = _move_out(tx, guests)
    joint.note_accounts(tx, left)
    copies.unread_like(tx, pairs)
    for some in _some([one for one, _ in pairs]):
        _count_people(tx, copies.by_id(tx.conn, some), (), some)
    _recount(tx, left | moved)


def _some(many: Sequence[T]) -> Iterator[Sequence[T]]:
    """A piece after the other: all texts at once might be more than fits into the memory."""
    for start in range(0, len(many), _AT_ONCE):
        yield many[start : start + _AT_ONCE]


def _move_out(tx: Tx, guests: Sequence[Guest]) -> set[ConversationId]:
    hosts = standings.standings(tx.conn, {one.conversation for one in guests})
    of: Mapping[str, ConversationId] = {one.thread: ConversationId(new_id()) for one in guests}
    new = [replace(hosts[one.conversation], id=of[one.thread], account=one.account) for one in guests]
    standings.add_conversations(tx, new)
    for one in guests:
        joint.move_out(tx, one, of[one.thread])
    tx.touch_conversations(of.values())
    return set(of.values())
