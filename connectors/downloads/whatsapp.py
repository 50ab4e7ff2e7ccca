"""WhatsApp's "export chat": a text of lines as each phone writes them, and files beside it.

https://faq.whatsapp.com/1180414079177245. The text names no zone and no order of day and month: times are those of this
computer's zone, and the order follows from the dates themselves. A line without a date goes on with the message above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, ClassVar, Final

from connectors.downloads.client import lines
from connectors.shared.downloads.names import Names, stands_out
from connectors.shared.downloads.reading import Telling, Told
from connectors.shared.downloads.tree import Tree
from inbox_app.content.names import safe_name
from inbox_app.content.sniff import sniff
from inbox_app.contract.archive import Skipped
from inbox_app.contract.remote import MessageSeen, RemoteAttachment, RemoteAuthor, RemoteMessage
from inbox_app.contract.texts import _
from inbox_app.domain.words import Direction, Kind

_MOST_PEOPLE: Final = 5_000
_HEAD_LINES: Final = 50
"""Lines without a date after which a text is no chat."""
_MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2068\u2069]")
_MORNING: Final = ("am", "πμ", "ص", "上午", "午前", "오전", "sa", "pg", "dop", "de", "пп", "ก่อนเที่ยง")
_AFTERNOON: Final = ("pm", "μμ", "م", "下午", "午後", "오후", "ch", "ptg", "odp", "du", "сл", "หลังเที่ยง")
"""The halves of a day as phones write them, without points and spaces."""
_HALF: Final = "|".join(r"\.?\s?".join(map(re.escape, word)) for word in (*_MORNING, *_AFTERNOON))
_BETWEEN: Final = r"(?:\s?г\.?)?[,،]?\s+(?:(?:à|um|klo|kl\.|о|u)\s+)?"
_TIME: Final = (
    rf"(?:({_HALF})\.?\s?)?(\d{{1,2}})[:.](\d{{2}})(?:[:.](\d{{2}}))?(?:\s?({_HALF})\b\.?)?(?:\s(?:Uhr|ч\.?))?"
)
_DATE: Final = rf"(\d{{1,4}})[./-]\s?(\d{{1,2}})[./-]\s?(\d{{1,4}})\.?{_BETWEEN}{_TIME}"
_LINE: Final = re.compile(rf"(?:\[{_DATE}\]\s?|{_DATE}\s+[-\u2013]\s)(.*)", re.IGNORECASE)
_PARTS: Final = 8
"""Groups of one date."""
_BUDDHIST: Final = 2400
"""Years above are those of a phone in Thailand."""
_QUOTES: Final = '"“”„«»「」'
_MARKED_FILE: Final = re.compile(r"<[^<>:]{1,40}: ([^<>/\\]{1,200}\.\w{1,8})>")
_NAMED_FILE: Final = re.compile(r"\A([^<>/\\\n]{1,200}\.\w{1,8}) \([^()\n]{1,60}\)(?:\n|\Z)")
_TITLE: Final = re.compile(r"^(?:WhatsApp Chat|Chat WhatsApp|Chat di WhatsApp)\s*(?:with|con|-)\s+(.+)$", re.IGNORECASE)
_AGAIN: Final = re.compile(r"\s*\(\d+\)$")


@dataclass(frozen=True, slots=True)
class _Said:
    """One message or notice as it stands in the text; `day` are the three numbers of its date."""

    day: tuple[int, int, int]
    clock: tuple[int, int, int]
    sender: str
    text: str


class Chats(Telling):
    """One text a chat."""

    what: ClassVar[str] = "WhatsApp"

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        texts = (name for name in tree.sizes if name.lower().endswith(".txt"))
        self._chats = {name: about for name in texts if (about := _look(tree, name)).is_chat}

    def sources(self) -> tuple[str, ...]:
        """Each text in which a line of a chat was found."""
        return tuple(self._chats)

    def owners(self) -> frozenset[str]:
        """The other one of a chat of two, or whoever is in all of several."""
        people = [frozenset(one.lower() for one in chat.people) for chat in self._chats.values()]
        pairs = [
            one - {chat.title.lower()}
            for one, chat in zip(people, self._chats.values(), strict=True)
            if len(one) == 2 and chat.title.lower() in one
        ]
        if pairs and all(one == pairs[0] for one in pairs):
            return pairs[0]
        return stands_out(people)

    def tell(self, source: str, file: IO[bytes], own: frozenset[str]) -> Iterator[Told]:
        """The messages of one chat in their order."""
        chat = self._chats[source]
        names = Names(chat.title)
        for number, said in _read(file):
            if said is None or not said.sender:
                yield Skipped(f"{source}:{number}", _("It is a notice of the app, not a message."))
                continue
            at = chat.moment(said)
            if at is None:
                yield Skipped(f"{source}:{number}", _("Its date does not exist."))
                continue
            yield MessageSeen(self._message(chat, said, names, at, own))

    def _message(self, chat: _Chat, said: _Said, names: Names, at: datetime, own: frozenset[str]) -> RemoteMessage:
        ours = said.sender.lower() in own
        wall = "-".join(map(str, (*said.day, *said.clock)))
        text, files = _part_files(said.text, self.tree)
        return RemoteMessage(
            remote_id=names.name(wall, said.sender, said.text),
            kind=Kind.DIRECT if len(chat.people) <= 2 else Kind.ROOM,
            keys=(chat.title,),
            author=RemoteAuthor(said.sender.lower(), said.sender, said.sender),
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=at,
            text=text,
            title=chat.title if len(chat.people) > 2 else "",
            attachments=tuple(self._attachment(name) for name in files),
            history=True,
        )

    def _attachment(self, name: str) -> RemoteAttachment:
        place = self.tree.find(name)
        media_type = "application/octet-stream"
        if place:
            with suppress(ValueError), self.tree.open(place) as file:
                media_type = sniff(file.read(512)) or media_type
        return RemoteAttachment(name, safe_name(name), media_type, self.tree.sizes.get(place, 0))


@dataclass(frozen=True, slots=True)
class _Chat:
    """What is known of a chat before it is told."""

    title: str
    people: frozenset[str]
    is_chat: bool
    month_first: bool

    def moment(self, said: _Said) -> datetime | None:
        """In UTC, by this computer's zone; None where there is no such day."""
        first, second, third = said.day
        year, month, day = (first, second, third) if first > 31 else (third, second, first)
        if self.month_first and first <= 31:
            month, day = day, month
        if year > _BUDDHIST:
            year -= 543
        try:
            return datetime(year + 2000 if year < 100 else year, month, day, *said.clock).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def _look(tree: Tree, name: str) -> _Chat:
    people: set[str] = set()
    found, late_first, late_second = 0, False, False
    with suppress(ValueError), tree.open(name) as file:  # what is damaged further down is said when it is told
        for number, said in _read(file):
            if said is None:
                if number > _HEAD_LINES:
                    break
                continue
            found += 1
            late_first |= 12 < said.day[0] <= 31
            late_second |= said.day[1] > 12
            if said.sender and len(people) < _MOST_PEOPLE:
                people.add(said.sender)
    return _Chat(_title(tree, name), frozenset(people), bool(found), month_first=late_second and not late_first)


