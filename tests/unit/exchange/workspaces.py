"""Workspaces made of random rows: every table that an export holds, every column, names that programs trip over."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select

from inbox_app.domain.timecode import first_id
from inbox_app.storage import schema as s
from inbox_app.storage import search_index
from inbox_app.storage.blobs import BlobStore
from inbox_app.storage.exporting.records import COLUMNS_LEFT_OUT, KINDS, LEFT_OUT, Part, codecs
from inbox_app.storage.transaction import Tx

START = 1_700_000_000_000
WORDS = (
    "", "Grüße", "naïve café", "🎉👩‍👩‍👧", "שלום", "\u202eabc", "=1+1", "@SUM(A1)", "-1", "a\tb\nc\r\n", "'; DROP--",
    "{\"a\": 1}", "null", "\u2028line", "x" * 3000, "العربية", "日本語", "\\", "\"", "</script>", "../../etc/passwd",
)  # fmt: skip
_MANY = {"message": 60, "message_event": 30, "attachment": 25, "conversation": 12, "unread": 20, "participant": 15}
_STATES = {
    "conversation": ("open", "waiting", "snoozed", "done"),
    "message": ("received", "queued", "delivered", "unconfirmed"),
    "outbox": ("queued", "sending", "delivered", "unconfirmed", "failed"),
    "account": ("active", "paused", "archive"),
}
_SENSIBLE: dict[str, dict[str, Any]] = {
    "conversation": {"kind": "comments", "merged_into": None, "priority": 0, "hat": "social", "abilities": None},
    "message": {
        "direction": "in",
        "reactions": '{"counts":{"👍":2},"ours":[]}',
        "recipients": '[["to","a@example.net","Ä"]]',
        "marks": None,
        "abilities": None,
    },
    "account": {
        "hat": "community",
        "quoting": "below",
        "formatting": "auto",
        "handles": '["@we"]',
        "settings": '{"address": "a@b.example"}',
        "abilities": "{}",
    },
}
_TABLES = (
    "colleague", "account", "field", "tag", "member", "handle", "member_link", "member_field", "member_tag", "post",
    "view", "rule", "template", "conversation", "conversation_tag", "thread", "thread_key", "conversation_account",
    "message", "message_copy", "participant", "note", "message_event", "location", "unread", "draft", "attachment",
    "reminder", "template_use", "outbox", "operation", "operation_on", "rule_run",
)  # fmt: skip


def fill(tx: Tx, blobs: BlobStore, seed: int) -> None:
    """Write a random workspace."""
    made = _Making(tx, Random(seed))
    made.ids["blob"] = [blobs.put(tx, f"content {n} of {seed}".encode() * (9000 if n == 0 else 1)) for n in range(8)]
    made.ids["colleague"] = ["me"]
    tx.conn.execute(insert(s.workspace), {"name": "team.motto", "value": "ciao ✨"})
    for name in _TABLES:
        made.rows(s.metadata.tables[name])
    tx.conversations.update(made.ids["conversation"])
    tx.outbox.update(made.ids["outbox"])


class _Making:
    def __init__(self, tx: Tx, rng: Random) -> None:
        self.tx = tx
        self.rng = rng
        self.ids: dict[str, list[Any]] = {}
        self._number = 0

    def rows(self, table: Table) -> None:
        known = set[tuple[Any, ...]]()
        key = [column.name for column in table.primary_key] or ["member", "field"]
        for _ in range(_MANY.get(table.name, 6)):
            row = {column.name: self.value(table, column) for column in table.columns}
            self._mend(table, row)
            if (one := tuple(row[name] for name in key)) in known:
                continue
            known.add(one)
            self.tx.conn.execute(insert(table), row)
            self.ids.setdefault(table.name, []).append(row[key[0]])
            if table is s.message and self.rng.random() < 0.9:
                text = search_index.IndexedText(
                    row["id"], self.word(), self.word(), search_index.facet_words(self._channel(row), row["account"])
                )
                search_index.index_texts(self.tx, [text])

    def _channel(self, row: dict[str, Any]) -> str:
        found: str = self.tx.conn.execute(
            select(s.account.c.channel).where(s.account.c.id == row["account"])
        ).scalar_one()
        return found

    def word(self) -> str:
        return self.rng.choice(WORDS) + " " + self.rng.choice(WORDS)

    def value(self, table: Table, column: Column[Any]) -> Any:
        if column.primary_key and column.name == "id":
            return self._new_id(table)
        for key in column.foreign_keys:
            there = self.ids.get(key.column.table.name, [])
            if not there or (column.nullable and self.rng.random() < 0.4):
                return None
            return self.rng.choice(there)
        codec = next((one for one in codecs(table) if one.name == column.name), None)
        if codec is None:
            return None if column.nullable else ""
        if column.nullable and self.rng.random() < 0.3:
            return None
        return self._of_kind(codec.kind, table, column)

    def _new_id(self, table: Table) -> Any:
        self._number += 1
        if table is s.message:
            return first_id(START + self.rng.randrange(10**10)) + self._number
        return f"{self.rng.randrange(10**6):06}{table.name}{self._number}"

    def _of_kind(self, kind: str, table: Table, column: Column[Any]) -> Any:
        self._number += 1
        if column.name in ("blob", "raw"):
            return self.rng.choice(self.ids["blob"])
        if column.name == "state":
            return self.rng.choice(_STATES[table.name])
        if column.name in ("last_message", "last_incoming", "last_outgoing"):
            return first_id(START) + self._number
        odd: tuple[Any, ...] = ({}, [1, "è"], {"b": None, "a": {"x": [True, 1.5, "🎉"]}})
        values = {
            "moment": self.rng.choice((0, START, START + self.rng.randrange(10**11), 10**15)),
            "flag": self.rng.random() < 0.5,
            "number": self.rng.choice((0, 1, 7, 10**6)) + self._number,
            "json": json.dumps(self.rng.choice(odd)),
            "bytes": self.rng.randbytes(9),
        }
        # Names by which rows are known must differ.
        return values.get(kind, f"{self.word()} {self._number}")

    def _mend(self, table: Table, row: dict[str, Any]) -> None:
        """What the tables or the program want of a row beyond its columns' types."""
        row |= _SENSIBLE.get(table.name, {})
        if table in (s.note, s.reminder):
            row["conversation"] = row["conversation"] if self.rng.random() < 0.5 else None
            row["member"] = None if row["conversation"] else self.rng.choice(self.ids["member"])
        if table is s.unread:
            at = s.message.c
            wanted = select(at.conversation).where(at.id == row["message"])
            row["conversation"] = self.tx.conn.execute(wanted).scalar_one()
        if table is s.thread_key:
            of = self.tx.conn.execute(select(s.thread).where(s.thread.c.id == row["thread"])).one()
            row |= {"account": of.account, "kind": of.kind}
        if table is s.attachment:
            of_what = self.rng.choice(("message", "draft", "template"))
            row |= dict.fromkeys(("message", "draft", "template")) | {of_what: self.rng.choice(self.ids[of_what])}


