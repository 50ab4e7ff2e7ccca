"""From the JSON of a folder to events, and from acts to that of answers (`docs/guide/folder.md`). Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from connectors.folder.client import Refused
from connectors.folder.fields import Fields
from inbox_app.content.names import safe_name
from inbox_app.contract.acts import Act, Target
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    MessageGone,
    MessageHidden,
    MessageSeen,
    PostSeen,
    ReactionsSeen,
    ReadElsewhere,
    RemoteAttachment,
    RemoteAuthor,
    RemoteMessage,
    RemotePost,
)
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind, Direction, Kind

MOST_REACTIONS: Final = 100
_ANSWERS: Final = {
    ActKind.REPLY: "reply",
    ActKind.REACTION: "reaction",
    ActKind.MODERATION: "moderation",
    ActKind.EDIT: "edit",
    ActKind.DELETION: "deletion",
}


class Place(StrEnum):
    """The kinds of conversation that a folder may hold; mail and feeds have channels of their own."""

    COMMENTS = "comments"
    MENTION = "mention"
    DIRECT = "direct"
    ROOM = "room"
    FORUM = "forum"
    REVIEW = "review"


class Told(StrEnum):
    """The kinds of event."""

    MESSAGE = "message"
    DELETION = "deletion"
    HIDDEN = "hidden"
    REACTIONS = "reactions"
    POST = "post"
    CONVERSATION = "conversation"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Reading:
    """How one file is read: who we are, and how large a file beside it is."""

    us: RemoteAuthor
    size_of: Callable[[str], int]

    def event(self, body: bytes) -> Event:
        """What a file tells. HTML in it is not clean yet.

        Raises:
            Refused: it is not as described.
            NotJson: it is no JSON (yet).
        """
        try:
            said = Fields.of(parse_json(body))
        except BadAnswer as bad:
            raise NotJson(_("It is no JSON, or nests too deep.")) from bad
        tell: Mapping[Told, Callable[[Fields], Event]] = {
            Told.MESSAGE: self._message,
            Told.DELETION: _deletion,
            Told.HIDDEN: lambda said: MessageHidden(
                said.need_id("id"), said.flag("hidden", default=True), said.moment("at")
            ),
            Told.REACTIONS: _reactions,
            Told.POST: self._post,
            Told.CONVERSATION: _conversation,
            Told.READ: lambda said: ReadElsewhere(said.need_id("id")),
        }
        return tell[said.word("event", Told)](said)

    def _message(self, said: Fields) -> MessageSeen:
        kind, direction = _kind(said), said.word("direction", Direction, Direction.INCOMING)
        name = said.need_id("id")
        return MessageSeen(
            RemoteMessage(
                remote_id=name,
                kind=kind,
                keys=_keys(said, kind),
                author=self.us if direction is Direction.OUTGOING else self._author(said),
                direction=direction,
                sent_at=said.need_moment("at"),
                text=said.text("text"),
                parent=said.id("parent"),
                post=said.id("post"),
                title=said.text("title"),
                html=said.text("html") or None,
                edited_at=said.moment("edited_at"),
                attachments=tuple(self._attachment(one) for one in said.each("attachments")),
                key=said.id("key"),
                url=said.text("url"),
                needs_work=said.flag("needs_work", default=True),
                history=said.flag("history"),
                hidden=said.flag("hidden"),
                abilities=_abilities(said, direction),
            )
        )

    def _author(self, said: Fields) -> RemoteAuthor:
        author = said.inner("author")
        name = author.need_id("id")
        return RemoteAuthor(
            remote_id=name,
            handle=author.text("handle") or name,
            name=author.text("name"),
            avatar_url=author.text("avatar_url"),
            profile_url=author.text("profile_url"),
            is_bot=author.flag("is_bot"),
        )

    def _attachment(self, said: Fields) -> RemoteAttachment:
        named = said.text("file")
        return RemoteAttachment(
            remote_id=named,
            name=safe_name(said.text("name") or named),
            media_type=said.text("media_type") or "application/octet-stream",
            size=self.size_of(named),
            description=said.text("description"),
        )

    def _post(self, said: Fields) -> PostSeen:
        return PostSeen(
            RemotePost(
                remote_id=said.need_id("id"),
                title=said.text("title"),
                text=said.text("text"),
                published_at=said.need_moment("at"),
                author=self._author(said) if said.values.get("author") is not None else None,
                url=said.text("url"),
                picture_url=said.text("picture_url"),
                comment_count=said.count("comments"),
                reaction_count=said.count("reactions"),
                deleted=said.flag("deleted"),
            )
        )


class NotJson(Refused):
    """No JSON: perhaps only half of it, because somebody is still writing."""


def _kind(said: Fields) -> Kind:
    return Kind(said.word("kind", Place).value)


def _keys(said: Fields, kind: Kind) -> tuple[str, ...]:
    """Comments and mentions hang together by what they answer; the others lie in a place that has a name."""
    if kind.linked_by_messages:
        parent = said.id("parent")
        return (said.need_id("id"), parent) if parent else (said.need_id("id"),)
    return (said.need_id("id"),) if kind is Kind.REVIEW and not said.id("thread") else (said.need_id("thread"),)


def _abilities(said: Fields, direction: Direction) -> Abilities:
    """What the other program says that it can do with this; answering is understood."""
    if said.values.get("can") is None:
        return Abilities({Action.REPLY: YES} if direction is Direction.INCOMING else {})
    known = {action.value: action for action in Action}
    names = said.texts("can")
    unknown = [one for one in names if one not in known]
    if unknown:
        raise Refused(_("“{name}” must be {wanted}.").format(name="can", wanted=", ".join(known)))
    return Abilities({known[one]: YES for one in names})


def _deletion(said: Fields) -> MessageGone:
    return MessageGone(said.need_id("id"), said.moment("at"), by_author=said.flag("by_author", default=True))


def _reactions(said: Fields) -> ReactionsSeen:
    counts = said.inner("counts")
    if len(counts.values) > MOST_REACTIONS:
        raise Refused(_("“{name}” must be {wanted}.").format(name="counts", wanted=MOST_REACTIONS))
    told = tuple((name, counts.count(name) or 0) for name in counts.values)
    return ReactionsSeen(said.need_id("id"), told, frozenset(said.texts("ours")))


def _conversation(said: Fields) -> ConversationSeen:
    return ConversationSeen(
        _kind(said), (said.need_id("thread"),), title=said.text("title"), reply_until=said.moment("reply_until")
    )


# --- answers ---------------------------------------------------------------------------------------------------------


def answer(act: Act) -> bytes:
    """The whole file of an answer.

    Raises:
        Rejected: a folder has no place for it.
    """
    if act.target is None or act.kind not in _ANSWERS:
        raise Rejected(_("A folder takes answers to messages, and nothing else."))
    body: JsonObject = {
        "answer": _ANSWERS[act.kind],
        "key": act.key,
        "decided_at": _iso(act.decided_at),
        "to": _target(act, act.target),
    }
    if act.action is not None:
        body["action"] = act.action.value
    optional: tuple[tuple[str, str], ...] = (("text", act.text), ("html", act.html), ("value", act.value))
    body |= {name: value for name, value in optional if value}
    if act.files:
        body["attachments"] = [
            {"file": place, "name": one.name, "media_type": one.media_type, "description": one.description}
            for one, (place, _data) in zip(act.files, files(act), strict=True)
        ]
    return json.dumps(body, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def files(act: Act) -> list[tuple[str, bytes]]:
    """Where the files of an answer lie in the folder, and what is in them."""
    return [
        (f"answers/{act.key}.files/{number}-{safe_name(one.name)}", one.data)
        for number, one in enumerate(act.files, start=1)
    ]


def _target(act: Act, target: Target) -> JsonObject:
    said: JsonObject = {
        "id": target.remote_id,
        "kind": act.conversation_kind.value,
        "author": target.author_handle,
        "at": _iso(target.sent_at),
    }
    if target.post:
        said["post"] = target.post
    if not act.conversation_kind.linked_by_messages and target.keys:
        said["thread"] = target.keys[0]
    return said


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
