"""The history that was chosen, of one moment of the database, in pieces: however much it is, little is in memory.

`records` gives what loses nothing, `conversations` what people read (`threads`). Both come in the order of ids, so that
the same workspace gives the same export. Everything here blocks and runs within `Store.read_aside`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Connection, Select, false, func, or_, select, true

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import ColleagueId, ConversationId
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.selection import Extent, Selection
from inbox_app.storage import ledger
from inbox_app.storage import schema as s
from inbox_app.storage.blobs import BlobStore
from inbox_app.storage.bulk import any_of
from inbox_app.storage.exporting.records import (
    BY_NAME,
    SETTINGS_LEFT_OUT,
    Kind,
    Part,
    codecs,
    encode_row,
)
from inbox_app.storage.exporting.scope import Scope, extent, scope_of
from inbox_app.storage.exporting.threads import PIECE, Conversation, Tell, Threads
from inbox_app.storage.filters import SHOWN
from inbox_app.storage.ledger import LedgerLine
from inbox_app.storage.notes import KIND as NOTE
from inbox_app.storage.workspace import read_workspace


class History:
    """What was chosen, to be read while its transaction lasts."""

    def __init__(self, conn: Connection, blobs: BlobStore, chosen: Selection, me: ColleagueId, tell: Tell) -> None:
        self.chosen = chosen
        self._conn = conn
        self._blobs = blobs
        self._me = me
        self._tell = tell
        self._scope = scope_of(conn, chosen, me)
        self._threads = Threads(conn, self._scope, me, tell, notes=chosen.notes)

    def extent(self) -> Extent:
        """How much there is."""
        return extent(self._conn, self.chosen, self._me)

    def open(self, digest: str) -> BinaryIO | None:
        """A file by its content's hash, to be closed; None where its bytes are not here."""
        try:
            return self._blobs.open(self._conn, digest)
        except NotFound:
            return None

    def ledger(self) -> tuple[LedgerLine, ...]:
        """What is known to be missing of the accounts that leave."""
        there = set(
            self._conn.execute(select(s.account.c.id).where(_condition(BY_NAME["accounts"], self._scope))).scalars()
        )
        return tuple(line for line in ledger.lines(self._conn) if line.account in there)

    def workspace(self) -> str:
        """The workspace's name."""
        return read_workspace(self._conn).name

    # --- records ----------------------------------------------------------------------------------------------------

    def records(self, name: str) -> Iterator[JsonObject]:
        """All records of one kind, in the order of ids."""
        kind = BY_NAME[name]
        plan, parts = codecs(kind.table), self._wanted_parts(kind.parts)
        question = select(*(kind.table.c[codec.name] for codec in plan)).where(_condition(kind, self._scope))
        if kind.table is s.operation and not self.chosen.notes:
            # What was done to a note is kept with what it said before.
            question = question.where(s.operation.c.kind != NOTE)
        for rows in self._pages(question, kind):
            written = {row[0]: encode_row(plan, tuple(row)) for row in rows}
            for part in parts:
                self._hang_on(part, written)
            yield from written.values()
            self._tell(len(rows) if name == "messages" else 0)

    def digests(self) -> Iterator[str]:
        """The hashes of all files that go with the records, once each, in their order."""
        if not self.chosen.attachments:
            return
        last = ""
        while found := self._conn.execute(_digests(self._scope, last)).scalars().all():
            yield from found
            last = found[-1]

    def _wanted_parts(self, parts: Iterable[Part]) -> list[Part]:
        return [part for part in parts if self.chosen.notes or not part.is_notes]

    def _pages(self, question: Select[Any], kind: Kind) -> Iterator[Sequence[Any]]:
        paged = question.order_by(kind.key).limit(PIECE)
        rows = self._conn.execute(paged).all()
        while rows:
            yield rows
            self._tell(0)
            rows = self._conn.execute(paged.where(kind.key > rows[-1][0])).all() if len(rows) == PIECE else []

    def _hang_on(self, part: Part, owners: Mapping[Any, JsonObject]) -> None:
        """Read the part's rows of all these records at once and put each into its own."""
        plan = codecs(part.table, frozenset({part.by}))
        columns = [part.table.c[part.by], *(part.table.c[codec.name] for codec in plan)]
        order = [part.table.c[name] for name in (part.by, *part.order)]
        question = select(*columns).where(any_of(part.table.c[part.by])).order_by(*order)
        rows = self._conn.execute(question, {"wanted": list(owners)}).all()
        if part.single:
            for row in rows:
                owners[row[0]].update(encode_row(plan, tuple(row[1:])))
            return
        lists: defaultdict[Any, list[JsonValue]] = defaultdict(list)
        names = [codec.name for codec in plan]
        for row in rows:
            lists[row[0]].append(row[1 + names.index(part.only)] if part.only else encode_row(plan, tuple(row[1:])))
        for owner, record in owners.items():
            record[part.name] = lists[owner]

    # --- what people read -------------------------------------------------------------------------------------------

    def conversations(self) -> Iterator[Conversation]:
        """The conversations in the order of their ids; stubs of merged ones are not among them."""
        question = select(s.conversation.c.id).where(self._scope.conversations, *SHOWN)
        for found in self._pages(question, BY_NAME["conversations"]):
            yield from self._threads.tell([ConversationId(row.id) for row in found])

    def chronicle(self) -> Iterator[Conversation]:
        """The same conversations by the first message of each that is chosen: the order of a book.

        Only their ids are read as a whole.
        """
        m, c = s.message.c, s.conversation.c
        shown = select(c.id).where(self._scope.conversations, *SHOWN)
        spoken = select(m.conversation).where(self._scope.messages, m.conversation.in_(shown))
        order = iter(self._conn.execute(spoken.group_by(m.conversation).order_by(func.min(m.id))).scalars().all())
        while wanted := [ConversationId(one) for one in islice(order, PIECE)]:
            yield from self._threads.tell(wanted)


