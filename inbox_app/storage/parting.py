"""How things stood before a decision, in parts: some of its conversations and the others, or all but one person."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Connection, select

from inbox_app.storage.bulk import one_of
from inbox_app.storage.schema import message, outbox, reminder

_Detail = Mapping[str, Any]
_WITH_CONVERSATION = ("tags_put", "tags_taken", "made_read", "made_unread")
_OF_MESSAGES = ("dismissed", "wanted_again", "starred", "unstarred")


def parted(conn: Connection, detail: _Detail, within: Collection[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The detail of an operation about these conversations, and of the same about all others."""
    inside = frozenset(within)
    messages = [one for name in _OF_MESSAGES for one in detail.get(name, ())]
    known = _of(conn, message.c.id, message.c.conversation, messages, inside)
    acts = _of(conn, outbox.c.id, outbox.c.conversation, detail.get("acts", ()), inside)
    reminders = _of(conn, reminder.c.id, reminder.c.conversation, detail.get("reminders", {}), inside)
    stays, goes = dict(detail), dict(detail)
    for name in _WITH_CONVERSATION:
        both = detail.get(name, ())
        stays[name] = [one for one in both if one[0] in inside]
        goes[name] = [one for one in both if one[0] not in inside]
    for name, own in (*((name, known) for name in _OF_MESSAGES), ("acts", acts)):
        both = detail.get(name, ())
        stays[name] = [one for one in both if one in own]
        goes[name] = [one for one in both if one not in own]
    for name, own in (("conversations", inside), ("reminders", reminders)):
        items = detail.get(name, {}).items()
        stays[name] = {one: values for one, values in items if one in own}
        goes[name] = {one: values for one, values in items if one not in own}
    stays["tags_made"] = []
    return stays, goes


_OF_MEMBERS = {"fields": 0, "tags_put": 0, "tags_taken": 0, "met": 1, "beside": 1}
"""Where each entry of a list names its member."""
_LAST = ("fields_made", "tags_made")
"""What goes once nobody has it any more."""


def parted_people(detail: _Detail, most: int) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The same of an operation about people alone, by whom it is about; None where they are few or were moved."""
    people: dict[str, Any] = detail["people"]
    if any(value for name, value in people.items() if name not in {"members", *_OF_MEMBERS, *_LAST}):
        return None
    named = (one[place] for name, place in _OF_MEMBERS.items() for one in people.get(name, ()))
    everybody = list(dict.fromkeys((*people.get("members", ()), *named)))
    if len(everybody) <= most:
        return None
    inside = frozenset(everybody[:most])
    stays, goes = dict(people), dict(people)
    for name, place in _OF_MEMBERS.items():
        stays[name] = [one for one in people.get(name, ()) if one[place] in inside]
        goes[name] = [one for one in people.get(name, ()) if one[place] not in inside]
    items = people.get("members", {}).items()
    stays["members"] = {one: values for one, values in items if one in inside}
    goes["members"] = {one: values for one, values in items if one not in inside}
    stays |= dict.fromkeys(_LAST, ())
    return {**detail, "people": stays}, {**detail, "people": goes}


_WHOLE = ("moved", "split")
"""What was done with handles of people, which is taken back whole or not at all."""


def without(detail: _Detail, is_named: Callable[[str], bool]) -> dict[str, Any] | None:
    """The detail of an operation without all that names somebody, as `is_named` says of a text.

    None where nothing else is left, or where it is whole or not at all.
    """
    people: _Detail = detail.get("people") or {}
    whole = [*detail.get("moves", ()), *(one for name in _WHOLE for one in people.get(name, ()))]
    if any(is_named(unescaped(one)) for one in whole):
        return None
    stays = {name: _struck(part, is_named) for name, part in detail.items() if name != "people"}
    others = {name: _struck(part, is_named) for name, part in people.items()}
    if not any(part for name, part in stays.items() if name != "me") and not any(others.values()):
        return None
    return {**stays, "people": others} if "people" in detail else stays


def _struck(part: object, is_named: Callable[[str], bool]) -> object:
    """The entries of a list or a table that name nobody; whose decision it is stays."""
    if isinstance(part, dict):
        return {name: value for name, value in part.items() if not is_named(unescaped([name, value]))}
    return [one for one in part if not is_named(unescaped(one))] if isinstance(part, list) else part


def unescaped(said: object) -> str:
    """As JSON, with every letter as it is read."""
    return json.dumps(said, ensure_ascii=False)


def _of(
    conn: Connection, key: Column[Any], conversation: Column[Any], wanted: Iterable[Any], inside: Collection[str]
) -> frozenset[Any]:
    """Those of these that hang on one of the conversations."""
    names = list(wanted)
    if not names:
        return frozenset()
    asked = select(key, conversation).where(one_of(key, names))
    return frozenset(row[0] for row in conn.execute(asked) if row[1] in inside)
