"""The stories put on the stage: each written line as a message of its place, in the block its moment belongs to."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from connectors.practice.people import drawn, number_of
from connectors.practice.places import Place, Shape
from connectors.practice.said import LETTER, LIVE, WORLD, Published, Said, message_id
from connectors.practice.speech import Words
from connectors.practice.stories import WE, Later, Line, Mark, Scene, WrittenPost, stories
from connectors.practice.talk import ROOM, STARS
from connectors.practice.timeline import Timeline
from inbox_app.domain.timecode import from_ms

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
}
_DAY_SLOT = re.compile(r"\{([+-]\d+)\}")


@dataclass(frozen=True, slots=True)
class Part:
    """What is written in one block, in the order of their ids."""

    posts: tuple[Published, ...] = ()
    said: tuple[Said, ...] = ()
    opened: int = 0
    """So many conversations begin here."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A scene, the ids of its lines (later ones too), and its post."""

    scene: Scene
    ids: tuple[str, ...]
    post: Published | None


class Stage:
    """All stories of one place, for the moment the community began."""

    def __init__(self, place: Place, shape: Shape, timeline: Timeline, word: Mapping[str, Words]) -> None:
        self._place, self._shape, self._timeline, self._words = place, shape, timeline, word
        self._posts = self._place_posts()
        self.later = _later_of(place)
        self.cues = tuple(self._cues())
        said = [one for cue in self.cues for one in self._lines(cue)]
        self._parts = self._cut(said)
        self.comments = Counter(one.post for one in said)
        self._cue_of = {name: (cue, turn) for cue in self.cues for turn, name in enumerate(cue.ids)}

    def part(self, block: int) -> Part:
        """What is written in this block."""
        return self._parts.get(block, Part())

    @property
    def parts(self) -> Mapping[int, Part]:
        """By block; blocks without anything written are left out."""
        return self._parts

    def arrival(self, number: int, at: int) -> Said:
        """The written message that arrives as this one of all; there are as many as `later` is long."""
        cue_number, turn = self.later[number]
        cue = self.cues[cue_number]
        line = cue.scene.later[turn - len(cue.scene.lines)]
        return self._said(cue, turn, line.who, at, line.text, line.to)

    def answer(self, remote_id: str, at: int) -> str:
        """What the author of a written line says once we answered it; empty where nothing is written."""
        if remote_id not in self._cue_of:
            return ""
        cue, turn = self._cue_of[remote_id]
        lines: tuple[Line | Later, ...] = (*cue.scene.lines, *cue.scene.later)
        return _with_days(lines[turn].answer, cue.scene.language, at)

    def marks(self) -> Iterable[tuple[Mark, str, int, str]]:
        """What happens to written lines while somebody looks on: the mark, its line's id and author, its new text."""
        for cue in self.cues:
            for mark in cue.scene.marks:
                who = cue.scene.lines[mark.line].who
                text = _with_days(mark.text, cue.scene.language, self._timeline.anchor)
                yield mark, cue.ids[mark.line], 0 if who == WE else number_of(self._place, who), text

    def _moment(self, ago: int) -> int:
        return self._timeline.anchor - ago

    def _place_posts(self) -> dict[str, Published]:
        written = [(one, one.key) for one in stories().posts if one.place is self._place]
        if self._place is Place.FORUM:
            written = [(_topic(scene), _topic_key(number)) for number, scene in self._scenes()]
        by_block: dict[int, list[tuple[WrittenPost, str]]] = defaultdict(list)
        for one, key in written:
            by_block[self._timeline.block_at(self._moment(one.ago))].append((one, key))
        return {
            key: self._published(one, (block + 1) * self._shape.posts - len(posts) + turn)
            for block, posts in by_block.items()
            for turn, (one, key) in enumerate(posts)
        }

    def _scenes(self) -> Iterable[tuple[int, Scene]]:
        return enumerate(stories().at(self._place))

    def _published(self, one: WrittenPost, number: int) -> Published:
        at = self._moment(one.ago)
        author = number_of(self._place, one.key) if self._place is Place.FORUM else None
        text = _with_days(one.text, one.language, at)
        title = _with_days(one.title, one.language, at)
        name = f"{LETTER[self._place]}p{number}"
        words = self._words[one.language]
        picture = "" if author is not None else drawn("posts", one.key)
        liked = one.reactions or None
        return Published(name, author, at, title, text, None, liked, one.language, one.theme, words, picture)

    def _cues(self) -> Iterable[Cue]:
        moments: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for number, scene in self._scenes():
            for turn, line in enumerate(scene.lines):
                at = self._moment(line.ago)
                moments[self._timeline.block_at(at)].append((at, number, turn))
        names = {
            (number, turn): message_id(self._place, WORLD, str((block + 1) * self._shape.messages - len(lines) + place))
            for block, lines in moments.items()
            for place, (_at, number, turn) in enumerate(sorted(lines))
        }
        names |= {cue: message_id(self._place, LIVE, str(number)) for number, cue in enumerate(self.later)}
        for number, scene in self._scenes():
            count = len(scene.lines) + len(scene.later)
            post = self._posts.get(scene.post or _topic_key(number))
            yield Cue(scene, tuple(names[number, turn] for turn in range(count)), post)

    def _lines(self, cue: Cue) -> Iterable[Said]:
        for turn, line in enumerate(cue.scene.lines):
            said = self._said(cue, turn, line.who, self._moment(line.ago), line.text, line.to)
            files = (line.file,) if line.file else ()
            yield replace(said, likes=line.likes, files=files, hidden=line.hidden)

    def _said(self, cue: Cue, turn: int, who: str, at: int, text: str, to: int | None) -> Said:
        scene = cue.scene
        stars = f"{STARS[5 - scene.stars : 10 - scene.stars]} " if scene.stars and turn == 0 else ""
        return Said(
            id=cue.ids[turn],
            member=None if who == WE else number_of(self._place, who),
            at=at,
            text=stars + _with_days(text, scene.language, at),
            keys=_keys(self._place, cue, turn),
            parent=None if to is None or scene.chatter else cue.ids[to],
            post=cue.post.id if cue.post else None,
            title=f"Re: {scene.subject}" if turn else scene.subject,
            calls_us=not scene.chatter or "@melagrana" in text,
            closed=scene.closed,
        )

    def _cut(self, said: Iterable[Said]) -> dict[int, Part]:
        lines: dict[int, list[Said]] = defaultdict(list)
        posts: dict[int, list[Published]] = defaultdict(list)
        for one in said:
            lines[self._timeline.block_at(one.at)].append(one)
        for post in self._posts.values():
            posts[self._timeline.block_at(post.at)].append(post)
        first = {cue.ids[0] for cue in self.cues if not cue.scene.chatter}
        return {
            block: Part(tuple(posts[block]), tuple(lines[block]), sum(one.id in first for one in lines[block]))
            for block in {*lines, *posts}
        }


