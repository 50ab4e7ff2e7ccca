"""Conversations as people read them, each message in its place in the thread and with its past.

Most conversations are short, so a question for each would be nearly all of the work. What is read at a time is a piece
of the history, whatever conversations its messages belong to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, select

from inbox_app.domain.ids import ColleagueId, ConversationId, MemberId, MessageId, PostId
from inbox_app.domain.inbox import ConversationRow, MessageRow, NoteRow, PostRow
from inbox_app.domain.thread_order import order_thread
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Kind
from inbox_app.storage import conversations, messages
from inbox_app.storage import schema as s
from inbox_app.storage.bulk import any_of
from inbox_app.storage.exporting.scope import Scope
from inbox_app.storage.notes import notes_within

PIECE = 200
"""Records, conversations or messages that are read at a time."""

Tell = Callable[[int], None]
"""Hears of each piece how many messages came with it; what it raises ends the reading."""


class Event(NamedTuple):
    """Something that happened to a message: an edit (with the text before), a deletion, a hide, reactions."""

    kind: str
    at: datetime
    before: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message with its past. `files` are the digests of its attachments whose bytes are here, by attachment id;
    `raw` is the digest of the mail as it came."""

    row: MessageRow
    events: tuple[Event, ...]
    files: Mapping[str, str]
    raw: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. `messages` reads them in thread order, each with its depth; ask it once, or once more."""

    row: ConversationRow
    post: PostRow | None
    notes: tuple[NoteRow, ...]
    """Notes on the conversation, and on the members who speak in it; none where they were not asked for."""
    read: Callable[[], Iterator[Said]]

    def messages(self) -> Iterator[Said]:
        """All that is chosen of it, in thread order."""
        return self.read()


class Threads:
    """Reads conversations by their ids."""

    def __init__(self, conn: Connection, scope: Scope, me: ColleagueId, tell: Tell, *, notes: bool) -> None:
        self._conn = conn
        self._scope = scope
        self._me = me
        self._tell = tell
        self._notes = notes

    def tell(self, wanted: Sequence[ConversationId]) -> Iterator[Conversation]:
        """These conversations, in this order."""
        under = self._conn.execute(_POSTS, {"wanted": wanted})
        posts = {ConversationId(one): PostId(post) for one, post in under}
        about = messages.post_rows(self._conn, set(posts.values()))
        notes = notes_within(self._conn, self._speakers(wanted)) if self._notes else {}
        rows = conversations.rows(self._conn, self._me, wanted)
        reel = _Reel(self._conn, self._me, self._tell, self._order(rows))
        for row in rows:
            post = about.get(posts[row.id]) if row.id in posts else None
            yield Conversation(row, post, notes.get(row.id, ()), partial(reel.play, row.id))

    def _speakers(self, wanted: Sequence[ConversationId]) -> Mapping[ConversationId, list[MemberId]]:
        p = s.participant.c
        named = select(p.conversation, s.handle.c.member).join_from(s.participant, s.handle, p.handle == s.handle.c.id)
        there = named.where(any_of(p.conversation), s.handle.c.member.is_not(None)).distinct()
        speakers: dict[ConversationId, list[MemberId]] = {one: [] for one in wanted}
        for one, member in self._conn.execute(there, {"wanted": wanted}):
            speakers[one].append(MemberId(member))
        return speakers

    def _order(self, rows: Sequence[ConversationRow]) -> Mapping[ConversationId, list[tuple[MessageId, int]]]:
        """Which messages there are, in thread order with their depths: all that is read as a whole."""
        m = s.message.c
        shape = select(m.conversation, m.id, m.parent).where(any_of(m.conversation), self._scope.messages)
        parents: defaultdict[ConversationId, dict[MessageId, MessageId | None]] = defaultdict(dict)
        for within, one, parent in self._conn.execute(shape, {"wanted": [row.id for row in rows]}):
            parents[within][MessageId(one)] = parent
        return {row.id: order_thread(row.kind, parents[row.id]) for row in rows}


class _Reel:
    """The messages of several conversations one after the other, of which one piece is in memory."""

    def __init__(
        self,
        conn: Connection,
        me: ColleagueId,
        tell: Tell,
        order: Mapping[ConversationId, Sequence[tuple[MessageId, int]]],
    ) -> None:
        self._conn = conn
        self._me = me
        self._tell = tell
        self._order = [one for several in order.values() for one in several]
        self._spans: dict[ConversationId, range] = {}
        self._at = -1
        self._piece: dict[MessageId, Said] = {}
        end = 0
        for one, several in order.items():
            self._spans[one] = range(end, end := end + len(several))

    def play(self, wanted: ConversationId) -> Iterator[Said]:
        """The messages of one conversation."""
        for place in self._spans[wanted]:
            message, depth = self._order[place]
            said = self._reached(place // PIECE)[message]
            yield replace(said, row=replace(said.row, depth=depth)) if depth else said

    def _reached(self, at: int) -> Mapping[MessageId, Said]:
        if at != self._at:
            wanted = [message for message, _depth in self._order[at * PIECE : (at + 1) * PIECE]]
            self._piece, self._at = _read(self._conn, self._me, wanted), at
            self._tell(len(wanted))
        return self._piece


class _Past:
    """What hangs on one message beside its row, while it is gathered."""

    __slots__ = ("events", "files", "raw")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.files: dict[str, str] = {}
        self.raw: str | None = None


def _read(conn: Connection, me: ColleagueId, wanted: list[MessageId]) -> dict[MessageId, Said]:
    """These messages, whose depth is not known here: as if all were read by date."""
    named = {"wanted": wanted}
    pasts: defaultdict[MessageId, _Past] = defaultdict(_Past)
    for one, kind, at, before in conn.execute(_EVENTS, named):
        pasts[one].events.append(Event(kind, from_ms(at), before or ""))
    for one, file, digest in conn.execute(_STORED, named):
        pasts[one].files[file] = digest
    for one, raw in conn.execute(_RAW, named):
        pasts[one].raw = raw
    found = ((row, pasts[row.id]) for row in messages.rows(conn, me, Kind.MAIL, wanted))
    return {row.id: Said(row, tuple(past.events), past.files, past.raw) for row, past in found}


_POSTS = select(s.conversation.c.id, s.conversation.c.post).where(
    any_of(s.conversation.c.id), s.conversation.c.post.is_not(None)
)
_EVENTS = (
    select(s.message_event.c.message, s.message_event.c.kind, s.message_event.c.at, s.message_event.c.before)
    .where(any_of(s.message_event.c.message))
    .order_by(s.message_event.c.message, s.message_event.c.at, s.message_event.c.id)
)
_STORED = select(s.attachment.c.message, s.attachment.c.id, s.attachment.c.blob).where(
    any_of(s.attachment.c.message), s.attachment.c.blob.is_not(None)
)
_RAW = select(s.message.c.id, s.message.c.raw).where(any_of(s.message.c.id), s.message.c.raw.is_not(None))
