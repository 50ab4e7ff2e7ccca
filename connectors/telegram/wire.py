"""From a bot's updates to the values of the contract (https://core.telegram.org/bots/api#message). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from connectors.telegram.albums import PARTS
from connectors.telegram.entities import html_of
from connectors.telegram.fields import Fields
from inbox_app.content.names import safe_name
from inbox_app.contract.remote import RemoteAttachment, RemoteAuthor, RemoteMessage, RemotePost
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import NO_MARKS, Marks
from inbox_app.domain.poll import Poll, choices
from inbox_app.domain.words import Direction, Kind

_FILES: Final = {
    "animation": "video/mp4", "audio": "audio/mpeg", "document": "application/octet-stream", "video": "video/mp4",
    "video_note": "video/mp4", "voice": "audio/ogg", "sticker": "image/webp",
}  # fmt: skip
"""What a message may carry, and what it is where nothing says so."""
_ENDINGS: Final = {
    "video/mp4": ".mp4", "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "image/webp": ".webp", "image/jpeg": ".jpg",
}  # fmt: skip
_SEEN_THERE_ONLY: Final = (
    "location", "venue", "contact", "dice", "game", "story", "checklist", "paid_media", "invoice", "giveaway",
    "rich_message", "live_photo",
)  # fmt: skip
"""What we show by a sentence; anything else without text or file is the chat's own bookkeeping, and no message."""


@dataclass(frozen=True, slots=True)
class Bot:
    """Who we are."""

    id: int
    name: str
    username: str

    @classmethod
    def of(cls, said: Fields) -> Bot:
        return cls(said.need_number("id"), said.text("first_name"), said.text("username"))

    def is_called_in(self, text: str) -> bool:
        """Whether a text names us: `@name`, or `/command@name`."""
        return bool(self.username) and bool(
            re.search(rf"@{re.escape(self.username)}(?![A-Za-z0-9_])", text, re.IGNORECASE)
        )


def remote_id(chat: int, message: int) -> str:
    """Numbers of messages are a chat's own."""
    return f"{chat}:{message}"


def id_of(said: Fields) -> str:
    """The id of a message, or of what names one (a reaction)."""
    return remote_id(said.inner("chat").need_number("id"), said.need_number("message_id"))


def is_post(said: Fields) -> bool:
    """Whether a message is a channel's post, brought into its discussion group by Telegram."""
    return said.flag("is_automatic_forward")


def post_of(said: Fields) -> RemotePost:
    """A channel's post."""
    channel = said.inner("sender_chat")
    origin = said.inner("forward_origin")
    name, number = channel.text("username"), origin.number("message_id")
    return RemotePost(
        remote_id=id_of(said),
        title=channel.text("title"),
        text=text_of(said),
        published_at=said.need_moment("date"),
        author=_of_chat(channel),
        url=f"https://t.me/{name}/{number}" if re.fullmatch(r"\w{1,64}", name) and number else "",
        poll=poll_of(said.inner("poll")) if "poll" in said else None,
    )


def is_message(said: Fields) -> bool:
    """Whether somebody said something: not that somebody came, or that the title changed."""
    return any(name in said for name in ("text", "caption", "photo", "poll", *_FILES, *_SEEN_THERE_ONLY))


def post_above(said: Fields, posts: frozenset[str]) -> str | None:
    """The post of a channel below which a message stands, if any."""
    above = said.inner("reply_to_message")
    if is_post(above):
        return id_of(above)
    thread = said.number("message_thread_id")
    root = remote_id(said.inner("chat").need_number("id"), thread)
    return root if thread and root in posts else None


def message_of(said: Fields, us: Bot, posts: frozenset[str], abilities: Abilities | None) -> RemoteMessage:
    """A message in its conversation."""
    chat, ours = said.inner("chat"), said.inner("from").number("id") == us.id
    post, parent = post_above(said, posts), _parent(said)
    kind = Kind.COMMENTS if post else Kind.DIRECT if chat.text("type") == "private" else Kind.ROOM
    parent = None if parent == post else parent
    name = id_of(said)
    return RemoteMessage(
        remote_id=name,
        kind=kind,
        keys=((name, parent) if parent else (name,)) if post else (_place(said),),
        author=_author(said, us),
        direction=Direction.OUTGOING if ours else Direction.INCOMING,
        sent_at=said.need_moment("date"),
        text=text_of(said),
        parent=parent,
        post=post,
        html=html_of(said),
        title=_title(said) if kind is Kind.ROOM else "",
        edited_at=said.need_moment("edit_date") if "edit_date" in said else None,
        attachments=tuple(one for part in _parts(said) for one in _attachments(part)),
        url=_url(said),
        needs_work=kind is not Kind.ROOM or _calls_us(said, us),
        abilities=abilities,
        extra=extra_of(said),
        marks=Marks(poll=poll_of(said.inner("poll"))) if "poll" in said else NO_MARKS,
    )


