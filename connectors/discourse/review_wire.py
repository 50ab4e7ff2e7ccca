"""From a forum's review queue to plain values; pure.

No published page describes it. It is as the forum's own page is answered (its reviewables controller and serializers):
what an item refers to stands beside the list, by ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final
from zlib import crc32

from connectors.discourse.fields import Fields
from inbox_app.domain.jsonvalue import JsonValue

_PLACE: Final = re.compile(r"/t/(?:[^/]+/)?\d+/(\d+)$")
_ACTION: Final = re.compile(r"[a-z_]{1,60}")


class About(StrEnum):
    """What somebody has to decide about: others, such as new users, are decided on the forum's page."""

    QUEUED = "ReviewableQueuedPost"
    FLAGGED = "ReviewableFlaggedPost"


class Status(IntEnum):
    """What became of an item."""

    PENDING = 0
    APPROVED = 1
    REJECTED = 2
    IGNORED = 3
    DELETED = 4


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named beside the list."""

    id: int
    username: str
    name: str
    avatar: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a post; `reason` is what the forum or a word list says of it, as HTML."""

    by: Person | None
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """A post that waits to be seen by others, or reports of one that is. `number` is the post that is answered, or the
    one that was reported; `can` are the forum's names of what we may decide.
    """

    id: int
    about: About
    status: int
    version: int
    at: datetime
    topic: int
    title: str
    number: int
    author: Person | None
    raw: str | None
    cooked: str
    reports: tuple[Report, ...]
    can: frozenset[str]
    url: str

    @property
    def place(self) -> str:
        """By what it is known. A post of ours that waits is called so where it was sent, too."""
        return f"{self.topic}/{'pending' if self.about is About.QUEUED else 'report'} {self.id}"

    @property
    def digest(self) -> int:
        """32 bits, and others when it is told otherwise."""
        told = (self.version, self.raw, self.cooked, len(self.reports), sorted(self.can))
        return crc32(repr(told).encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue; `length` counts what is no concern of ours as well."""

    items: tuple[Item, ...]
    length: int
    total: int


def read_page(value: JsonValue) -> Page:
    """What waits for a decision."""
    said = Fields.of(value)
    listed = said.need_each("reviewables")
    beside = _Beside.of(said)
    items = tuple(beside.item(one) for one in listed if one.text("type") in set(About))
    return Page(items, len(listed), said.inner("meta").number("total_rows_reviewables"))


def read_item(value: JsonValue) -> Item | None:
    """One item as it stands; None where it is of a kind that we do not know."""
    said = Fields.of(value)
    one = Fields.of(said.values.get("reviewable"))
    return _Beside.of(said).item(one) if one.text("type") in set(About) else None


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside a list."""

    people: Mapping[int, Person]
    titles: Mapping[int, str]
    scores: Mapping[int, Fields]
    kinds: Mapping[int, str]
    bundles: Mapping[str, list[str]]
    actions: Mapping[str, str]

    @classmethod
    def of(cls, said: Fields) -> _Beside:
        return cls(
            {one.number("id"): _person(one) for one in said.each("users")},
            {one.number("id"): one.text("title") for one in said.each("topics")},
            {one.number("id"): one for one in said.each("reviewable_scores")},
            {one.number("id"): one.text("title") for one in said.each("score_types")},
            {one.text("id"): one.texts("action_ids") for one in said.each("bundled_actions")},
            {one.text("id"): _action(one) for one in said.each("actions")},
        )

    def item(self, said: Fields) -> Item:
        payload = said.inner("payload")
        topic = said.number("topic_id")
        place = _PLACE.search(said.text("target_url"))
        author = self.people.get(said.number("target_created_by_id")) or self.people.get(said.number("created_by_id"))
        about = About(said.text("type"))
        return Item(
            id=said.need_number("id"),
            about=about,
            status=said.number("status"),
            version=said.number("version"),
            at=said.need_moment("created_at"),
            topic=topic,
            title=payload.text("title") or self.titles.get(topic, ""),
            number=said.number("reply_to_post_number") if about is About.QUEUED else int(place[1]) if place else 1,
            author=author,
            raw=_raw(said, payload),
            cooked=said.text("cooked"),
            reports=tuple(self._report(self.scores[one]) for one in said.numbers("reviewable_score_ids")
                          if one in self.scores),
            can=frozenset(self._can(said)),
            url=said.text("target_url"),
        )  # fmt: skip

    def _report(self, score: Fields) -> Report:
        kind = score.number("score_type_id") or score.inner("score_type").number("id")
        what = self.kinds.get(kind, "") or score.inner("score_type").text("title")
        return Report(self.people.get(score.number("user_id")), what, score.text("reason"))

    def _can(self, said: Fields) -> set[str]:
        named = {action for bundle in said.texts("bundled_action_ids") for action in self.bundles.get(bundle, ())}
        return {self.actions[one] for one in named if self.actions.get(one)}


def _person(said: Fields) -> Person:
    return Person(said.number("id"), said.text("username"), said.text("name"), said.text("avatar_template"))


def _action(said: Fields) -> str:
    """What the forum is told to do; newer ones put the item's id before the name where they give no other."""
    named = said.text("server_action") or said.text("id").rpartition("-")[2]
    return named if _ACTION.fullmatch(named) else ""


def _raw(said: Fields, payload: Fields) -> str | None:
    return payload.text("raw") if "raw" in payload else said.text("raw") if "raw" in said else None
