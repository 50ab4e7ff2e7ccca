"""Records of an export back into the tables: ids are kept, what is there stays as it is, and twice is once.

Parts come with their record; only notes are also added to a record that is there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.i18n import _
from inbox_app.storage import recounting, search_index, suppression
from inbox_app.storage import schema as s
from inbox_app.storage.blobs import BlobStore, Keeping
from inbox_app.storage.bulk import one_of
from inbox_app.storage.erasing import Anonymised
from inbox_app.storage.exporting.placing import Id, Placing, Row, replace_rows
from inbox_app.storage.exporting.records import Kind, Part, codecs
from inbox_app.storage.transaction import Tx

_TOPICS = {"settings", "colleagues", "tags", "views", "templates", "drafts"}


def is_empty(conn: Connection) -> bool:
    """Whether nobody has worked in this workspace yet."""
    return not any(conn.execute(select(table.c.id).limit(1)).first() for table in (s.account, s.member, s.template))


def missing_files(conn: Connection, digests: Sequence[str]) -> set[str]:
    """Which of these contents are not here."""
    return set(digests) - set(conn.execute(select(s.blob.c.digest).where(one_of(s.blob.c.digest, digests))).scalars())


def keep_files(tx: Tx, blobs: BlobStore, contents: Sequence[bytes]) -> None:
    """Keep the contents of files, before the rows that name them come."""
    keep = Keeping(blobs, tx, ())
    for content in contents:
        keep(content)
    keep.store()


class LookingThrough:
    """Says of the messages of an export which are not here; changes nothing."""

    def __init__(self) -> None:
        self._placing = Placing()

    def meet_accounts(self, conn: Connection, records: Sequence[JsonObject]) -> None:
        """Find out under which ids the accounts stand here; they come before their messages."""
        self._placing.recognise(conn, s.account, [_decode(s.account, record) for record in records])

    def count_new(self, conn: Connection, records: Sequence[JsonObject]) -> int:
        """How many of these messages would come in."""
        return len(self._placing.recognise(conn, s.message, [_decode(s.message, record) for record in records]))


class TakingIn:
    """One import, batch by batch; each call is part of one transaction."""

    def __init__(self, *, into_empty: bool, after_killed: bool, nameless: Anonymised) -> None:
        self._into_empty = into_empty
        self._nameless = nameless
        self._closed: set[Id] = set(nameless.conversations)
        self._after_killed = after_killed
        self._placing = Placing()
        self._waiting: dict[str, tuple[Row, JsonObject]] = {}
        """Threads whose own conversation was not exported: they come with their first message."""
        self.touched: set[ConversationId] = set()
        """Where messages came in, now or perhaps in an import that was killed."""

    def meet(self, conn: Connection, threads: Sequence[JsonObject]) -> None:
        """Find out which threads and conversations are here already, under other ids."""
        rows: dict[tuple[Any, ...], Row] = {}
        for record in threads:
            row = _decode(s.thread, record)
            account = self._placing.here(s.account, row["account"])
            rows |= {(account, row["kind"], key): row for key in _list(record.get("keys"))}
        known = s.thread_key.c
        columns = (known.account, known.kind, known.key, known.thread, s.thread.c.conversation)
        found = select(*columns).join_from(s.thread_key, s.thread, s.thread.c.id == known.thread)
        for account, kind, key, thread, within in conn.execute(
            found.where(one_of(known.key, [one[-1] for one in rows]))
        ):
            if (told := rows.get((account, kind, key))) is not None:
                self._placing.note(s.thread, told["id"], thread)
                self._placing.note(s.conversation, told["conversation"], within)
        if self._nameless.members:
            self._heed_closed(conn, rows)

    def take(self, tx: Tx, kind: Kind, records: Sequence[JsonObject]) -> int:
        """Bring records of one kind in; how many are new.

        Raises:
            Refused: a record is not what one of its kind must be.
        """
        decoded = ((record, _decode(kind.table, record)) for record in records)
        owners = [one for one in decoded if not self._hangs_on_nobody(kind.table, one[1])]
        ids = [row[kind.key.name] for _record, row in owners]
        if kind.table is s.colleague and self._into_empty:
            replace_rows(tx, s.colleague, [row for _record, row in owners])
        if kind.table is s.message:
            self._bring_threads(tx, [row for _record, row in owners])
        new = self._placing.place(tx, kind.table, self._ready(tx.conn, kind, owners))
        if kind.table is s.message and self._after_killed:
            self.touched |= {ConversationId(row["conversation"]) for _record, row in owners if row.get("conversation")}
        for part in kind.parts:
            self._take_part(tx, kind, part, zip(ids, owners, strict=True), new)
        self._tell(tx, kind, new)
        return len(new)

    def settle(self, tx: Tx) -> None:
        """At the end of a kind: set what refers to records that came later."""
        self._placing.settle(tx)

    def recount(self, tx: Tx, wanted: Sequence[ConversationId]) -> None:
        """Count conversations to which messages were added, when not all of them came as they were counted."""
        recounting.recount(tx, wanted)
        tx.conn.execute(delete(s.participant).where(one_of(s.participant.c.conversation, wanted)))
        m = s.message.c
        spoke = select(m.conversation, m.author, func.count()).where(one_of(m.conversation, wanted))
        tx.conn.execute(
            insert(s.participant).from_select(
                ["conversation", "handle", "message_count"], spoke.group_by(m.conversation, m.author)
            )
        )
        tx.touch_conversations(wanted)

    # --- who is anonymous here --------------------------------------------------------------------------------------

    def _hangs_on_nobody(self, table: Table, row: Row) -> bool:
        """Whether a row was about somebody who is anonymous by now; what was decided before then may be so too."""
        nameless = self._nameless
        if table is s.operation:
            return bool(nameless.members) and int(row.get("at", 0)) <= nameless.until
        if table not in (s.reminder, s.draft, s.outbox, s.template_use):
            return False
        named = (row[name] for name in ("reply_to", "target", "message") if row.get(name))
        about = nameless.messages.intersection(self._placing.here(s.message, one) for one in named)
        within = self._placing.here(s.conversation, row.get("conversation") or "")
        return bool(about) or row.get("member") in nameless.members or within in self._closed

    def _heed_closed(self, conn: Connection, rows: Mapping[tuple[Any, ...], Row]) -> None:
        """Note which conversations were one person's alone who is anonymous by now."""
        channels = {row.id: row.channel for row in conn.execute(select(s.account.c.id, s.account.c.channel))}
        names = {suppression.thread_of(channels.get(a, ""), kind, key): row for (a, kind, key), row in rows.items()}
        for name in suppression.suppressed(conn, names):
            self._closed.add(self._placing.here(s.conversation, names[name]["conversation"]))

    # --- inside -----------------------------------------------------------------------------------------------------

    def _ready(self, conn: Connection, kind: Kind, owners: Sequence[tuple[JsonObject, Row]]) -> list[Row]:
        """The rows to be placed now; threads that have no conversation here wait for their first message."""
        if kind.table is not s.thread:
            return [row for _record, row in owners]
        named = {self._placing.here(s.conversation, row["conversation"]) for _record, row in owners}
        there = set(conn.execute(select(s.conversation.c.id).where(one_of(s.conversation.c.id, named))).scalars())
        ready = []
        for record, row in owners:
            if self._placing.here(s.conversation, row["conversation"]) in there:
                ready.append(row)
            else:
                self._waiting[row["id"]] = row, record
        return ready

    def _bring_threads(self, tx: Tx, messages: Iterable[Row]) -> None:
        for row in messages:
            waiting = self._waiting.pop(row.get("thread", ""), None)
            if waiting is not None:
                thread, record = waiting
                thread["conversation"] = row["conversation"]
                self._placing.place(tx, s.thread, [thread])
                keys = [{"key": key} | _of_thread(thread) for key in _list(record.get("keys"))]
                self._placing.place(tx, s.thread_key, keys)

    def _take_part(
        self, tx: Tx, kind: Kind, part: Part, owners: Iterable[tuple[Id, tuple[JsonObject, Row]]], new: dict[Id, Row]
    ) -> None:
        rows: list[Row] = []
        for theirs, (record, row) in owners:
            one = self._placing.here(kind.table, theirs)
            if one not in new and (not part.is_notes or one in self._nameless.members or one in self._closed):
                continue
            said = [record] if part.single else _list(record.get(part.name))
            rows += [_part_row(part, value) | _of_owner(part, row) | {part.by: one} for value in said]
        if part.table is s.message_text:
            _index(tx, rows, new)
        else:
            self._placing.place(tx, part.table, rows)

    def _tell(self, tx: Tx, kind: Kind, new: dict[Id, Row]) -> None:
        noted: dict[str, set[Any]] = {
            "accounts": tx.accounts,
            "conversations": tx.conversations,
            "messages": tx.messages,
            "members": tx.members,
            "posts": tx.posts,
            "outbox": tx.outbox,
            "reminders": tx.reminders,
        }
        if kind.name in noted:
            noted[kind.name].update(new)
        elif new and kind.name in _TOPICS:
            tx.about(kind.name)
        if kind.table is s.message:
            within = {ConversationId(row["conversation"]) for row in new.values()}
            tx.touch_conversations(within)
            self.touched |= within


