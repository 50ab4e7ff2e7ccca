"""Telegram Desktop's "export chat history" and "export Telegram data" as JSON, read as history.

https://core.telegram.org/import-export and https://github.com/telegramdesktop/tdesktop (export/output). One chat is an
object with `messages`; a whole account has `chats.list`, and says in `personal_information` whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import IO, ClassVar, Final

from connectors.shared.downloads.pieces import items
from connectors.shared.downloads.reading import Telling, Told
from connectors.shared.downloads.tree import Tree
from connectors.shared.fields import ServiceFields
from inbox_app.content.names import safe_name
from inbox_app.contract.archive import Skipped
from inbox_app.contract.remote import MessageSeen, ReactionsSeen, RemoteAttachment, RemoteAuthor, RemoteMessage
from inbox_app.contract.texts import _
from inbox_app.domain.words import Direction, Kind

_PROFILE: Final = "personal_information"
_CHATS: Final = ("", "chats.list.item.", "left_chats.list.item.")
_FACTS: Final = frozenset(f"{chat}{fact}" for chat in _CHATS for fact in ("name", "type", "id"))
_MESSAGES: Final = frozenset(f"{chat}messages.item" for chat in _CHATS)
_TWO: Final = frozenset({"personal_chat", "bot_chat", "saved_messages"})
_USER: Final = re.compile(r"(?:user)?(\d+)")
_MEDIA: Final = {"photo": "image/jpeg", "file": "application/octet-stream"}
_HEAD: Final = 2_000
"""Objects after which no profile comes any more."""


class Export(Telling):
    """A `result.json`, alone or in the folder with its files."""

    what: ClassVar[str] = "Telegram"

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        lone = [name for name in tree.sizes if name.endswith(".json")]
        named = [name for name in lone if name.rpartition("/")[2] == "result.json"]
        self._files = tuple(name for name in named or lone if self._is_export(name))

    def sources(self) -> tuple[str, ...]:
        """Each file in which a chat was found."""
        return self._files

    def owners(self) -> frozenset[str]:
        """The one whose data it is; an export of one chat alone does not say it."""
        profiles = (self._profile(name) for name in self._files)
        return frozenset(name.lower() for _number, name in profiles if name)

    def tell(self, source: str, file: IO[bytes], own: frozenset[str]) -> Iterator[Told]:
        """Chat by chat, the oldest message of each first, as they stand in the file."""
        number, name = self._profile(source)
        us = number if name.lower() in own else ""
        chat = _Chat()
        for prefix, said in items(file, _MESSAGES, _FACTS):
            fact = prefix.rpartition(".")[2]
            if prefix in _FACTS:
                chat = chat.with_fact(fact, said)
                continue
            try:
                yield from _tell(said, chat, us, own)
            except ValueError:
                where = f"{source}: {chat.name or chat.id}, {said.values.get('id', '?')}"
                yield Skipped(where, _("It has no number or no time."))

    def _is_export(self, name: str) -> bool:
        with suppress(ValueError), self.tree.open(name) as file:
            return any(prefix in _MESSAGES for prefix, _said in items(file, _MESSAGES, frozenset()))
        return False

    def _profile(self, source: str) -> tuple[str, str]:
        """Number and name of the owner; what is damaged further down is said when it is told."""
        with suppress(ValueError), self.tree.open(source) as file:
            for prefix, said in islice(items(file, _MESSAGES, frozenset({_PROFILE})), _HEAD):
                if prefix == _PROFILE:
                    whole = " ".join(one for one in (said.text("first_name"), said.text("last_name")) if one)
                    return str(said.values.get("user_id", "")), whole
        return "", ""


class _Chat:
    """What is known of the chat whose messages follow."""

    def __init__(self, chat_id: str = "", name: str = "", kind: str = "") -> None:
        self.id, self.name, self.kind = chat_id, name, kind

    def with_fact(self, fact: str, said: ServiceFields) -> _Chat:
        """The same chat; a name or a type after the number begins another one."""
        value = str(said.values.get("value", ""))
        known = _Chat() if self.id and fact != "id" else self
        if fact == "id":
            return _Chat(value, known.name, known.kind)
        return _Chat("", value, known.kind) if fact == "name" else _Chat("", known.name, value)


def _tell(said: ServiceFields, chat: _Chat, us: str, own: frozenset[str]) -> Iterator[Told]:
    number = said.values.get("id")
    if not isinstance(number, int):
        raise ValueError("no number")  # noqa: TRY004 - a message is damaged, not the program
    if said.text("type") != "message":
        yield Skipped(f"{chat.name or chat.id}, {number}", _("It is a notice of the app, not a message."))
        return
    author = _author(said, chat)
    ours = author.remote_id == us if us else author.name.lower() in own
    remote_id, parent = f"{chat.id}:{number}", said.values.get("reply_to_message_id")
    yield MessageSeen(
        RemoteMessage(
            remote_id=remote_id,
            kind=Kind.DIRECT if chat.kind in _TWO else Kind.ROOM,
            keys=(chat.id or chat.name,),
            author=author,
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=_moment(said, "date"),
            text=_text(said),
            parent=f"{chat.id}:{parent}" if isinstance(parent, int) else None,
            title="" if chat.kind in _TWO else chat.name,
            edited_at=_moment(said, "edited") if "edited" in said or "edited_unixtime" in said else None,
            attachments=tuple(_attachments(said)),
            history=True,
        )
    )
    counts = [(one.text("emoji"), one.values.get("count")) for one in said.each("reactions") if one.text("emoji")]
    if counts:
        yield ReactionsSeen(remote_id, tuple((sign, count if isinstance(count, int) else 1) for sign, count in counts))


def _author(said: ServiceFields, chat: _Chat) -> RemoteAuthor:
    """A user's number is the one that bots see, so whoever wrote to our bot is the same handle; its name is kept."""
    name, given = said.text("from"), said.values.get("from_id")
    user = _USER.fullmatch(str(given or ""))
    remote_id = user[1] if user else str(given or f"{chat.id}:{name.lower() or 'deleted'}")
    return RemoteAuthor(remote_id, "" if user else name or _("Deleted account"), name or _("Deleted account"))


