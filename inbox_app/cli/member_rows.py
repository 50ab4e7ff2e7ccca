"""Members in the two forms that commands print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from inbox_app.cli.output import local, moment, one_line, printable
from inbox_app.cli.rows import note_json
from inbox_app.domain.ids import HandleId
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.loyalty import explain, standing_name
from inbox_app.domain.member_deeds import DeedLine, deed_name
from inbox_app.domain.people import (
    Activities,
    AnyLine,
    Card,
    Fact,
    Field,
    Ground,
    HandleLine,
    Known,
    MemberLine,
    Suggestion,
)
from inbox_app.domain.people_words import fact_name, fact_value, ground_sentence, note_head, noted_words
from inbox_app.i18n import _, ngettext
from inbox_app.queries.members import EarlierNote

_WIDE = 80
_NAME, _HANDLES, _COUNT = 16, 18, 11
_INDENT = 20
"""Where the name begins."""


def line_json(one: MemberLine) -> JsonObject:
    """A line of `member list`."""
    return {
        "id": one.id,
        "name": one.name,
        "handles": list(one.handles),
        "channels": list(one.channels),
        "tags": list(one.tags),
        "messages": one.messages,
        "first_seen": moment(one.first_seen),
        "last_seen": moment(one.last_seen),
        "notes": one.notes,
    }


def line_text(one: MemberLine, label: str = "") -> str:
    """A member in a list, for people: as wide as a terminal is by itself, the tags below it."""
    count = ngettext("{count} message", "{count} messages", one.messages).format(count=one.messages)
    mark = "✎" if one.notes else " "
    name, handles = one_line(one.name, _NAME), one_line(", ".join(one.handles), _HANDLES)
    line = f"{mark} {one.id}  {name:<{_NAME}}  {handles:<{_HANDLES}}  {count:<{_COUNT}} "
    line += one_line(label, _WIDE - len(line))
    tags = " " * _INDENT + one_line(f"[{', '.join(one.tags)}]", _WIDE - _INDENT) if one.tags else ""
    return "\n".join(filter(None, (line.rstrip(), tags)))


def card_json(card: Card, timeline: Activities) -> JsonObject:
    """The answer of `member show`."""
    return {
        "id": card.id,
        "name": card.name,
        "given_name": card.given_name,
        "facts": {fact.value: _known_json(known) for fact, known in card.facts.items()},
        "fields": [{**field_json(field), **_known_json(known)} for field, known in card.fields],
        "tags": [tag.name for tag in card.tags],
        "handles": [_handle_json(one) for one in card.handles],
        "notes": [note_json(note) for note in card.notes],
        "reminders": [
            {"id": one.id, "text": one.text, "due_at": moment(one.due_at), "zone": one.zone, "late": one.late}
            for one in card.reminders
        ],
        "ours": card.is_ours,
        "label": None if card.label.standing is None else card.label.standing.value,
        "label_because": explain(card.label),
        "messages": card.messages,
        "conversations": card.conversations,
        "first_seen": moment(card.first_seen),
        "last_seen": moment(card.last_seen),
        "timeline": [_line_json(line) for line in timeline.lines],
        "next": None if timeline.older_than is None else str(timeline.older_than),
    }


def card_text(card: Card, timeline: Activities) -> str:
    """A card for people."""
    names = {one.id: one.handle for one in card.handles}
    standing = filter(None, (standing_name(card.label.standing), explain(card.label)))
    lines = [printable(f"{card.name}  ({card.id})"), _("One of us") if card.is_ours else "  ".join(standing)]
    lines += [
        f"  {one.handle}  ({one.channel}, {one.id})" + (_("  linked") if one.linked else "") for one in card.handles
    ]
    lines += [f"{fact_name(fact)}: {_said(fact, known)}" for fact, known in card.facts.items() if known.value]
    lines += [printable(f"{field.name}: {known.value}") for field, known in card.fields if known.value]
    if card.tags:
        lines.append(_("Tags: {tags}").format(tags=", ".join(tag.name for tag in card.tags)))
    lines += [f"{printable(note_head(note, _day))}: {printable(note.text)}" for note in card.notes]
    lines += [_line_text(line, names) for line in timeline.lines]
    if timeline.older_than is not None:
        lines.append(_("More: --after {place}").format(place=timeline.older_than))
    return "\n".join(lines)


def field_json(field: Field) -> JsonObject:
    """A field that the workspace defined."""
    return {"id": field.id, "name": field.name, "type": field.type.value, "key": field.key}


def earlier_json(one: EarlierNote) -> JsonObject:
    """What a note said before."""
    return {
        "text": one.text,
        "until": moment(one.until),
        "changed_by": one.changed_by,
        "encounter": one.met.how.value if one.met else None,
        "happened_at": moment(one.met.at if one.met else None),
    }


def earlier_text(one: EarlierNote) -> str:
    """The same for people."""
    return f"{local(one.until)}  {printable(noted_words(one.text, one.met, _day))}"


def suggestion_json(one: Suggestion) -> JsonObject:
    """Who may be the same person."""
    return {
        "member": line_json(one.member),
        "weight": one.weight,
        "reasons": [ground_json(ground) for ground in one.grounds],
    }


def suggestion_text(one: Suggestion) -> str:
    """The same for people."""
    return "\n".join([line_text(one.member), *map(ground_text, one.grounds)])


def ground_json(ground: Ground) -> JsonObject:
    """What speaks for one person, or against it."""
    return {
        "reason": ground.reason.value,
        "for": ground.speaks_for,
        "text": ground_sentence(ground),
        "message": None if ground.message is None else str(ground.message),
    }


def ground_text(ground: Ground) -> str:
    """The same for people."""
    return f"    {'+' if ground.speaks_for else '−'} {printable(ground_sentence(ground))}"


def _known_json(known: Known) -> JsonObject:
    return {"value": known.value, "also": list(known.also)}


def _said(fact: Fact, known: Known) -> str:
    also = "".join(f" / {fact_value(fact, one)}" for one in known.also)
    return printable(fact_value(fact, known.value) + also)


def _handle_json(one: HandleLine) -> JsonObject:
    return {
        "id": one.id,
        "channel": one.channel,
        "account": one.account,
        "handle": one.handle,
        "name": one.name,
        "profile_url": one.profile_url,
        "linked": one.linked,
        "messages": one.messages,
    }


def _day(when: datetime) -> str:
    return local(when)[:10]


def _line_text(line: AnyLine, names: Mapping[HandleId, str]) -> str:
    if isinstance(line, DeedLine):
        told = (local(line.at), line.conversation or "", one_line(deed_name(line, _day), 60), one_line(line.text, 80))
        return "  ".join(filter(None, told))
    if isinstance(line, NoteRow):
        when = line.met.at if line.met else line.made_at
        return f"{local(when)}  {line.id}  {one_line(note_head(line, _day), 60)}  {one_line(line.text, 80)}"
    who = _("we") if line.ours else names.get(line.handle, "")
    return f"{local(line.said_at)}  {line.conversation}  {who}  {one_line(line.text, 80)}"


def _line_json(line: AnyLine) -> JsonObject:
    if isinstance(line, DeedLine):
        return _deed_json(line)
    if isinstance(line, NoteRow):
        return {"what": "note", **note_json(line)}
    return {
        "what": "answer" if line.ours else "said",
        "message": str(line.message),
        "conversation": line.conversation,
        "channel": line.channel,
        "account": line.account,
        "kind": line.kind.value,
        "handle": line.handle,
        "sent_at": moment(line.said_at),
        "title": line.title,
        "text": line.text,
        "deleted": line.deleted,
    }


def _deed_json(line: DeedLine) -> JsonObject:
    return {
        "what": line.deed.value,
        "kind": line.kind,
        "at": moment(line.at),
        "by": line.by,
        "text": line.text,
        "conversation": line.conversation,
        "message": None if line.message is None else str(line.message),
        "named": list(line.named),
        "more": line.more,
        "due_at": moment(line.due),
    }
