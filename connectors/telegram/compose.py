"""From acts to requests of the Bot API (https://core.telegram.org/bots/api#sendmessage). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.telegram.entities import read_typed
from connectors.telegram.fields import Fields
from inbox_app.contract.acts import Act, OutgoingFile, Target
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import Rejected
from inbox_app.contract.limits import Counting, Limits
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import ActKind

LIMITS: Final = Limits(text=4096, counting=Counting.UTF16, files=10, file_size=50 * 1024 * 1024)
CAPTION: Final = 1024
_PHOTO: Final = 10 * 1024 * 1024
_PHOTOS: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class Place:
    """The numbers of a message."""

    chat: int
    message: int

    @classmethod
    def of(cls, target: Target | None) -> Place:
        chat, colon, message = (target.remote_id if target else "").partition(":")
        if not colon or not message.isdecimal() or not chat.removeprefix("-").isdecimal():
            raise Rejected(_("This names no message."))
        return cls(int(chat), int(message))

    @property
    def params(self) -> JsonObject:
        return {"chat_id": self.chat, "message_id": self.message}


def freeze(act: Act) -> bytes:
    """The request for an answer, but for its file's bytes.

    Raises:
        Rejected: a bot cannot do that.
    """
    if act.kind is not ActKind.REPLY or act.target is None:
        raise Rejected(_("A bot cannot begin a conversation. People write to it first."))
    place = Place.of(act.target)
    params: JsonObject = {
        "chat_id": place.chat,
        "reply_parameters": {"message_id": place.message},
    }
    if len(act.files) > 1:
        params["media"] = _album(act)
    else:
        params |= said_as(act.text, beside_file=bool(act.files))
    topic = Fields(act.target.extra or {}).number("topic")
    if topic:
        params["message_thread_id"] = topic
    body: JsonObject = {"method": _method(act.files), "params": params}
    return json.dumps(body, ensure_ascii=True, sort_keys=True).encode()


def read(frozen: bytes) -> tuple[str, JsonObject]:
    """The method and its parameters."""
    said = Fields.of(parse_json(frozen))
    return said.text("method"), said.inner("params").values


def check(act: Act) -> None:
    """See that the service would take it.

    Raises:
        Rejected: too long, too many files, too large.
    """
    most = CAPTION if act.files else LIMITS.text or 0
    length = LIMITS.length(act.text)
    if length > most and act.files:
        raise Rejected(_("Beside a file the text may have {limit} characters; this has {length}.").format(
            limit=most, length=length))  # fmt: skip
    if length > most:
        raise Rejected(_("Telegram takes {limit} characters; this has {length}.").format(limit=most, length=length))
    if len(act.files) > (LIMITS.files or 0):
        raise Rejected(_("{limit} files at most go with one message here.").format(limit=LIMITS.files))
    for file in act.files:
        if len(file.data) > (LIMITS.file_size or 0):
            raise Rejected(_("{name} is larger than the 50 MiB that Telegram takes from a bot.").format(name=file.name))


def files(act: Act) -> Mapping[str, tuple[str, bytes, str]]:
    """The act's file as a field of a form."""
    if len(act.files) > 1:
        return {_field(number): _part(one) for number, one in enumerate(act.files)}
    field = "photo" if _method(act.files) == "sendPhoto" else "document"
    return {field: _part(act.files[0])} if act.files else {}


def said_as(text: str, *, beside_file: bool) -> JsonObject:
    """The text, and beside it what was typed as formatting."""
    plain, entities = read_typed(text)
    name, beside = ("caption", "caption_entities") if beside_file else ("text", "entities")
    return {name: plain, beside: entities} if entities else {name: plain}


def _album(act: Act) -> list[JsonValue]:
    """Pictures go together, and so do files; where there are both all go as files. The first one bears the text."""
    kind = "photo" if all(_is_photo(one) for one in act.files) else "document"
    parts: list[JsonObject] = [
        {"type": kind, "media": f"attach://{_field(number)}"} for number in range(len(act.files))
    ]
    return [{**parts[0], **said_as(act.text, beside_file=True)}, *parts[1:]]


def _field(number: int) -> str:
    return f"file{number}"


def _part(file: OutgoingFile) -> tuple[str, bytes, str]:
    return file.name, file.data, file.media_type


def _method(sent: tuple[OutgoingFile, ...]) -> str:
    if not sent:
        return "sendMessage"
    if len(sent) > 1:
        return "sendMediaGroup"
    return "sendPhoto" if _is_photo(sent[0]) else "sendDocument"


def _is_photo(file: OutgoingFile) -> bool:
    return file.media_type in _PHOTOS and len(file.data) <= _PHOTO
