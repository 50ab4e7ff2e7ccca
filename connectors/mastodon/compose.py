"""The request for what we write: whom it names, who may see it, under which warning. Pure.

https://docs.joinmastodon.org/methods/statuses/#create
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

import regex

from connectors.mastodon.fields import Fields
from connectors.mastodon.wire import DIRECT
from inbox_app.contract.acts import Act
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import ActKind

_LINK: Final = re.compile(r"https?://[^\s<>\"]+")
_MENTION: Final = re.compile(r"(?<![\w/@])@(\w+(?:[\w.-]*\w)?)(?:@[\w.-]+\w)?")
_LINK_LENGTH: Final = 23
"""Every link counts as this many characters, however long it is."""


def freeze(act: Act, domain: str) -> bytes:
    """The body of the request, fixed for all tries."""
    said = Fields(act.target.extra if act.target and act.target.extra else {})
    body: JsonObject = {"status": text_of(act, domain), "visibility": visibility_of(act, said)}
    if act.target is not None:  # what answers in private names what it answers too
        body["in_reply_to_id"] = act.target.remote_id
        if said.text("warning"):
            body["spoiler_text"] = said.text("warning")
        if said.flag("sensitive"):
            body["sensitive"] = True
    language = act.value or (said.text("language") if act.target is not None else "")
    if language:
        body["language"] = language
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def visibility_of(act: Act, target: Fields) -> str:
    """An answer is seen by as many as what it answers; what is direct stays direct."""
    if act.kind is ActKind.POST:
        return "public"
    if act.kind is ActKind.NEW:
        return DIRECT
    return target.text("visibility") or "public"


def text_of(act: Act, domain: str) -> str:
    """The text with those named in front whom it would not reach otherwise: the server notifies by names alone."""
    text = f"{act.title}\n\n{act.text}" if act.title and act.kind is ActKind.POST else act.text
    return prefix(handles_of(act), text, domain) + text


def handles_of(act: Act) -> list[str]:
    """Whom an act is written to."""
    if act.kind is ActKind.NEW:
        return [one.handle.lstrip("@").lower() for one in act.recipients]
    return Fields(act.target.extra).texts("mentions") if act.target and act.target.extra else []


def prefix(handles: Sequence[str], text: str, domain: str) -> str:
    """`@anna @ben@example.org ` for whoever is not named in the text already."""
    named = {whole.lower().rstrip(".-@") for whole in re.findall(r"@[\w.@-]+", text)}
    return "".join(f"{name} " for one in handles if (name := mention(one, domain)).lower() not in named)


def mention(handle: str, domain: str) -> str:
    """How a handle is written on our server."""
    name, _at, home = handle.partition("@")
    return f"@{name}" if home in ("", domain) else f"@{handle}"


def length(text: str) -> int:
    """How long the server thinks a text is: links count alike, and of a name only what stands before its server."""
    short = _LINK.sub("x" * _LINK_LENGTH, text)
    return len(regex.findall(r"\X", _MENTION.sub(r"@\1", short)))


def reserved(handles: Iterable[str]) -> int:
    """What naming these people costs, as the server counts."""
    return sum(len(f"@{one.partition('@')[0]} ") for one in handles)


def with_media(frozen: bytes, media: Sequence[str]) -> JsonObject:
    """The request to send: the frozen body and the files that were uploaded for this try."""
    body: JsonValue = json.loads(frozen)
    whole = dict(Fields.of(body).values)
    if media:
        whole["media_ids"] = [*media]
    return whole


def same_text(sent: str, shown: str) -> bool:
    """Whether a status shows the text that was sent: blanks may differ, and names may be written short."""
    return _bare(sent) == _bare(shown)


def _bare(text: str) -> str:
    return "".join(_MENTION.sub(r"@\1", text).split()).casefold()
