"""What a forum consists of, as the stand-in keeps it: users, topics, posts; and how it reads and refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.parser import BytesParser
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, reason: str = "", kind: str = "", **more: Any) -> None:
        super().__init__(reason)
        self.status, self.headers = status, dict(more.pop("headers", {}))
        self.body = {"errors": [reason or "no"], "error_type": kind, **more}


@dataclass
class User:
    """Somebody on the forum."""

    id: int
    username: str
    name: str
    staff: bool = False


@dataclass
class Topic:
    """A topic, or a private conversation among `members`."""

    id: int
    title: str
    owner: User
    members: tuple[str, ...] = ()
    closed: bool = False
    listed: bool = True
    levels: dict[str, int] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return bool(self.members)


@dataclass
class Post:
    """A post of a topic."""

    id: int
    topic: Topic
    number: int
    author: User
    raw: str
    at: datetime
    reply_to: int | None = None
    cooked: str = ""
    version: int = 1
    hidden: bool = False
    gone: bool = False
    by_author: bool = False
    kind: int = 1
    marks: dict[int, set[str]] = field(default_factory=dict)
    polls: list[Json] = field(default_factory=list)


@dataclass
class Asked:
    """A request: who asks, the parts of its path, the rest."""

    me: User
    name: str = ""
    more: bool = False
    query: dict[str, list[str]] = field(default_factory=dict)
    body: Any = None

    def number(self, name: str) -> int:
        """A number of the query, 0 where there is none."""
        return int(self.query.get(name, ["0"])[0])


def moment(at: datetime) -> str:
    """A time as forums write it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def form_of(kind: str, data: bytes) -> tuple[list[str], tuple[str, bytes] | None]:
    """The names of a form's fields, and its file."""
    if not kind.startswith("multipart/"):
        return [], None
    message = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + data)
    names: list[str] = []
    file = None
    for part in message.walk():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            names.append(str(name))
            if part.get_filename():
                file = (str(part.get_filename()), content)
    return names, file