def extra_of(said: Fields) -> JsonObject:
    """What an answer or a moderation needs again."""
    extra: JsonObject = {"private": said.inner("chat").text("type") == "private"}
    if "from" in said and "sender_chat" not in said:
        extra["user"] = said.inner("from").number("id")
    if said.flag("is_topic_message"):
        extra["topic"] = said.number("message_thread_id")
    if _has_file(said):
        extra["caption"] = True
    if PARTS in said:
        extra[PARTS] = [part.need_number("message_id") for part in said.each(PARTS)]
    return extra


def text_of(said: Fields) -> str:
    """The text or caption; for what is neither, what it is."""
    if "poll" in said:
        question = said.inner("poll").text("question")
        return "\n".join([question, *(f"• {one.text}" for one in poll_of(said.inner("poll")).choices)])
    if "sticker" in said:
        return said.inner("sticker").text("emoji")
    text = said.text("text") or said.text("caption")
    if not text and any(name in said for name in _SEEN_THERE_ONLY):
        return _("This can only be seen in Telegram.")
    return text


def poll_of(said: Fields) -> Poll:
    """Its votes are told to a bot only as they stood when it was sent, so they count when it was over by then."""
    options, closed = [*said.each("options")], said.flag("is_closed")
    return Poll(
        choices([one.text("text") for one in options], [one.number("voter_count") for one in options if closed]),
        voters=said.number("total_voter_count") if closed else None,
        multiple=said.flag("allows_multiple_answers"),
        closed=closed,
        closes_at=said.need_moment("close_date") if "close_date" in said else None,
    )


def reactions_in(said: Fields, name: str) -> list[str]:
    """The reactions of a change that have a sign to show."""
    return [one.text("emoji") for one in said.each(name) if one.text("type") == "emoji" and one.text("emoji")]


def counts_in(said: Fields) -> tuple[tuple[str, int], ...]:
    """The counts of a message on which people react namelessly."""
    told = ((one.inner("type").text("emoji"), one.number("total_count")) for one in said.each("reactions"))
    return tuple((name, count) for name, count in told if name)


def _parent(said: Fields) -> str | None:
    above = said.inner("reply_to_message")
    if "message_id" not in above or "forum_topic_created" in above:
        return None
    return remote_id(said.inner("chat").need_number("id"), above.need_number("message_id"))


def _place(said: Fields) -> str:
    """The chat, or the topic in it."""
    chat = said.inner("chat").need_number("id")
    return f"{chat}/{said.number('message_thread_id')}" if said.flag("is_topic_message") else str(chat)


def _title(said: Fields) -> str:
    chat, topic = said.inner("chat").text("title"), said.inner("reply_to_message").inner("forum_topic_created")
    return f"{chat} › {topic.text('name')}" if topic.text("name") else chat


def _calls_us(said: Fields, us: Bot) -> bool:
    """Whether a message in a room is for us: it names us, or answers us."""
    answers_us = said.inner("reply_to_message").inner("from").number("id") == us.id
    return answers_us or us.is_called_in(said.text("text") or said.text("caption"))


def _author(said: Fields, us: Bot) -> RemoteAuthor:
    sender = said.inner("sender_chat")
    if sender.values:
        return _of_chat(sender)
    user = said.inner("from")
    name = " ".join(part for part in (user.text("first_name"), user.text("last_name")) if part)
    handle = user.text("username")
    number = str(user.number("id"))
    return RemoteAuthor(
        number,
        f"@{handle}" if handle else name or number,
        name,
        profile_url=f"https://t.me/{handle}" if re.fullmatch(r"\w{1,64}", handle) else "",
        is_bot=user.flag("is_bot") and user.number("id") != us.id,
    )


def _of_chat(chat: Fields) -> RemoteAuthor:
    name = chat.text("title")
    return RemoteAuthor(str(chat.number("id")), f"@{chat.text('username')}" if chat.text("username") else name, name)


def _url(said: Fields) -> str:
    """A public group's address, and the one that members of a private one can open."""
    chat, number = said.inner("chat"), said.need_number("message_id")
    if re.fullmatch(r"\w{1,64}", chat.text("username")) and chat.text("type") != "private":
        return f"https://t.me/{chat.text('username')}/{number}"
    inside = str(chat.number("id")).removeprefix("-100")
    return f"https://t.me/c/{inside}/{number}" if chat.text("type") == "supergroup" and inside.isdecimal() else ""


def _has_file(said: Fields) -> bool:
    return "photo" in said or any(name in said for name in _FILES)


def _parts(said: Fields) -> list[Fields]:
    """The messages of an album, or the message alone."""
    return [*said.each(PARTS)] or [said]


def _attachments(said: Fields) -> Iterator[RemoteAttachment]:
    sizes = sorted(said.each("photo"), key=lambda one: one.number("width") * one.number("height"))
    if sizes:
        yield _attachment(sizes[-1], "photo", "image/jpeg")
    for name, usual in _FILES.items():
        # an animation comes as a document too
        if name in said and not (name == "document" and "animation" in said):
            yield _attachment(said.inner(name), name, usual)


def _attachment(file: Fields, what: str, usual: str) -> RemoteAttachment:
    media_type = file.text("mime_type") or usual
    name = file.text("file_name") or f"{what}{_ENDINGS.get(media_type, '')}"
    return RemoteAttachment(file.text("file_id"), safe_name(name), media_type, max(file.number("file_size"), 0))
