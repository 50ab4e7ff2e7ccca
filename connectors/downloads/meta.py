"""Instagram's and Facebook's "download your information", as JSON: chats, and on Facebook comments and groups too.

https://www.facebook.com/help/212802592074644 and https://help.instagram.com/181231772500920. A thread is a folder with
`message_1.json` (the newest 10,000 messages), `message_2.json` and so on, each with the newest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, ClassVar, Final

from connectors.downloads import wire
from connectors.shared.downloads.names import Names, stands_out
from connectors.shared.downloads.pieces import read_whole
from connectors.shared.downloads.reading import Telling, Told
from connectors.shared.downloads.tree import Tree
from connectors.shared.fields import ServiceFields
from inbox_app.contract.archive import Skipped
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _

_PART: Final = re.compile(
    r"(?:^|.*/)messages/(?:inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover)/([^/]+)"
    r"/message_(\d+)\.json"
)
_LOOKED_AT: Final = 500
"""Threads whose people are compared to learn whose download it is."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of a thread; the higher its number, the older."""

    name: str
    thread: str
    number: int


class _Meta(Telling):
    """What both have in common."""

    profiles: ClassVar[tuple[str, ...]]
    """How the names of the files end that say whose download it is."""
    lists: ClassVar[dict[str, str]] = {}
    """How the names of files of comments end, and the field that holds their list."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        found = [_Part(name, match[1], int(match[2])) for name in tree.sizes if (match := _PART.fullmatch(name))]
        self._parts = {one.name: one for one in sorted(found, key=lambda one: (one.thread, -one.number))}
        self._names: dict[str, Names] = {}
        self._owner: str | None = None

    def sources(self) -> tuple[str, ...]:
        """The parts of each thread, oldest first, then comments."""
        comments = [name for name in self.tree.sizes if name.endswith(tuple(self.lists))]
        return (*self._parts, *comments)

    def owners(self) -> frozenset[str]:
        """The name in the profile; without one, whoever is in all threads."""
        if self._profile():
            return frozenset({self._profile().lower()})
        last = {part.thread: part for part in self._parts.values()}
        people = [self._people(part) for part in [*last.values()][:_LOOKED_AT]]
        return stands_out([frozenset(one.lower() for one in names) for names in people if names])

    def tell(self, source: str, file: IO[bytes], own: frozenset[str]) -> Iterator[Told]:
        """One file."""
        content = read_whole(file)
        part = self._parts.get(source)
        if part is not None:
            yield from self._tell_thread(part, ServiceFields.of(content), own)
            return
        field = next(name for end, name in self.lists.items() if source.endswith(end))
        rows = [*_rows(content, field)]
        # Their order is not said; by time it is the same whatever it was.
        for number, row in sorted(enumerate(rows), key=lambda one: _seconds(one[1])):
            yield from self._tell_comment(f"{source}:{number + 1}", row, own)

    def _tell_thread(self, part: _Part, content: ServiceFields, own: frozenset[str]) -> Iterator[Told]:
        # Parts of one thread follow each other, so what one part named is known to the next.
        names = self._names.setdefault(part.thread, Names(part.thread))
        people = max(len([*content.each("participants")]), 2)
        title = wire.mend(content.text("title"))
        listed = content.values.get("messages")
        said = listed if isinstance(listed, list) else []
        for number, one in sorted(enumerate(said), key=_when):
            try:
                yield from wire.message(ServiceFields.of(one), part.thread, title, people, names, own)
            except (ValueError, BadAnswer):
                yield Skipped(f"{part.name}:{number + 1}", _("It has no time or is no message."))

    def _tell_comment(self, where: str, row: ServiceFields, own: frozenset[str]) -> Iterator[Told]:
        names = self._names.setdefault("comments", Names("comments"))
        texts = [inner for data in row.each("data") for field in ("comment", "post") if (inner := _inner(data, field))]
        for one in texts or [ServiceFields({})]:
            try:
                whole = {"timestamp": row.values.get("timestamp"), "title": row.text("title"), **one.values}
                yield wire.comment(ServiceFields(whole), self._profile(), names, own)
            except ValueError:
                yield Skipped(where, _("It has no words of its own, or no time."))

    def _people(self, part: _Part) -> frozenset[str]:
        try:
            with self.tree.open(part.name) as file:
                content = ServiceFields.of(read_whole(file))
        except (ValueError, BadAnswer):
            return frozenset()
        return frozenset(wire.mend(one.text("name")) for one in content.each("participants"))

    def _profile(self) -> str:
        if self._owner is None:
            self._owner = self._read_profile()
        return self._owner

    def _read_profile(self) -> str:
        for name in (one for one in self.tree.sizes if one.endswith(self.profiles)):
            try:
                with self.tree.open(name) as file:
                    return wire.mend(_name_in(ServiceFields.of(read_whole(file)))).strip()
            except (ValueError, BadAnswer):
                continue
        return ""


class Instagram(_Meta):
    """Instagram's."""

    what = "Instagram"
    profiles = ("personal_information/personal_information.json",)


class Facebook(_Meta):
    """Facebook's."""

    what = "Facebook"
    profiles = ("profile_information/profile_information.json",)
    lists: ClassVar[dict[str, str]] = {
        "comments_and_reactions/comments.json": "comments_v2",
        "groups/your_comments_in_groups.json": "group_comments_v2",
        "groups/group_posts_and_comments.json": "group_posts_v2",
        "groups/your_posts_in_groups.json": "group_posts_v2",
    }


def _rows(content: object, field: str) -> Iterator[ServiceFields]:
    """The rows of a list, wherever it lies: alone, in its field, or in that of an older download."""
    if isinstance(content, dict):
        inner = content.get(field) or content.get(field.removesuffix("_v2"))
        content = inner.get("activity_log_data") if isinstance(inner, dict) else inner
    for one in content if isinstance(content, list) else ():
        if isinstance(one, dict):
            yield ServiceFields(one)


def _inner(data: ServiceFields, field: str) -> ServiceFields | None:
    """A comment, which is an object, or a post, which is its text."""
    value = data.values.get(field)
    if isinstance(value, dict):
        return ServiceFields(value)
    return ServiceFields({field: value}) if isinstance(value, str) else None


def _name_in(content: ServiceFields) -> str:
    """The name as Facebook tells it, or as Instagram does (in whatever language the fields are named)."""
    for profile in ("profile_v2", "profile"):
        if name := content.inner(profile).inner("name").text("full_name"):
            return name
    for user in content.each("profile_user"):
        told = user.inner("string_map_data")
        for field in ("Name", "Nome", "Username", "Nome utente"):
            if value := told.inner(field).text("value"):
                return value
    return ""


def _when(numbered: tuple[int, object]) -> tuple[float, int]:
    """By time; what came at one moment stands in the file newest first, too."""
    number, one = numbered
    value = one.get("timestamp_ms") if isinstance(one, dict) else None
    return (value if isinstance(value, int | float) else 0, -number)


def _seconds(row: ServiceFields) -> float:
    value = row.values.get("timestamp")
    return value if isinstance(value, int | float) else 0