def _part_row(part: Part, value: JsonValue) -> Row:
    if part.only:
        return {part.only: value}
    if not isinstance(value, dict):
        raise _damaged(part.table.name, value)
    return _decode(part.table, value, frozenset({part.by}))


def _of_owner(part: Part, owner: Row) -> Row:
    """What a part's row repeats of its record."""
    if part.table is s.thread_key:
        return _of_thread(owner)
    return {"conversation": owner["conversation"]} if part.table is s.unread else {}


def _of_thread(thread: Row) -> Row:
    return {"account": thread["account"], "kind": thread["kind"], "thread": thread["id"]}


def _index(tx: Tx, rows: Sequence[Row], new: dict[Id, Row]) -> None:
    """The texts of new messages, into the index with them."""
    accounts = {row["account"] for row in new.values()}
    known = select(s.account.c.id, s.account.c.channel).where(one_of(s.account.c.id, accounts))
    channels = {row.id: row.channel for row in tx.conn.execute(known)}
    texts = []
    for row in sorted((row for row in rows if "body" in row), key=lambda row: int(row["id"])):
        account = new[row["id"]]["account"]
        facets = search_index.facet_words(channels[account], account)
        texts.append({"id": row["id"], "body": row["body"], "people": row.get("people") or "", "facets": facets})
    search_index.add_texts(tx, texts)


def _decode(table: Table, record: JsonObject, without: frozenset[str] = frozenset()) -> Row:
    plan = codecs(table, without)
    try:
        return {
            codec.name: value if codec.decode is None else codec.decode(value)
            for codec in plan
            if (value := record.get(codec.name)) is not None
        }
    except (ValueError, TypeError, OverflowError) as problem:
        raise _damaged(table.name, problem) from problem


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _damaged(what: str, why: object) -> Refused:
    return Refused(
        _(
            "This export is damaged: a record of “{table}” cannot be read ({reason}). What came before it was kept."
        ).format(table=what, reason=str(why)[:80]),
        code="damaged_export",
    )
