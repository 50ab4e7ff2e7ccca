"""Which rows make which record of an export, and how each value is written: the schema, told once more as JSON.

A record has the columns of its row under their names, and the rows that hang on it inside. What is left out, by table
or by column, is named here with the reason; a test refuses a table that is in neither list, so that what somebody adds
to the schema leaves the workspace too.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import MessageState, OutboxState
from inbox_app.storage import schema as s
from inbox_app.storage.copies import LOOKED_THROUGH
from inbox_app.storage.schema.columns import MOMENT
from inbox_app.storage.workspace import COMING_IN, SUPPRESSION_KEYS

Encode = Callable[[Any], JsonValue]
Decode = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of another table that stand inside a record, under `name`; `by` is their column that names the record.

    With `only` a list of that one column's values; with `single` the one row there is, among the record's own keys.
    """

    name: str
    table: Table
    by: str
    order: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    only: str = ""
    single: bool = False
    is_notes: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of records: a file of its own in the export, in the order of ids."""

    name: str
    table: Table
    parts: tuple[Part, ...] = ()

    @property
    def key(self) -> Column[Any]:
        """What the records are known and ordered by."""
        return next(iter(self.table.primary_key.columns))


_FILES = ("position", "id")
KINDS: tuple[Kind, ...] = (
    Kind("settings", s.workspace),
    Kind("colleagues", s.colleague),
    Kind("accounts", s.account),
    Kind("fields", s.field),
    Kind("tags", s.tag),
    Kind(
        "members",
        s.member,
        (
            Part("fields", s.member_field, "member", ("field",)),
            Part("tags", s.member_tag, "member", ("tag",), only="tag"),
            Part("notes", s.note, "member", ("id",), is_notes=True),
        ),
    ),
    Kind("handles", s.handle, (Part("links", s.member_link, "handle", ("id",)),)),
    Kind("posts", s.post),
    Kind("views", s.view),
    Kind("rules", s.rule),
    Kind("templates", s.template, (Part("attachments", s.attachment, "template", _FILES),)),
    Kind(
        "conversations",
        s.conversation,
        (
            Part("accounts", s.conversation_account, "conversation", ("account",), only="account"),
            Part("participants", s.participant, "conversation", ("handle",)),
            Part("tags", s.conversation_tag, "conversation", ("tag",), only="tag"),
            Part("notes", s.note, "conversation", ("id",), is_notes=True),
        ),
    ),
    Kind("threads", s.thread, (Part("keys", s.thread_key, "thread", ("key",), only="key"),)),
    Kind(
        "messages",
        s.message,
        (
            Part("", s.message_text, "id", ("id",), single=True),
            Part("events", s.message_event, "message", ("at", "id")),
            Part("attachments", s.attachment, "message", _FILES),
            Part("locations", s.location, "message", ("folder", "validity", "uid")),
            Part("unread_by", s.unread, "message", ("colleague",), only="colleague"),
        ),
    ),
    Kind("copies", s.message_copy),
    Kind("drafts", s.draft, (Part("attachments", s.attachment, "draft", _FILES),)),
    Kind("reminders", s.reminder),
    Kind("template_uses", s.template_use),
    Kind("outbox", s.outbox),
    Kind(
        "operations",
        s.operation,
        (Part("conversations", s.operation_on, "operation", ("conversation",), only="conversation"),),
    ),
    Kind("rule_runs", s.rule_run),
)

BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}

LEFT_OUT: Mapping[Table, str] = {
    s.secret: "a secret never leaves",
    s.lease: "which desk is at work just now",
    s.budget: "what a service allows just now",
    s.gap: "the ledger: in the manifest",
    s.remote_count: "the ledger: in the manifest",
    s.blob: "files, beside the records by their content's hash",
    s.suppression: "keyed by this workspace's own secret, so it means nothing elsewhere",
    s.counted: "counted anew",
    s.tally: "counted anew",
    s.found_by: "written anew from notes, tags and names",
    s.recent_search: "what one looked for",
    s.change: "what changed, for processes at work",
    s.change_counter: "what changed, for processes at work",
    s.presence: "who is there just now",
    s.wish: "what one process asks another",
}
COLUMNS_LEFT_OUT: Mapping[Table, frozenset[str]] = {
    s.account: frozenset({"error", "error_code", "last_success", "next_poll"}),  # the ledger: in the manifest
    s.message_text: frozenset({"facets", "asks"}),  # follow from the account, and from the body
    s.outbox: frozenset({"claimed_by", "fence"}),  # which process is at work just now
}
SETTINGS_LEFT_OUT = frozenset({"id", "name", "made_at", LOOKED_THROUGH, SUPPRESSION_KEYS, COMING_IN})
"""What makes this workspace this one, and no other, and what was done once to its rows."""

# Nobody can know, outside this workspace, what becomes of an act that is under way; sending it again somewhere else
# would be sending it twice.
_UNDER_WAY = {OutboxState.QUEUED.value, OutboxState.SENDING.value}
_STATES: Mapping[Table, str] = {s.outbox: OutboxState.UNCONFIRMED.value, s.message: MessageState.UNCONFIRMED.value}

_JSON: Mapping[Table, frozenset[str]] = {
    s.account: frozenset({"handles", "settings", "abilities", "cursor", "older_cursor"}),
    s.conversation: frozenset({"abilities"}),
    s.post: frozenset({"poll"}),
    s.message: frozenset({"recipients", "abilities", "reactions", "extra", "marks"}),
    s.draft: frozenset({"detail"}),
    s.operation: frozenset({"detail"}),
    s.outbox: frozenset({"act", "receipt"}),
    s.rule: frozenset({"condition", "actions"}),
    s.view: frozenset({"filter"}),
}
"""Columns that hold JSON as text."""
_COMPACT = frozenset(
    {s.message.c.recipients, s.message.c.abilities, s.message.c.extra, s.message.c.marks, s.post.c.poll}
)
"""Written as ingest does, which compares texts to see whether something changed."""
_MESSAGE_IDS: Mapping[Table, frozenset[str]] = {
    s.conversation: frozenset({"last_message", "last_incoming", "last_outgoing"}),
    s.message: frozenset({"id"}),
    s.message_text: frozenset({"id"}),
}

_START = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = 253_402_300_799_999
"""The end of the year 9999: what ISO 8601 can say."""


def iso(milliseconds: int) -> JsonValue:
    """A moment in ISO 8601, to the millisecond; as a number where no calendar reaches."""
    if not 0 <= milliseconds <= _LAST_MS:
        return milliseconds
    return f"{(_START + timedelta(milliseconds=milliseconds)).isoformat(timespec='milliseconds')[:23]}Z"


def milliseconds(moment: int | str) -> int:
    """The inverse of `iso`; any moment of ISO 8601 will do."""
    if isinstance(moment, int):
        return moment
    found = datetime.fromisoformat(moment)
    since = (found if found.tzinfo else found.replace(tzinfo=UTC)) - _START
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


@dataclass(frozen=True, slots=True)
class Codec:
    """How the values of one column are written, and read again; None where they stay as they are."""

    name: str
    kind: str
    """`text`, `number`, `flag`, `moment`, `id`, `json` or `bytes`: what the published schema calls it."""
    encode: Encode | None = None
    decode: Decode | None = None


@cache
def codecs(table: Table, without: frozenset[str] = frozenset()) -> tuple[Codec, ...]:
    """The columns of a table that leave, in their order, but for some."""
    left_out = COLUMNS_LEFT_OUT.get(table, frozenset()) | without
    return tuple(_codec(table, column) for column in table.columns if column.name not in left_out)


def _codec(table: Table, column: Column[Any]) -> Codec:
    name = column.name
    if MOMENT in column.info:
        return Codec(name, "moment", iso, milliseconds)
    if name in _MESSAGE_IDS.get(table, ()) or any(key.target_fullname == "message.id" for key in column.foreign_keys):
        return Codec(name, "id", str, int)
    if name in _JSON.get(table, ()):
        return Codec(name, "json", *((_in_order, _compact) if column in _COMPACT else (json.loads, json.dumps)))
    if isinstance(column.type, LargeBinary):
        return Codec(name, "bytes", lambda value: b64encode(value).decode(), b64decode)
    if name == "state" and table in _STATES:
        return Codec(name, "text", lambda value: _STATES[table] if value in _UNDER_WAY else value)
    python = column.type.python_type
    return Codec(name, "flag" if python is bool else "number" if python is int else "text")


def _compact(value: JsonValue) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _in_order(text: str) -> JsonValue:
    value: JsonValue = json.loads(text, object_pairs_hook=lambda pairs: dict(sorted(pairs)))
    return value


def encode_row(plan: tuple[Codec, ...], row: tuple[Any, ...]) -> JsonObject:
    """A row whose values come in the order of the plan; what is not there is left out."""
    return {
        codec.name: codec.encode(value) if codec.encode is not None else value
        for codec, value in zip(plan, row, strict=True)
        if value is not None
    }