def contents(conn: Connection) -> dict[str, list[Any]]:
    """Every row that an export promises to bring back, as values that can be compared."""
    found: dict[str, list[Any]] = {}
    for table in s.metadata.sorted_tables:
        if table in LEFT_OUT:
            continue
        names = [column.name for column in table.columns if column.name not in _not_promised(table)]
        read = {codec.name: codec.encode for codec in codecs(table) if codec.encode is not None}
        rows = [
            [_plain(read.get(name), value) for name, value in zip(names, row, strict=True)]
            for row in conn.execute(select(*(table.c[name] for name in names)))
            if table is not s.workspace or row[0] not in ("id", "name", "made_at")
        ]
        found[table.name] = sorted(rows, key=repr)
    return found


def _not_promised(table: Table) -> frozenset[str]:
    return frozenset() if table is s.message_text else COLUMNS_LEFT_OUT.get(table, frozenset())


def _plain(encode: Any, value: Any) -> Any:
    return encode(value) if encode is not None and value is not None else value


def tables_of(parts: tuple[Part, ...]) -> set[Table]:
    return {part.table for part in parts} | {table for part in parts for table in tables_of(part.parts)}


def exported_tables() -> set[Table]:
    return {kind.table for kind in KINDS} | {table for kind in KINDS for table in tables_of(kind.parts)}