def _moment(said: ServiceFields, name: str) -> datetime:
    """By the seconds where they are told; older exports have only this computer's wall clock.

    Raises:
        ValueError: there is none.
    """
    seconds = said.text(f"{name}_unixtime")
    try:
        if seconds:
            return datetime.fromtimestamp(int(seconds), UTC)
        return datetime.fromisoformat(said.text(name)).astimezone(UTC)
    except OverflowError as far:
        raise ValueError("no time") from far


def _text(said: ServiceFields) -> str:
    """The words; a list of pieces is put together, and a place, a contact or a poll is told in words."""
    text = said.values.get("text")
    pieces = text if isinstance(text, list) else [text]
    words = "".join(
        one if isinstance(one, str) else ServiceFields(one).text("text") if isinstance(one, dict) else ""
        for one in pieces
    )
    return "\n".join(one for one in (words, *_beside(said)) if one)


def _beside(said: ServiceFields) -> Iterator[str]:
    yield said.text("sticker_emoji")
    poll = said.inner("poll")
    if poll.values:
        yield "\n".join([poll.text("question"), *(f"• {one.text('text')}" for one in poll.each("answers"))])
    contact = said.inner("contact_information")
    yield " ".join(
        one for one in (contact.text("first_name"), contact.text("last_name"), contact.text("phone_number")) if one
    )
    place = said.inner("location_information").values
    if "latitude" in place and "longitude" in place:
        yield f"geo:{place['latitude']},{place['longitude']}"


def _attachments(said: ServiceFields) -> Iterator[RemoteAttachment]:
    """Files beside the export; what was not exported is named with the sentence that stands in its place."""
    for name, usual in _MEDIA.items():
        place = said.text(name)
        if place:
            known = said.text("file_name") if name == "file" else ""
            yield RemoteAttachment(place, safe_name(known or place), said.text("mime_type") or usual)
