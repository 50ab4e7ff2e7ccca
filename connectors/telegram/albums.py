"""Albums: files that were sent together come as messages of their own, and are told as one.

They may come in several pulls, and an answer may name any of them. So the parts of the newest albums are kept with the
cursor, and which message each of them belongs to for a while longer. https://core.telegram.org/bots/api#message
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from connectors.telegram.fields import Fields
from inbox_app.contract.remote import Event, MessageSeen
from inbox_app.domain.jsonvalue import JsonObject

PARTS: Final = "album"
_GROUP: Final = "media_group_id"
_NUMBER: Final = "message_id"
_ABOVE: Final = "reply_to_message"
_MOST_ALBUMS: Final = 4
_MOST_PARTS: Final = 10
_MOST_ROOTS: Final = 200


@dataclass(frozen=True, slots=True)
class Albums:
    """`parts` are those of the newest albums; `roots` name the message that a part is told as, by chat and number."""

    parts: dict[str, tuple[JsonObject, ...]] = field(default_factory=dict)
    roots: dict[str, int] = field(default_factory=dict)

    def joined(self, said: Fields) -> tuple[Albums, Fields | None]:
        """With this part, and the album as one message; None where it is a part of one that is known no more."""
        chat = said.inner("chat").need_number("id")
        group = said.text(_GROUP)
        if not group:
            return self, said
        name, number = f"{chat} {group}", said.need_number(_NUMBER)
        known = self.parts.get(name, ())
        if not known and self.roots.get(f"{chat}:{number}", number) != number:
            return self, None
        others = [one for one in known if one.get(_NUMBER) != number]
        parts = sorted([*others, said.values], key=lambda one: Fields(one).number(_NUMBER))[:_MOST_PARTS]
        return self._with(name, chat, parts), _as_one(parts)

    def rooted(self, said: Fields) -> Fields:
        """An answer to any part of an album is one to the album."""
        above = said.inner(_ABOVE)
        if _NUMBER not in above:
            return said
        root = self.roots.get(f"{said.inner('chat').need_number('id')}:{above.need_number(_NUMBER)}")
        return said if root is None else Fields({**said.values, _ABOVE: {**above.values, _NUMBER: root}})

    def _with(self, name: str, chat: int, parts: list[JsonObject]) -> Albums:
        others = {one: kept for one, kept in self.parts.items() if one != name}
        numbers = [Fields(one).number(_NUMBER) for one in parts]
        # The first that was told stays the name of the whole, also where a lower one comes late.
        root = next((self.roots[f"{chat}:{one}"] for one in numbers if f"{chat}:{one}" in self.roots), numbers[0])
        roots = self.roots | {f"{chat}:{one}": root for one in numbers}
        kept = [(one, tuple(_small(part) for part in found)) for one, found in [*others.items(), (name, parts)]]
        return Albums(dict(kept[-_MOST_ALBUMS:]), dict([*roots.items()][-_MOST_ROOTS:]))

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {"parts": {one: [*parts] for one, parts in self.parts.items()}, "roots": dict(self.roots)}


def read_albums(said: Fields) -> Albums:
    """The inverse of `to_json`."""
    parts, roots = said.inner("parts"), said.inner("roots")
    return Albums(
        {one: tuple(part.values for part in parts.each(one)) for one in parts.values},
        {one: roots.number(one) for one in roots.values},
    )


def last_words(events: Iterable[Event]) -> tuple[Event, ...]:
    """Of an album of which part after part was told, only the last, in the place of the first."""
    told: dict[str | int, Event] = {}
    for number, one in enumerate(events):
        is_album = isinstance(one, MessageSeen) and PARTS in (one.message.extra or {})
        told[one.message.remote_id if is_album and isinstance(one, MessageSeen) else number] = one
    return tuple(told.values())


def _as_one(parts: list[JsonObject]) -> Fields:
    """The first part, with whatever text one of them has."""
    said = [Fields(one) for one in parts]
    words = next((one for one in said if one.text("caption")), said[0])
    texts = {name: words.values[name] for name in ("caption", "caption_entities", "edit_date") if name in words}
    return Fields({**parts[0], **texts, PARTS: [*parts]})


def _small(part: JsonObject) -> JsonObject:
    """Without what stands above it, which the first part says once more when it comes."""
    return {name: one for name, one in part.items() if name != PARTS}