def _title(tree: Tree, name: str) -> str:
    stem = name.rpartition("/")[2].removesuffix(".txt")
    if stem in ("_chat", "chat"):
        stem = name.rpartition("/")[0].rpartition("/")[2] or tree.title
    stem = _AGAIN.sub("", stem.strip())
    titled = _TITLE.match(stem)
    return titled[1].strip() if titled else stem


def _read(file: IO[bytes]) -> Iterator[tuple[int, _Said | None]]:
    """What was said, with the number of its line; None for lines before the first date."""
    begun: tuple[int, _Said] | None = None
    tail: list[str] = []
    for number, line in enumerate(lines(file), start=1):
        found = _parse(line)
        if found is None and begun is not None:
            tail.append(_MARKS.sub("", line))
            continue
        if begun is not None:
            yield begun[0], _ended(begun[1], tail)
        begun, tail = (number, found) if found is not None else None, []
        if found is None and line.strip():
            yield number, None
    if begun is not None:
        yield begun[0], _ended(begun[1], tail)


def _ended(said: _Said, tail: list[str]) -> _Said:
    text = "\n".join([said.text, *tail]).strip()
    return _Said(said.day, said.clock, said.sender, text)


def _parse(line: str) -> _Said | None:
    found = _LINE.fullmatch(_MARKS.sub("", line).replace("\u202f", " ").replace("\xa0", " "))
    if found is None:
        return None
    first, second, third, before, hours, minute, seconds, after = (
        found.groups()[:_PARTS] if found[1] else (found.groups()[_PARTS:-1])
    )
    hour, half = int(hours), re.sub(r"[.\s]", "", before or after or "").lower()
    if hour > 23 or int(minute) > 59:
        return None
    if half:
        hour = hour % 12 + 12 * (half in _AFTERNOON)
    said = found[found.re.groups]
    sender, colon, text = said.partition(": ")
    if not colon:
        sender, text = (said[:-1], "") if said.endswith(":") else ("", said)
    if sum(map(sender.count, _QUOTES)) % 2:  # a group got a name with a colon in it
        sender, text = "", said
    day = int(first), int(second), int(third)
    return _Said(day, (hour, int(minute), int(seconds or 0)), sender.strip(), text)


def _part_files(text: str, tree: Tree) -> tuple[str, list[str]]:
    """The text without the names of its files, and these. One phone writes a name as anybody could type it."""
    if names := _MARKED_FILE.findall(text):
        return _MARKED_FILE.sub("", text).strip(), names
    named = _NAMED_FILE.match(text)
    if named is not None and tree.find(named[1]):
        return text[named.end() :].strip(), [named[1]]
    return text, []
