"""Notes: internal text about a member or on a conversation, in a table that no road leaves towards a service.

`tests/architecture/test_notes_stay_inside.py` holds that: nothing that sends knows this table or this module.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from inbox_app.domain.encounters import Encounter, Met
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import ColleagueId, ConversationId, MemberId, NoteId, new_id
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import LONGEST_NOTE
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.i18n import _
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import parts_of, records_of
from inbox_app.storage.operations import Before, record
from inbox_app.storage.people_before import PeopleBefore, touch_note
from inbox_app.storage.schema import colleague, note, operation
from inbox_app.storage.transaction import Tx

KIND = "note"


def write(
    tx: Tx,
    me: ColleagueId,
    text: str,
    *,
    about: MemberId | ConversationId,
    on_member: bool,
    pinned: bool = False,
    met: Met | None = None,
) -> NoteId:
    """Take a note about a member, or on a conversation; about a member it may tell of an encounter.

    Raises:
        WrongUse: it says nothing, or too much, or of a day to come.
    """
    made = NoteId(new_id())
    values = {"member": about if on_member else None, "conversation": None if on_member else about}
    told = {"text": _said(text), "pinned": pinned, **_happened(met, tx.now)}
    tx.conn.execute(insert(note).values(id=made, author=me, made_at=tx.now, **told, **values))
    _keep(tx, me, made, None, values)
    return made


def begin(tx: Tx, author: ColleagueId, about: MemberId, texts: Sequence[str], pinned: int) -> None:
    """What was noted before anybody decided anything: nothing to take back. The first `pinned` ones are pinned."""
    for place, text in enumerate(texts):
        values = {"author": author, "text": text, "pinned": place < pinned, "made_at": tx.now}
        tx.conn.execute(insert(note).values(id=new_id(), member=about, **values))
    touch_note(tx, about, None)


def change(
    tx: Tx,
    me: ColleagueId,
    wanted: NoteId,
    *,
    text: str | None = None,
    pinned: bool | None = None,
    how: Encounter | None = None,
    met_at: datetime | None = None,
) -> None:
    """Word a note anew, pin it, or tell its encounter otherwise; what it said before is kept.

    Raises:
        NotFound: there is no such note.
        WrongUse: it would say nothing, or too much, or it tells of no encounter, or one of a day to come.
    """
    before = _row(tx.conn, wanted)
    values: dict[str, Any] = {}
    if text is not None and (said := _said(text)) != before["text"]:
        values = {"text": said}
    if met := _met(before["encounter"], before["happened_at"]):
        told = Met(how or met.how, met_at or met.at)
        values |= _happened(told, tx.now) if told != met else {}
    elif how or met_at:
        raise WrongUse(_("This note tells of no encounter: it has no day and no kind to change."))
    if values:
        values["changed_at"] = tx.now
    if pinned is not None and pinned != bool(before["pinned"]):
        values["pinned"] = pinned
    if values:
        tx.conn.execute(update(note).where(note.c.id == wanted).values(**values))
        _keep(tx, me, wanted, before, before)


def remove(tx: Tx, me: ColleagueId, wanted: NoteId) -> None:
    """Throw a note away; taking that back brings it back.

    Raises:
        NotFound: there is no such note.
    """
    before = _row(tx.conn, wanted)
    tx.conn.execute(delete(note).where(note.c.id == wanted))
    _keep(tx, me, wanted, before, before)


def notes_on(
    conn: Connection, *, conversation: ConversationId | None = None, members: Iterable[MemberId] = ()
) -> tuple[NoteRow, ...]:
    """Notes on a conversation and on all that belongs to these members, pinned ones first, then newest first."""
    parts = parts_of(conn, tuple(members))
    about = note.c.member.in_(list(parts))
    wanted = _BY_WHOM.where(about if conversation is None else about | (note.c.conversation == conversation))
    return tuple(_shown(row, parts.get(row.member)) for row in conn.execute(wanted))


def notes_within(
    conn: Connection, speakers: Mapping[ConversationId, Sequence[MemberId]]
) -> dict[ConversationId, tuple[NoteRow, ...]]:
    """For each of these conversations what `notes_on` gives for it and those who speak in it, all at once."""
    parts = records_of(conn, {one for several in speakers.values() for one in several})
    theirs = one_of(note.c.member, {part for several in parts.values() for part in several})
    found = conn.execute(_BY_WHOM.where(theirs | one_of(note.c.conversation, list(speakers)))).all()
    about: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(found):
        about[row.conversation or row.member].append(place)
    told = {}
    for conversation, members in speakers.items() if found else ():
        belongs = {one: one for one in members}
        for one in members:
            belongs |= {part: one for part in parts[one] if part not in belongs}
        places = sorted(place for one in (conversation, *belongs) for place in about.get(one, ()))
        told[conversation] = tuple(_shown(found[place], belongs.get(found[place].member)) for place in places)
    return told


def one(conn: Connection, wanted: NoteId) -> NoteRow:
    """A single note.

    Raises:
        NotFound: there is no such note.
    """
    _row(conn, wanted)
    found = select(note, colleague.c.name.label("author_name")).outerjoin(colleague, colleague.c.id == note.c.author)
    row = conn.execute(found.where(note.c.id == wanted)).one()
    return _shown(row, row.member)


_BY_WHOM = (
    select(note, colleague.c.name.label("author_name"))
    .outerjoin(colleague, colleague.c.id == note.c.author)
    .order_by(note.c.pinned.desc(), note.c.made_at.desc(), note.c.id)
)


@dataclass(frozen=True, slots=True)
class EarlierNote:
    """What a note said until somebody changed it, and of which encounter."""

    text: str
    until: datetime
    changed_by: str
    met: Met | None = None


def earlier(conn: Connection, wanted: NoteId) -> tuple[EarlierNote, ...]:
    """What a note said before, the latest first."""
    now = _told(_row(conn, wanted))
    found = (
        select(operation.c.detail, operation.c.at, operation.c.colleague, colleague.c.name)
        .outerjoin(colleague, colleague.c.id == operation.c.colleague)
        .where(operation.c.kind == KIND, operation.c.undone_at.is_(None), operation.c.detail.contains(wanted))
        .order_by(operation.c.at.desc(), operation.c.id)
    )
    said = []
    for row in conn.execute(found):
        before = json.loads(row.detail)["people"]["notes"].get(wanted)
        if before is not None and _told(before) != now:
            now = text, met = _told(before)
            said.append(EarlierNote(text, from_ms(row.at), row.name or row.colleague or "", met))
    return tuple(said)


def _told(row: Mapping[str, Any]) -> tuple[str, Met | None]:
    """What a note says, and of which encounter; one that was changed before there were any has no word of them."""
    return row["text"], _met(row.get("encounter"), row.get("happened_at"))


def _shown(row: Row[Any], member: MemberId | None) -> NoteRow:
    return NoteRow(
        id=NoteId(row.id),
        author=row.author_name or row.author,
        text=row.text,
        pinned=row.pinned,
        made_at=from_ms(row.made_at),
        member=member,
        conversation=ConversationId(row.conversation) if row.conversation else None,
        changed_at=None if row.changed_at is None else from_ms(row.changed_at),
        met=_met(row.encounter, row.happened_at),
    )


def _happened(met: Met | None, now: int) -> dict[str, Any]:
    if met is None:
        return {}
    if to_ms(met.at) > now:
        raise WrongUse(_("That day is still to come: an encounter is written down once it was."))
    return {"encounter": met.how.value, "happened_at": to_ms(met.at)}


def _met(how: str | None, at: int | None) -> Met | None:
    """What a later version may call otherwise happened all the same."""
    if how is None or at is None:
        return None
    return Met(Encounter(how) if how in set(Encounter) else Encounter.OTHER, from_ms(at))


def _said(text: str) -> str:
    said = text.strip()
    if not said:
        raise WrongUse(_("A note needs some words."))
    if len(said) > LONGEST_NOTE:
        told = _("A note may have {most} characters, this has {count}.")
        raise WrongUse(told.format(most=LONGEST_NOTE, count=len(said)))
    return said


def _row(conn: Connection, wanted: NoteId) -> dict[str, Any]:
    found = conn.execute(select(note).where(note.c.id == wanted)).mappings().one_or_none()
    if found is None:
        raise NotFound(_("There is no note {id} in this workspace.").format(id=wanted))
    return {name: value for name, value in found.items() if name != "id"}


def _keep(tx: Tx, me: ColleagueId, wanted: NoteId, before: dict[str, Any] | None, about: dict[str, Any]) -> None:
    """Record it, and tell whoever shows what the note is about."""
    conversation = about["conversation"]
    record(tx, me, KIND, [conversation] if conversation else [], Before(people=PeopleBefore(notes={wanted: before})))
    touch_note(tx, about["member"], conversation)