def _condition(kind: Kind, scope: Scope) -> ColumnElement[bool]:
    """Which records of a kind belong to what is chosen: of a part of the workspace what its messages rest on."""
    if kind.table is s.workspace:
        return s.workspace.c.name.not_in(SETTINGS_LEFT_OUT) if scope.whole else false()
    return true() if scope.whole else _OF_A_PART[kind.name](scope)


def _chosen(scope: Scope) -> Select[str]:
    return select(s.conversation.c.id).where(scope.conversations)


def _of_messages(scope: Scope, column: ColumnElement[Any]) -> Select[Any]:
    return select(column).where(scope.messages, column.is_not(None))


def _handles(scope: Scope) -> Select[str]:
    """Who speaks, or published what is spoken about."""
    posts = select(s.post.c.author).where(_posts(scope), s.post.c.author.is_not(None))
    spoke = _of_messages(scope, s.message.c.author)
    return select(s.handle.c.id).where(or_(s.handle.c.id.in_(spoke), s.handle.c.id.in_(posts)))


def _members(scope: Scope) -> ColumnElement[bool]:
    named = select(s.handle.c.member).where(s.handle.c.id.in_(_handles(scope)), s.handle.c.member.is_not(None))
    return s.member.c.id.in_(named)


def _posts(scope: Scope) -> ColumnElement[bool]:
    above = select(s.conversation.c.post).where(scope.conversations, s.conversation.c.post.is_not(None))
    return or_(s.post.c.id.in_(above), s.post.c.id.in_(_of_messages(scope, s.message.c.post)))


def _accounts(scope: Scope) -> ColumnElement[bool]:
    return s.account.c.id.in_(select(s.conversation.c.account).where(scope.conversations))


_OF_A_PART: Mapping[str, Callable[[Scope], ColumnElement[bool]]] = {
    "colleagues": lambda _scope: true(),
    "accounts": _accounts,
    "fields": lambda _scope: true(),
    "tags": lambda _scope: true(),
    "members": _members,
    "handles": lambda scope: s.handle.c.id.in_(_handles(scope)),
    "posts": _posts,
    "views": lambda _scope: false(),
    "rules": lambda _scope: false(),
    "templates": lambda _scope: false(),
    "conversations": lambda scope: scope.conversations,
    "threads": lambda scope: s.thread.c.id.in_(_of_messages(scope, s.message.c.thread)),
    "messages": lambda scope: scope.messages,
    "copies": lambda scope: s.message_copy.c.message.in_(_of_messages(scope, s.message.c.id)),
    "drafts": lambda scope: s.draft.c.conversation.in_(_chosen(scope)),
    "reminders": lambda scope: s.reminder.c.conversation.in_(_chosen(scope)),
    "template_uses": lambda _scope: false(),
    "outbox": lambda scope: s.outbox.c.conversation.in_(_chosen(scope)),
    "operations": lambda _scope: false(),
    "rule_runs": lambda _scope: false(),
}


def _digests(scope: Scope, last: str) -> Select[str]:
    """The next hashes of files on what is chosen, raw mails included."""
    on_messages = select(s.message.c.id).where(scope.messages)
    on_drafts = select(s.draft.c.id).where(_condition(BY_NAME["drafts"], scope))
    on_templates = select(s.template.c.id).where(_condition(BY_NAME["templates"], scope))
    attached = select(s.attachment.c.blob).where(
        or_(
            s.attachment.c.message.in_(on_messages),
            s.attachment.c.draft.in_(on_drafts),
            s.attachment.c.template.in_(on_templates),
        ),
        s.attachment.c.blob.is_not(None),
    )
    known = or_(s.blob.c.digest.in_(attached), s.blob.c.digest.in_(_of_messages(scope, s.message.c.raw)))
    return select(s.blob.c.digest).where(known, s.blob.c.digest > last).order_by(s.blob.c.digest).limit(PIECE)
