"""Tables out of Chatwoot: `messages.csv` with its columns as the database names them, and people's tables beside it.

https://github.com/chatwoot/chatwoot/blob/develop/db/schema.rb. What is needed of a row: `id`, `conversation_id`,
`content`, `message_type` (0 or `incoming`, 1 or `outgoing`, 2 or `activity`, 3 or `template`) and `created_at`.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import IO, ClassVar, Final

from connectors.shared.downloads.reading import Telling, Told
from connectors.shared.downloads.tree import Tree
from inbox_app.contract.archive import Skipped
from inbox_app.contract.remote import MessageSeen, RemoteAuthor, RemoteMessage
from inbox_app.contract.texts import _
from inbox_app.domain.words import Direction, Kind

Row = Mapping[str, str]

_NEEDED: Final = frozenset({"id", "conversation_id", "content", "message_type", "created_at"})
_SAMPLE: Final = 5_000
_LONGEST_FIELD: Final = 4 * 2**20
_INCOMING, _OUTGOING = frozenset({"0", "incoming"}), frozenset({"1", "outgoing", "3", "template"})
_TRUE: Final = frozenset({"t", "true", "1"})


class Tables(Telling):
    """A folder or ZIP of tables, or that of the messages alone."""

    what: ClassVar[str] = "Chatwoot"

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        tables = {name: self._columns(name) for name in tree.sizes if name.lower().endswith(".csv")}
        self._messages = tuple(name for name, columns in tables.items() if columns >= _NEEDED)
        self._contacts = self._read_people(tables, "contact")
        self._agents = self._read_people(tables, "user", "agent")

    def sources(self) -> tuple[str, ...]:
        """The tables with the columns of messages."""
        return self._messages

    def owners(self) -> frozenset[str]:
        """Whoever answered, as far as a sample tells: all of a team are us."""
        seen: Counter[str] = Counter()
        for name in self._messages:
            with suppress(ValueError), self.tree.open(name) as file:
                rows = islice(_rows(file), _SAMPLE)
                seen.update(self._author(row, ours=True).handle.lower() for row in rows if _is(row, _OUTGOING))
        return frozenset(seen)

    def tell(self, source: str, file: IO[bytes], own: frozenset[str]) -> Iterator[Told]:
        """One table, row by row."""
        for number, row in enumerate(_rows(file), start=2):
            if reason := _no_message(row):
                yield Skipped(f"{source}:{number}", reason)
                continue
            yield MessageSeen(self._message(row, _moment(row["created_at"])))

    def _message(self, row: Row, at: datetime | None) -> RemoteMessage:
        ours = _is(row, _OUTGOING)
        author = self._author(row, ours=ours)
        conversation = row["conversation_id"]
        return RemoteMessage(
            remote_id=row["id"],
            kind=Kind.DIRECT,
            keys=(f"conversation {conversation}",),
            author=author,
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=at or datetime.fromtimestamp(0, UTC),
            text=row["content"],
            history=True,
        )

    def _author(self, row: Row, *, ours: bool) -> RemoteAuthor:
        """Whoever the tables name; a visitor of a conversation where they name nobody."""
        number = row.get("sender_id", "")
        known = (self._agents if ours else self._contacts).get(number, {})
        name = known.get("name", "") or row.get("sender_name", "")
        address = (known.get("email", "") or row.get("sender_email", "")).lower()
        fallback = f"agent {number}".strip() if ours else f"contact {number or 'of ' + row['conversation_id']}"
        handle = address or known.get("phone_number", "") or name or fallback
        return RemoteAuthor(address or f"{'agent' if ours else 'contact'}:{number or handle}", handle, name)

    def _columns(self, name: str) -> frozenset[str]:
        with suppress(ValueError, csv.Error), self.tree.open(name) as file:
            return frozenset(next(csv.reader(_text(file)), []))
        return frozenset()

    def _read_people(self, tables: Mapping[str, frozenset[str]], *what: str) -> dict[str, Row]:
        found = [one for one in tables if any(word in one.rpartition("/")[2].lower() for word in what)]
        people: dict[str, Row] = {}
        for name in (one for one in found if tables[one] >= {"id", "name"}):
            with suppress(ValueError), self.tree.open(name) as file:
                kept = ("name", "email", "phone_number")
                people |= {row["id"]: {key: row.get(key) or "" for key in kept} for row in _rows(file)}
        return people


def _rows(file: IO[bytes]) -> Iterator[Row]:
    """Rows as far as they are whole: a short one has empty fields."""
    try:
        for row in csv.DictReader(_text(file), restval=""):
            yield {key: value for key, value in row.items() if isinstance(key, str) and isinstance(value, str)}
    except csv.Error as damage:
        raise ValueError("no table") from damage


def _text(file: IO[bytes]) -> Iterator[str]:
    """Lines, so that how far the file is read can be asked meanwhile."""
    csv.field_size_limit(_LONGEST_FIELD)
    for number, line in enumerate(file):
        yield line.decode("utf-8" if number else "utf-8-sig", "replace")


def _is(row: Row, kind: frozenset[str]) -> bool:
    return row.get("message_type", "").strip().lower() in kind


def _no_message(row: Row) -> str:
    """Why a row is none; empty where it is one."""
    if not row.get("id") or not row.get("conversation_id"):
        return _("The row has no id or no conversation.")
    if row.get("private", "").strip().lower() in _TRUE:
        return _("It is a private note of the team, which is not imported as a message.")
    if not _is(row, _INCOMING | _OUTGOING):
        return _("It is a notice of the program, not a message.")
    if _moment(row.get("created_at", "")) is None:
        return _("Its date is not understood.")
    return "" if row.get("content") else _("It has no words.")


def _moment(text: str) -> datetime | None:
    """A time of the database, which is UTC where it says nothing; or seconds since 1970."""
    text = text.strip().removesuffix(" UTC")
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
