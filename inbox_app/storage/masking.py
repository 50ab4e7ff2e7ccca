"""What others said stays; a person's names, and the lines that were quoted of them, are taken out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, or_, select, update

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.storage import schema as s
from inbox_app.storage import search_index
from inbox_app.storage.bulk import one_of
from inbox_app.storage.search_index import IndexedText
from inbox_app.storage.tracing import Traces
from inbox_app.storage.transaction import Tx

MASK = "(erased)"
"""Safe inside JSON and HTML, and the same in every language, so that equal texts stay equal."""
_SHORTEST_LINE = 12
"""Letters of a line that is known again where it is quoted."""

_WORDS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (s.message, ("title", "html", "url", "recipients", "extra", "parent_remote_id")),
    (s.message_event, ("before", "actor")),
    (s.conversation, ("title", "snippet")),
    (s.note, ("text",)),
    (s.reminder, ("text",)),
    (s.post, ("title", "text", "url", "picture_url")),
    (s.draft, ("text", "title", "detail")),
    (s.outbox, ("act", "error", "receipt")),
    (s.attachment, ("name", "description", "url")),
    (s.template, ("text", "title")),
    (s.view, ("name", "filter")),
    (s.rule, ("name", "condition", "actions")),
)


@dataclass(frozen=True, slots=True)
class Masked:
    """`raw` are digests of raw mails that nobody needs any more; `messages` say something else than their service."""

    raw: list[str]
    messages: set[MessageId]


def mask(tx: Tx, found: Traces, remote_ids: Collection[str], said: Iterable[str]) -> Masked:
    """Take the person out of all that stays.

    `remote_ids` are what their mails were called, `said` what they wrote.
    """
    near = (*found.person.near, *remote_ids)
    changed = _drop_quotes(tx, found.here, {line for text in said for line in _lines(text)})
    changed |= _mask_everywhere(tx, found.person.marks, None)
    changed |= _mask_everywhere(tx, near, found.here)
    _forget_frozen(tx, found)
    return Masked(_drop_raw(tx, found), changed)


def _mask_everywhere(tx: Tx, marks: Collection[str], within: Collection[ConversationId] | None) -> set[MessageId]:
    pattern = _pattern(marks)
    if pattern is None:
        return set()
    changed: set[MessageId] = set()
    for table, names in _WORDS:
        place = _within(table, within)
        if place is not None:
            rows = _mask_table(tx, table, [table.c[name] for name in names], pattern, marks, place)
            changed |= set(map(MessageId, rows)) if table is s.message else set()
    which = _named((s.message_text.c.body, s.message_text.c.people), marks)
    if within is not None:
        here = select(s.message.c.id).where(one_of(s.message.c.conversation, within))
        which = and_(s.message_text.c.id.in_(here), which)
    return changed | _reword(tx, which, _masker(pattern))


def _within(table: Table, within: Collection[ConversationId] | None) -> ColumnElement[bool] | None:
    """The rows of a table that belong to these conversations; None where they belong to none."""
    if within is None:
        return next(iter(table.primary_key.columns)).is_not(None)
    if table is s.conversation:
        return one_of(table.c.id, within)
    if "conversation" in table.c:
        return one_of(table.c.conversation, within)
    if "message" in table.c:
        return table.c.message.in_(select(s.message.c.id).where(one_of(s.message.c.conversation, within)))
    return None


def _mask_table(
    tx: Tx,
    table: Table,
    columns: list[Column[str]],
    pattern: re.Pattern[str],
    marks: Collection[str],
    place: ColumnElement[bool],
) -> list[Any]:
    """Mask the rows of one table; the keys of those that are changed."""
    anew = []
    (key,) = table.primary_key.columns
    masked = _masker(pattern)
    for row in tx.conn.execute(select(key, *columns).where(place, _named(columns, marks))).all():
        told = {column.name: masked(value) for column, value in zip(columns, row[1:], strict=True) if value}
        changed = {name: value for name, value in told.items() if value != getattr(row, name)}
        if changed:
            tx.conn.execute(update(table).where(key == row[0]).values(changed))
            anew.append(row[0])
            if table is s.conversation:
                tx.conversations.add(ConversationId(row[0]))
    return anew


def _named(columns: Iterable[Column[str]], marks: Collection[str]) -> ColumnElement[bool]:
    written = {form for mark in marks for form in (mark, json.dumps(mark)[1:-1])}
    return or_(*(column.icontains(form, autoescape=True) for column in columns for form in sorted(written)))


def _pattern(marks: Collection[str]) -> re.Pattern[str] | None:
    """Any of these as whole words, written plainly or as JSON writes them."""
    written = dict.fromkeys(form for mark in marks for form in (mark, json.dumps(mark)[1:-1]))
    if not written:
        return None
    return re.compile("|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in written), re.IGNORECASE)


def _masker(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: pattern.sub(MASK, text)


def _reword(tx: Tx, which: ColumnElement[bool], change: Callable[[str], str]) -> set[MessageId]:
    """Change texts together with their index; the messages whose body is another now."""
    texts = [IndexedText(*row) for row in tx.conn.execute(_TEXTS.where(which))]
    anew = [replace(one, body=change(one.body), people=change(one.people)) for one in texts]
    changed = {new.id for old, new in zip(texts, anew, strict=True) if new.body != old.body}
    search_index.index_texts(tx, anew)
    tx.messages.update(changed)
    return changed


_TEXTS = select(s.message_text.c.id, s.message_text.c.body, s.message_text.c.people, s.message_text.c.facets)


def _drop_quotes(tx: Tx, shared: Collection[ConversationId], lines: Collection[str]) -> set[MessageId]:
    """Lines that the person wrote, wherever others quote them; such a message is shown by its text from then on."""
    if not lines or not shared:
        return set()

    def without(text: str) -> str:
        return "\n".join(line for line in text.split("\n") if _plain(line) not in lines)

    here = select(s.message.c.id).where(one_of(s.message.c.conversation, shared))
    changed = _reword(tx, s.message_text.c.id.in_(here), without)
    tx.conn.execute(update(s.message).where(one_of(s.message.c.id, changed)).values(html=None))
    events = select(s.message_event.c.id, s.message_event.c.before).where(s.message_event.c.message.in_(here))
    for row in tx.conn.execute(events.where(s.message_event.c.before.is_not(None))).all():
        if without(row.before) != row.before:
            changed_event = update(s.message_event).where(s.message_event.c.id == row.id)
            tx.conn.execute(changed_event.values(before=without(row.before)))
    return changed


def _lines(text: str) -> Iterator[str]:
    return (line for line in map(_plain, text.split("\n")) if len(line) >= _SHORTEST_LINE)


def _plain(line: str) -> str:
    return " ".join(line.lstrip("> |\t").split())


def _forget_frozen(tx: Tx, found: Traces) -> None:
    """What was sent need not be kept byte for byte."""
    sent = and_(s.outbox.c.settled_at.is_not(None), one_of(s.outbox.c.conversation, found.here))
    masked = s.outbox.c.act.icontains(MASK, autoescape=True)
    tx.conn.execute(update(s.outbox).where(or_(sent, masked)).values(frozen=None))


def _drop_raw(tx: Tx, found: Traces) -> list[str]:
    """Raw mails of conversations they took part in or were named in: their headers and quotes are all over them."""
    named = or_(s.message.c.recipients.icontains(MASK, autoescape=True), one_of(s.message.c.conversation, found.here))
    wanted = and_(s.message.c.raw.is_not(None), named)
    dropped = list(tx.conn.execute(select(s.message.c.raw).where(wanted)).scalars())
    tx.conn.execute(update(s.message).where(wanted).values(raw=None))
    return dropped
