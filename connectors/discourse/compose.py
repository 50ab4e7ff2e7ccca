"""The request for what we write: Markdown as it was typed, below the post that it answers. Pure.

https://docs.discourse.org/#tag/Posts/operation/createTopicPostPM
"""

from __future__ import annotations

import json
import re
from typing import Final

from connectors.discourse.fields import Fields
from inbox_app.contract.acts import Act
from inbox_app.contract.decoding import parse_json
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind

LONGEST: Final = 32_000
"""Signs of a post, unless the forum's owner changed that."""
LONGEST_TITLE: Final = 250
PRIVATE: Final = "private_message"
MOST_FILES: Final = 10
LARGEST_FILE: Final = 4 * 1024 * 1024
"""Bytes of a file, unless the forum's owner changed that."""
_PLACE: Final = re.compile(r"(\d{1,18})/(\d{1,18})")


def freeze(act: Act, category: int = 0) -> bytes:
    """The body of the request, fixed for all tries."""
    match act.kind:
        case ActKind.POST:
            body = _topic(act, category)
        case ActKind.NEW:
            body = _private(act)
        case _:
            body = _answer(act)
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def _topic(act: Act, category: int) -> JsonObject:
    body: JsonObject = {"title": " ".join(act.title.split()), "raw": act.text.strip()}
    return {**body, "category": category} if category else body


def _private(act: Act) -> JsonObject:
    """A private conversation with whom the act names; it is called like the topic that it comes from."""
    about = act.title or (act.target.title if act.target is not None else "")
    people = ",".join(one.handle.lstrip("@") for one in act.recipients)
    title = " ".join(f"Re: {about}".split())[:LONGEST_TITLE]
    return {"title": title, "raw": act.text.strip(), "archetype": PRIVATE, "target_recipients": people}


def _answer(act: Act) -> JsonObject:
    """What is said to the first post is said to the topic."""
    topic, number = read_place(act.target.remote_id if act.target else "")
    body: JsonObject = {"raw": act.text.strip(), "topic_id": topic}
    if number > 1:
        body["reply_to_post_number"] = number
    return body


def read_frozen(frozen: bytes) -> Fields:
    """The inverse of `freeze`."""
    return Fields.of(parse_json(frozen))


def read_place(remote_id: str) -> tuple[int, int]:
    """The topic and the number within it; 0 and 0 where it names no post."""
    found = _PLACE.fullmatch(remote_id)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def with_files(raw: str, links: list[str]) -> str:
    """The text with its files below it."""
    return "\n\n".join([raw, *links]) if links else raw


def link(name: str, short_url: str, *, picture: bool) -> str:
    """How Markdown shows or names an upload; signs that mean something there are taken out of its name."""
    plain = re.sub(r"[\[\]|\\\r\n]", " ", name).strip() or "file"
    return f"![{plain}]({short_url})" if picture else f"[{plain}|attachment]({short_url})"


def same_text(sent: str, found: str, *, has_files: bool) -> bool:
    """Whether a post is what was sent: forums trim lines and change nothing else."""
    ours, theirs = _bare(sent), _bare(found)
    return theirs.startswith(ours) if has_files else theirs == ours


def _bare(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
