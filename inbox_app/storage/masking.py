"""What others said stays; a person's names, and the lines that were quoted of them, are taken out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, bindparam, or_, select, true, update

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.storage import schema as s
from inbox_app.storage import search_index
from inbox_app.storage.bulk import one_of
from inbox_app.storage.saved_lists import IS_LIST
from inbox_app.storage.search_index import IndexedText
from inbox_app.storage.tracing import Traces
from inbox_app.storage.transaction import Tx

MASK = "(erased)"
"""Safe inside JSON and HTML, and the same in every language, so that equal texts stay equal."""
_SHORTEST_LINE = 12
"""Letters of a line that is known again where it is quoted."""
_AT_ONCE = 20
"""Marks that one statement looks for."""
_TOKEN = re.compile(r"<?([^\s<>\"'(),;&\[\]]{3,}[^\s<>\"'(),;&\[\].:!?])>?")
"""What may be the name of a mail."""
_Likely = Callable[[Iterable[ColumnElement[str]]], ColumnElement[bool]]
"""Which rows may hold what is looked for in these columns."""

_WORDS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (s.message, ("title", "html", "url", "recipients", "extra", "marks", "parent_remote_id")),
    (s.message_event, ("before", "actor")),
    (s.conversation, ("title", "snippet")),
    (s.note, ("text",)),
    (s.reminder, ("text",)),
    (s.post, ("title", "text", "url", "picture_url", "poll")),
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
    changed = _drop_quotes(tx, found.here, {line for text in said for line in _lines(text)})
    for place in range(0, len(found.person.marks), _AT_ONCE):
        marks = found.person.marks[place : place + _AT_ONCE]
        changed |= _mask_all(tx, Masker(marks), partial(_named, marks), None)
        _mask_fields(tx, Masker(marks), marks)
        _mask_tags(tx, Masker(marks), marks)
        _mask_lists(tx, Masker(marks), marks)
    changed |= _mask_all(tx, Masker(found.person.near, remote_ids), _any, found.here)
    _forget_frozen(tx, found)
    return Masked(_drop_raw(tx, found), changed)


class Masker:
    """Takes marks out of a text as whole words, written plainly or as JSON writes them.

    Of `ids` there may be thousands, one for each mail: they are looked up and not searched for.
    """

    def __init__(self, marks: Iterable[str], ids: Iterable[str] = ()) -> None:
        bare = {one.strip("<>").lower() for one in ids}
        plain = {one for one in bare if _TOKEN.fullmatch(one)}
        self._ids = frozenset({*plain, *(json.dumps(one)[1:-1] for one in plain)})
        written = {form: None for mark in (*sorted(bare - plain), *marks) for form in (mark, json.dumps(mark)[1:-1])}
        words = "|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in written if form)
        self._pattern = re.compile(words, re.IGNORECASE) if words else None

    def __call__(self, text: str) -> str:
        """The text without them."""
        # The names of mails first: they may hold the others.
        text = _TOKEN.sub(self._one, text) if self._ids else text
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def _one(self, found: re.Match[str]) -> str:
        return MASK if found[1].lower() in self._ids else found[0]


def _mask_all(tx: Tx, masker: Masker, likely: _Likely, within: Collection[ConversationId] | None) -> set[MessageId]:
    """Mask every row that `likely` holds for, of all or within these conversations; the messages that changed."""
    changed: set[MessageId] = set()
    for table, names in _WORDS:
        place = _within(table, within)
        if place is not None:
            rows = _mask_table(tx, table, [table.c[name] for name in names], masker, place, likely)
            changed |= set(map(MessageId, rows)) if table is s.message else set()
    which = likely((s.message_text.c.body, s.message_text.c.people))
    if within is not None:
        which = and_(s.message_text.c.id.in_(_messages_in(within)), which)
    return changed | _reword(tx, which, masker)


def _within(table: Table, within: Collection[ConversationId] | None) -> ColumnElement[bool] | None:
    """The rows of a table that belong to these conversations; None where they belong to none."""
    if within is None:
        return true()
    if table is s.conversation:
        return one_of(table.c.id, within)
    if "conversation" in table.c:
        return one_of(table.c.conversation, within)
    return table.c.message.in_(_messages_in(within)) if "message" in table.c else None


def _messages_in(within: Collection[ConversationId]) -> Select[int]:
    return select(s.message.c.id).where(one_of(s.message.c.conversation, within))


def _mask_table(
    tx: Tx, table: Table, columns: list[Column[str]], masker: Masker, place: ColumnElement[bool], likely: _Likely
) -> list[Any]:
    """Mask the rows of one table; the keys of those that are changed."""
    anew: list[dict[str, Any]] = []
    (key,) = table.primary_key.columns
    for row in tx.conn.execute(select(key, *columns).where(place, likely(columns))):
        told = {column.name: masker(value) if value else value for column, value in zip(columns, row[1:], strict=True)}
        if any(value != getattr(row, name) for name, value in told.items()):
            anew.append({"which": row[0], **told})
    if anew:
        tx.conn.execute(
            update(table).where(key == bindparam("which")).values({c: bindparam(c.name) for c in columns}), anew
        )
    keys = [row["which"] for row in anew]
    if table is s.conversation:
        tx.conversations.update(map(ConversationId, keys))
    return keys


def _mask_fields(tx: Tx, masker: Masker, marks: Collection[str]) -> None:
    """What is noted of somebody else may name them."""
    f = s.member_field.c
    for row in tx.conn.execute(select(s.member_field).where(_named(marks, [f.value]))).all():
        noted = update(s.member_field).where(f.member == row.member, f.field == row.field)
        tx.conn.execute(noted.values(value=masker(row.value)))


def _mask_tags(tx: Tx, masker: Masker, marks: Collection[str]) -> None:
    """No two tags are called alike: of several that named somebody each is told by a number."""
    named = tx.conn.execute(select(s.tag.c.id, s.tag.c.name).where(_named(marks, [s.tag.c.name]))).all()
    taken = set(tx.conn.execute(select(s.tag.c.name)).scalars()) if named else set()
    for row in named:
        masked = masker(row.name)
        free = next(one for number in count(1) if (one := f"{masked} {number}" if number > 1 else masked) not in taken)
        tx.conn.execute(update(s.tag).where(s.tag.c.id == row.id).values(name=free))
        taken.add(free)
        tx.about("tags")


def _mask_lists(tx: Tx, masker: Masker, marks: Collection[str]) -> None:
    """A list of members may be called by somebody, or look for them."""
    if _mask_table(tx, s.workspace, [s.workspace.c.value], masker, IS_LIST, partial(_named, marks)):
        tx.about("settings")


def _any(_columns: Iterable[ColumnElement[str]]) -> ColumnElement[bool]:
    return true()


def _named(marks: Collection[str], columns: Iterable[ColumnElement[str]]) -> ColumnElement[bool]:
    written = {form for mark in marks for form in (mark, json.dumps(mark)[1:-1])}
    return or_(*(column.icontains(form, autoescape=True) for column in columns for form in sorted(written)))


def _reword(tx: Tx, which: ColumnElement[bool], change: Callable[[str], str]) -> set[MessageId]:
    """Change texts together with their index; the messages whose body is another now."""
    anew: list[IndexedText] = []
    changed: set[MessageId] = set()
    for row in tx.conn.execute(_TEXTS.where(which)):
        old = IndexedText(*row)
        new = replace(old, body=change(old.body), people=change(old.people))
        if new != old:
            anew.append(new)
        if new.body != old.body:
            changed.add(new.id)
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
