"""The stand-in's review queue, as the forum's source has it: its reviewables controller, models and serializers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.connectors.discourse.forum import Json, Post, Refused, Topic, User, moment

PER_PAGE = 10
PENDING, APPROVED, REJECTED, IGNORED = 0, 1, 2, 3


@dataclass
class Entry:
    """Something to decide about: a post that is not there yet, or one that was reported."""

    id: int
    at: datetime
    author: User
    raw: str
    topic: Topic | None
    title: str = ""
    to: int | None = None
    post: Post | None = None
    reports: list[tuple[User, str, str]] = field(default_factory=list)
    version: int = 0
    status: int = PENDING
    by: User | None = None

    @property
    def actions(self) -> list[tuple[str, list[str]]]:
        """What a moderator may do, in bundles."""
        if self.status != PENDING:
            return []
        if self.post is None:
            first = "approve_post_closed" if self.topic is not None and self.topic.closed else "approve_post"
            return [("approve", [first]), ("reject-post", ["reject_post", "revise_and_reject_post"])]
        hidden = self.post.hidden
        agree = ["agree_and_keep_hidden"] if hidden else ["agree_and_hide", "agree_and_keep"]
        return [
            ("agree", [*agree, "delete_and_agree"]),
            ("disagree", ["disagree_and_restore" if hidden else "disagree"]),
            ("ignore", ["ignore_and_do_nothing", "delete_and_ignore"]),
        ]


class ReviewQueue:
    """All that was ever in it."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.others: list[Json] = []
        """What is of a kind that is decided elsewhere."""

    def hold(self, raw: str, author: User, at: datetime, topic: Topic | None = None, **more: Any) -> Entry:
        """Somebody writes what a moderator looks at first."""
        return self._add(Entry(len(self.entries) + 70, at, author, raw, topic, **more))

    def report(self, post: Post, by: User, at: datetime, what: str = "Spam", reason: str = "") -> Entry:
        """Somebody reports a post; a second report is one more of the same entry."""
        known = [one for one in self.entries.values() if one.post is post]
        entry = known[0] if known else self._add(
            Entry(len(self.entries) + 70, at, post.author, post.raw, post.topic, post=post)
        )  # fmt: skip
        entry.reports.append((by, what, reason))
        entry.version += bool(known)
        return entry

    def _add(self, entry: Entry) -> Entry:
        self.entries[entry.id] = entry
        return entry

    # --- what is asked -----------------------------------------------------------------------------------------------

    def listed(self, me: User, offset: int) -> Json:
        """What waits, a page of it."""
        self._see(me)
        pending = [one for one in self.entries.values() if one.status == PENDING]
        page = pending[offset : offset + PER_PAGE]
        total = len(pending) + len(self.others)
        return {
            "reviewables": [*map(_told, page), *(self.others if offset + PER_PAGE >= len(pending) else [])],
            "meta": {"total_rows_reviewables": total, "status": "pending"},
            **_beside(page),
        }

    def shown(self, me: User, number: int) -> Json:
        """One of them."""
        entry = self._find(me, number)
        return {"reviewable": _told(entry), **_beside([entry])}

    def perform(self, me: User, number: int, action: str, version: str) -> Entry:
        """Decide; the caller does to the forum what follows."""
        if not version:
            raise Refused(422, "You must provide a version number")
        entry = self._find(me, number)
        if action not in {name for _bundle, names in entry.actions for name in names}:
            raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")
        if int(version) != entry.version:
            raise Refused(409, "There was an update conflict preventing you from doing that.")
        rejected = action.startswith(("disagree", "reject"))
        entry.status = REJECTED if rejected else IGNORED if "ignore" in action else APPROVED
        entry.version, entry.by = entry.version + 1, me
        return entry

    def _find(self, me: User, number: int) -> Entry:
        self._see(me)
        if number not in self.entries:
            raise Refused(404, "The requested URL or resource could not be found.", "not_found")
        return self.entries[number]

    @staticmethod
    def _see(me: User) -> None:
        if not me.staff:
            raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")


def result_of(entry: Entry, made: Post | None) -> Json:
    """How a decision is answered."""
    result = {"success": True, "transition_to_id": entry.status, "version": entry.version, "reviewable_count": 0}
    if made is not None:
        result |= {"created_post_id": made.id, "created_post_topic_id": made.topic.id}
    return {"reviewable_perform_result": {**result, "remove_reviewable_ids": [entry.id]}}


def _told(one: Entry) -> Json:
    told: Json = {
        "id": one.id, "status": one.status, "created_at": moment(one.at), "can_edit": one.post is None, "score": 4.0,
        "version": one.version, "target_created_by_trust_level": 0, "target_created_by_id": one.author.id,
        "created_by_id": one.reports[0][0].id if one.reports else one.author.id,
        "reviewable_score_ids": [one.id * 100 + number for number in range(len(one.reports))],
        "bundled_action_ids": [f"{one.id}-{bundle}" for bundle, _names in one.actions], "editable_field_ids": [],
    }  # fmt: skip
    if one.topic is not None:
        told |= {"topic_id": one.topic.id, "topic_url": f"/t/topic/{one.topic.id}"}
    if one.post is None:
        more = {"title": one.title} if one.title else {}
        told |= {"type": "ReviewableQueuedPost", "payload": {"raw": one.raw, **more}}
        return told | ({"reply_to_post_number": one.to} if one.to else {})
    place = f"http://forum.example/t/topic/{one.post.topic.id}/{one.post.number}"
    return told | {
        "type": "ReviewableFlaggedPost", "post_id": one.post.id, "raw": one.post.raw, "target_url": place,
        "cooked": f"<p>{one.post.raw}</p>", "post_version": one.post.version, "reply_count": 0,
    }  # fmt: skip


def _beside(entries: list[Entry]) -> Json:
    """What the entries refer to, by ids."""
    people = {who.id: who for one in entries for who in (one.author, *(report[0] for report in one.reports))}
    topics = {one.topic.id: one.topic for one in entries if one.topic is not None}
    kinds = sorted({report[1] for one in entries for report in one.reports})
    return {
        "users": [{"id": one.id, "username": one.username, "name": one.name,
                   "avatar_template": f"/letter_avatar/{one.username}/{{size}}/1.png"} for one in people.values()],
        "topics": [{"id": one.id, "title": one.title, "slug": "topic"} for one in topics.values()],
        "score_types": [{"id": number, "title": kind} for number, kind in enumerate(kinds, start=1)],
        "reviewable_scores": [
            {"id": one.id * 100 + number, "score": 1.0, "status": 0, "user_id": by.id,
             "score_type_id": kinds.index(what) + 1, **({"reason": reason} if reason else {})}
            for one in entries for number, (by, what, reason) in enumerate(one.reports)
        ],
        "bundled_actions": [{"id": f"{one.id}-{bundle}", "action_ids": [f"{one.id}-{name}" for name in names]}
                            for one in entries for bundle, names in one.actions],
        # Newer forums name what is to be done by itself as well.
        "actions": [{"id": f"{one.id}-{name}", "label": name, **({"server_action": name} if one.id % 2 else {})}
                    for one in entries for _bundle, names in one.actions for name in names],
    }  # fmt: skip
