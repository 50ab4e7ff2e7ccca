"""Everything that was decided, newest first, and whether it was taken back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from inbox_app.domain.history import PastDecision
from inbox_app.domain.ids import ConversationId, OperationId
from inbox_app.domain.timecode import from_ms
from inbox_app.storage import circles
from inbox_app.storage.bulk import any_of, one_of
from inbox_app.storage.saved_lists import names as list_names
from inbox_app.storage.schema import colleague, conversation, handle, member, note, operation, operation_on, tag
from inbox_app.storage.teammates import OURS


def decisions(conn: Connection, limit: int, before: OperationId | None = None) -> tuple[PastDecision, ...]:
    """At most `limit` decisions, the newest first; with `before`, those older than that one."""
    wanted = _WITH_NAMES
    if before is not None:
        place = select(operation.c.at).where(operation.c.id == before).scalar_subquery()
        wanted = wanted.where(
            (operation.c.at < place) | ((operation.c.at == place) & (operation.c.id < before)),
        )
    return _told(conn, wanted.limit(limit))


def these(conn: Connection, wanted: Collection[OperationId]) -> tuple[PastDecision, ...]:
    """The decisions of these names, the newest first."""
    return _told(conn, _WITH_NAMES.where(one_of(operation.c.id, wanted)))


def tags_of(conn: Connection, wanted: Collection[OperationId]) -> dict[str, tuple[str, ...]]:
    """The names of the tags that each of these decisions put on or took off, as far as there are such tags."""
    if not wanted:
        return {}
    asked = select(operation.c.id, operation.c.detail).where(one_of(operation.c.id, wanted))
    details = {row.id: json.loads(row.detail) for row in conn.execute(asked)}
    tags = {of: _tags(detail) for of, detail in details.items()}
    names = _names(conn, tag, chain.from_iterable(tags.values()))
    gone = {of: detail.get("tags_gone", {}) | names for of, detail in details.items()}
    return {of: tuple(gone[of][one] for one in several if one in gone[of]) for of, several in tags.items()}


def _told(conn: Connection, wanted: Select[Any]) -> tuple[PastDecision, ...]:
    rows = conn.execute(wanted.order_by(operation.c.at.desc(), operation.c.id.desc())).all()
    about = _about(conn, [row.id for row in rows])
    details = {row.id: json.loads(row.detail) for row in rows}
    people = {row.id: _people(conn, details[row.id].get("people", {})) for row in rows if _is_about_people(row, about)}
    tags = {of: _tags(detail) for of, detail in details.items()}
    alone = [those[0] for those in people.values() if len(those) == 1]
    lists = {of: next(iter(list_names(conn, detail.get("lists", {}))), "") for of, detail in details.items()}
    names = _names(conn, member, alone) | _names(conn, tag, chain.from_iterable(tags.values()))
    for detail in details.values():
        names = detail.get("tags_gone", {}) | names
    return tuple(
        PastDecision(
            OperationId(row.id),
            row.kind,
            from_ms(row.at),
            row.name or "",
            None if row.undone_at is None else from_ms(row.undone_at),
            tuple(one for one, _title in about[row.id]),
            about[row.id][0][1]
            if row.id not in people
            else names.get((*people[row.id], "")[0], "") or lists.get(row.id, ""),
            len(details[row.id].get("acts", ())),
            tuple(names[one] for one in tags[row.id] if one in names),
            len(people.get(row.id, ())),
        )
        for row in rows
    )


def _is_about_people(row: Row[Any], about: Mapping[str, Collection[object]]) -> bool:
    """Also where it changed how conversations stand: whoever becomes one of us waits in them no more."""
    return row.kind == OURS or not about[row.id]


def _people(conn: Connection, people: Mapping[str, Any]) -> Sequence[str]:
    """The members that a decision was about, each once; those that were linked since as the one that they are."""
    named = (
        *people.get("members", ()),
        *(whose for whose, *_what in (*people.get("fields", ()), *people.get("tags_put", ()))),
        *(whose for whose, *_what in people.get("tags_taken", ())),
        *(to for _link, _handle, _from, to in people.get("moved", ())[:1]),
        *(whose for part in ("welcomed", "met", "beside") for _handle, whose, *_how in people.get(part, ())),
    )
    if named:
        return circles.led_to(conn, named)
    notes, handles = [*people.get("notes", ())], [one for pair in people.get("apart", ()) for one in pair]
    handles += people.get("ours", ()) or [whole for _former, whole, _whose in people.get("split", ())]
    of_note = select(note.c.member).where(note.c.id == (notes or [""])[0])
    of_handle = select(handle.c.member).where(handle.c.id == (handles or [""])[0])
    one = conn.execute(of_note if notes else of_handle).scalar_one_or_none()
    return [one] if one else []


def _tags(detail: Mapping[str, Any]) -> tuple[str, ...]:
    """The tags that were put on or taken off, or came with it, each once."""
    people = detail.get("people", {})
    lists = (where.get(name, ()) for where in (detail, people) for name in ("tags_put", "tags_taken"))
    worn = (which for _on, which in chain.from_iterable(lists))
    return tuple(dict.fromkeys((*worn, *people.get("tags_made", ()))))


def _names(conn: Connection, table: Table, wanted: Iterable[str]) -> dict[str, str]:
    found = conn.execute(select(table.c.id, table.c.name).where(any_of(table.c.id)), {"wanted": [*{*wanted}]})
    return {row.id: row.name for row in found}


def _about(conn: Connection, wanted: Iterable[str]) -> defaultdict[str, list[tuple[ConversationId, str]]]:
    found: defaultdict[str, list[tuple[ConversationId, str]]] = defaultdict(list)
    rows = conn.execute(_ABOUT, {"wanted": list(wanted)})
    for of, one, title, snippet in rows:
        found[of].append((ConversationId(one), title or snippet))
    return found


_WITH_NAMES = select(operation, colleague.c.name).outerjoin(colleague, colleague.c.id == operation.c.colleague)
_ABOUT = (
    select(operation_on.c.operation, conversation.c.id, conversation.c.title, conversation.c.snippet)
    .join(conversation, conversation.c.id == operation_on.c.conversation)
    .where(any_of(operation_on.c.operation))
    .order_by(operation_on.c.operation, conversation.c.last_message.desc(), conversation.c.id)
)