def _topic_key(number: int) -> str:
    return f"topic {number}"


def _topic(scene: Scene) -> WrittenPost:
    """In the forum the first line of a scene is its topic; `key` is who began it."""
    first = scene.lines[0]
    return WrittenPost(first.who, scene.place, scene.language, first.ago, scene.subject, first.text, 0, scene.theme)


def _later_of(place: Place) -> tuple[tuple[int, int], ...]:
    """Which scene goes on, and with which of its lines, in the order of their turns."""
    waiting: list[tuple[int, int, int]] = [
        (line.turn, number, turn)
        for number, scene in enumerate(stories().at(place))
        for turn, line in enumerate(scene.later, len(scene.lines))
    ]
    return tuple((number, turn) for _order, number, turn in sorted(waiting))


def _keys(place: Place, cue: Cue, turn: int) -> tuple[str, ...]:
    match place:
        case Place.MAIL:
            return cue.ids[: turn + 1]
        case Place.FORUM if cue.post is not None:
            return (cue.post.id,)
        case Place.DIRECT:
            return (f"{LETTER[place]}chat-{cue.ids[0]}",)
        case Place.ROOM if cue.scene.chatter:
            return (ROOM,)
        case _:
            return (cue.ids[0],)


def _with_days(text: str, language: str, at: int) -> str:
    """`{+2}` becomes the name of the day two days after the text is said."""
    names = _WEEKDAYS.get(language, _WEEKDAYS["en"])
    return _DAY_SLOT.sub(lambda found: names[(from_ms(at) + timedelta(days=int(found[1]))).weekday()], text)
