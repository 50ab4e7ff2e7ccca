"""History as tables that are joined by id: what spreadsheets and databases take.

All tables come in one pass, row by row and mixed, so that neither reader nor writer holds more than a piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from inbox_app.content.names import safe_name
from inbox_app.domain.inbox import AttachmentRow
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.exchange.target import Target
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.exporting.threads import Conversation, Said

Cell = str | int | None
FOLDER = "attachments"

TABLES: dict[str, tuple[str, ...]] = {
    "accounts": ("id", "channel", "handle", "name", "state", "hat"),
    "members": (
        "id", "name", "preferred_name", "language", "pronouns", "address_form", "consent", "vip", "blocked",
        "first_seen", "last_seen", "message_count",
    ),
    "handles": ("id", "member", "channel", "handle", "name", "remote_id", "profile_url", "own", "is_bot"),
    "posts": (
        "id", "account", "author", "title", "text", "url", "published_at", "deleted_at", "comment_count",
        "reaction_count", "remote_id",
    ),
    "conversations": (
        "id", "account", "channel", "kind", "post", "title", "members", "state", "hat", "assignee", "tags", "messages",
        "needs_reply", "last_at",
    ),
    "messages": (
        "id", "conversation", "parent", "depth", "direction", "author_handle", "author", "author_name", "member",
        "sent_at", "edited_at", "deleted_at", "hidden", "needs_reply", "state", "title", "text", "recipients",
        "reactions", "attachments", "url", "remote_id",
    ),
    "events": ("message", "kind", "at", "before"),
    "attachments": ("id", "message", "name", "media_type", "size", "description", "file"),
    "notes": ("id", "conversation", "member", "author", "pinned", "made_at", "text", "encounter", "happened_at"),
}  # fmt: skip
"""The columns of each table; `conversation`, `message`, `member`, `account`, `post` and the like are ids of others."""
_AS_RECORDS = ("accounts", "members", "handles", "posts")


class Line(NamedTuple):
    """One row of one table."""

    table: str
    cells: Sequence[Cell]


def lines(history: History, target: Target) -> Iterator[Line]:
    """Every row of every table; attachments are written to `target` on the way."""
    for name in _AS_RECORDS:
        for record in history.records(name):
            yield Line(name, [_cell(record, column) for column in TABLES[name]])
    seen = set[str]()
    for conversation in history.conversations():
        yield Line("conversations", _conversation(conversation))
        # A note on a member comes with each conversation in which the member speaks.
        for note in (note for note in conversation.notes if note.id not in seen):
            seen.add(note.id)
            cells = (note.id, note.conversation, note.member, note.author, int(note.pinned), _moment(note.made_at))
            met = (note.met.how.value, _moment(note.met.at)) if note.met else (None, None)
            yield Line("notes", (*cells, note.text, *met))
        for said in conversation.messages():
            yield from _of_message(history, target, said)


def _of_message(history: History, target: Target, said: Said) -> Iterator[Line]:
    yield Line("messages", _message(said))
    for event in said.events:
        yield Line("events", (str(said.row.id), event.kind, _moment(event.at), event.before))
    for file in said.row.attachments:
        path = _bring(history, target, said, file)
        cells = (file.id, str(said.row.id), file.name, file.media_type, file.size, file.description, path)
        yield Line("attachments", cells)


def _bring(history: History, target: Target, said: Said, file: AttachmentRow) -> str:
    """Where the attachment's bytes lie in the export; nothing where they do not."""
    digest = said.files.get(file.id)
    if digest is None or not (history.chosen.attachments and target.is_folder):
        return ""
    source = history.open(digest)
    if source is None:
        return ""
    path = f"{FOLDER}/{safe_name(f'{file.id}-{file.name}')}"
    with source:
        target.copy(path, source)
    return path


def _conversation(told: Conversation) -> Sequence[Cell]:
    row = told.row
    return (
        row.id,
        row.account,
        row.channel,
        row.kind.value,
        told.post.id if told.post else None,
        row.title,
        ", ".join(row.members),
        row.state.value,
        row.hat.value,
        row.assignee,
        ", ".join(tag.name for tag in row.tags),
        row.messages,
        row.needs_reply,
        _moment(row.last_at),
    )


def _message(said: Said) -> Sequence[Cell]:
    row = said.row
    return (
        str(row.id),
        row.conversation,
        None if row.parent is None else str(row.parent),
        row.depth,
        row.direction.value,
        row.author.handle_id,
        row.author.handle,
        row.author.name,
        row.author.member,
        _moment(row.sent_at),
        _moment(row.edited_at),
        _moment(row.deleted_at),
        int(row.hidden),
        int(row.needs_reply),
        row.state.value,
        row.title,
        row.text,
        ", ".join(
            f"{role}: {name} <{handle}>" if name else f"{role}: {handle}" for role, handle, name in row.recipients
        ),
        ", ".join(f"{name} {count}" for name, count in row.reactions),
        len(row.attachments),
        row.url,
        row.remote_id,
    )


def _cell(record: JsonObject, column: str) -> Cell:
    value: JsonValue = record.get(column)
    return int(value) if isinstance(value, bool) else value if isinstance(value, str | int) else None


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
