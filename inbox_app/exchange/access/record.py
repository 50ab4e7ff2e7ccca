"""The pack for programs: one JSON document with the member, and their conversations message by message.

`docs/guide/privacy.md` says what stands in it. It is written while the book is, so that history is read once
and little of it is in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile

from inbox_app.domain.inbox import AttachmentRow, NoteRow
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.people import Card, Known
from inbox_app.exchange.access.subject import Decisions, Subject
from inbox_app.exchange.book.files import Files
from inbox_app.exchange.book.source import Writes
from inbox_app.storage.exporting.threads import Conversation, Said

MARK = "portavoce-subject-access"
VERSION = 1
_IN_MEMORY = 1 << 20


class Record:
    """The document, while its conversations are told to somebody else."""

    def __init__(self, subject: Subject, card: Card, decided: Decisions, files: Files) -> None:
        self._subject = subject
        self._files = files
        self._out = SpooledTemporaryFile[bytes](_IN_MEMORY)
        self._out.write(_encode(_head(subject, card, decided))[:-1] + b',\n"conversations":[')
        self._before = b"\n"

    def hear(self, told: Conversation) -> Iterator[Said]:
        """The messages of a conversation, each written down as it passes."""
        self._out.write(self._before + _encode(_conversation(told))[:-1] + b',"messages":[')
        between = b"\n"
        for said in told.messages():
            self._out.write(between + _encode(_message(said, self._subject, self._files)))
            between = b",\n"
            yield said
        self._out.write(b"]}")
        self._before = b",\n"

    def write(self, out: Writes) -> None:
        """Write it where it belongs, when all was told."""
        with self._out as kept:
            kept.write(b"]}\n")
            kept.seek(0)
            while piece := kept.read(_IN_MEMORY):
                out.write(piece)


def _head(subject: Subject, card: Card, decided: Decisions) -> JsonObject:
    head: JsonObject = {
        "format": MARK,
        "version": VERSION,
        "workspace": subject.workspace(),
        "member": _member(card),
        "other_people": "left out" if decided.redact else "included",
    }
    if decided.notes:
        head["notes"] = [_note(one) for one in card.notes]
        head["reminders"] = [{"text": one.text, "due_at": _iso(one.due_at)} for one in card.reminders]
    else:
        head["notes_withheld"] = decided.reason
    return head


def _encode(value: JsonObject) -> bytes:
    # ASCII alone: half a character of a service that cut its texts is kept as it came.
    return json.dumps(value).encode()


def _member(card: Card) -> JsonObject:
    return {
        "id": card.id,
        "name": card.name,
        "given_name": card.given_name,
        "facts": {fact.value: _known(known) for fact, known in card.facts.items()},
        "fields": [{"name": field.name, **_known(known)} for field, known in card.fields],
        "tags": [tag.name for tag in card.tags],
        "handles": [
            {"channel": one.channel, "handle": one.handle, "name": one.name, "profile_url": one.profile_url}
            for one in card.handles
        ],
        "first_seen": _iso(card.first_seen),
        "last_seen": _iso(card.last_seen),
    }


def _known(known: Known) -> JsonObject:
    return {"value": known.value, "also": list(known.also)}


def _note(note: NoteRow) -> JsonObject:
    told: JsonObject = {"author": note.author, "made_at": _iso(note.made_at), "text": note.text}
    return told if note.met is None else {**told, "encounter": note.met.how.value, "happened_at": _iso(note.met.at)}


def _conversation(told: Conversation) -> JsonObject:
    row, post = told.row, told.post
    about: JsonValue = None
    if post is not None:
        about = {"title": post.title, "text": post.text, "url": post.url, "published_at": _iso(post.published_at)}
    return {
        "id": row.id,
        "channel": row.channel,
        "kind": row.kind.value,
        "title": row.title,
        "tags": [tag.name for tag in row.tags],
        "post": about,
        "notes": [_note(one) for one in told.notes if one.conversation is not None],
    }


def _message(said: Said, subject: Subject, files: Files) -> JsonObject:
    row = said.row
    return {
        "id": str(row.id),
        "parent": None if row.parent is None else str(row.parent),
        "by": "member" if subject.is_theirs(row.author.handle_id) else "us" if row.direction == "out" else "other",
        "author": row.author.name or row.author.handle,
        "sent_at": _iso(row.sent_at),
        "edited_at": _iso(row.edited_at),
        "deleted_at": _iso(row.deleted_at),
        "hidden": row.hidden,
        "title": row.title,
        "text": row.text,
        "to": [name or handle for _role, handle, name in row.recipients],
        "reactions": dict(row.reactions),
        "before": [{"at": _iso(one.at), "text": one.before} for one in said.events if one.before],
        "attachments": list(_attachments(said, files)),
    }


def _attachments(said: Said, files: Files) -> Iterator[JsonObject]:
    for one in said.row.attachments:
        yield {"name": one.name, "media_type": one.media_type, "size": one.size, "file": _path(said, one, files)}


def _path(said: Said, one: AttachmentRow, files: Files) -> str | None:
    digest = said.files.get(one.id)
    kept = files.keep(digest, one.name) if digest is not None else None
    return kept.path if kept is not None else None


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
