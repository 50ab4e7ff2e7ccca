"""The community's past, made from a seed: any block of it without the blocks before.

Everything follows from (seed, place, block), so that a page costs what it holds and nothing is kept. Only
`Random.random` is used: Python promises that it gives the same numbers for ever.
https://docs.python.org/3/library/random.html#notes-on-reproducibility
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from hashlib import blake2b
from random import Random

from connectors.practice.people import Person, author, cast, ourselves, person
from connectors.practice.places import Place, Shape, Size, shape_of
from connectors.practice.said import LETTER, WORLD, Published, Said, message_id
from connectors.practice.scenery import Stage
from connectors.practice.speech import LANGUAGES, Dice, draw_words, fill, theme_of
from connectors.practice.talk import Talk, chatter
from connectors.practice.timeline import DAY, Timeline, bend, straighten
from inbox_app.contract.remote import RemoteAuthor

_LONGEST = 2 * DAY
"""A conversation of the past ends within this."""
_FIRST_COMMENT = 7 * 60_000
_NEW = DAY * 3 // 2
_THREADS_OF_ROOM = 0.3
"""The share of a room that is said in threads."""
_CROWD_EVERY, _CROWD_BLOCKS = 50, 4
"""In a large community so many blocks in a row hang under one post, once in so many runs."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the past: its posts and messages, each oldest first."""

    posts: tuple[Published, ...]
    said: tuple[Said, ...]


def dice_of(*seed: object) -> Dice:
    """A dice that always falls the same way for the same seed, on every machine."""
    digest = blake2b(":".join(map(str, seed)).encode(), digest_size=8).digest()
    return Random(int.from_bytes(digest, "big")).random


class World:
    """One place of the community up to the moment it began (`anchor`, milliseconds)."""

    def __init__(self, seed: int, place: Place, size: Size, anchor: int) -> None:
        self.seed = seed
        self.place = place
        self.shape: Shape = shape_of(place, size)
        self.is_large = size is Size.LARGE
        self.timeline = Timeline(anchor, self.shape.blocks)
        self.cast = len(cast(place))
        self.words = {language: draw_words(language, dice_of(seed, place, language)) for language in LANGUAGES}
        self.stage = Stage(place, self.shape, self.timeline, self.words)
        self.conversations = self._opened_before(self.shape.blocks)
        """How many of them are generated."""
        self._people = lru_cache(maxsize=8192)(partial(person, place, self.shape.first_person))
        self._authors = lru_cache(maxsize=8192)(self._author)

    def person(self, member: int) -> Person:
        """The member of this number."""
        return self._people(member)

    def author(self, member: int | None) -> RemoteAuthor:
        """We, or the member of this number, as the service names them."""
        return self._authors(member)

    def _author(self, member: int | None) -> RemoteAuthor:
        return ourselves(self.place) if member is None else author(self.place, self.person(member), member)

    def block(self, number: int) -> Block:
        """One block of the past."""
        dice = dice_of(self.seed, self.place, number)
        written = self.stage.part(number)
        posts = self._posts(number, dice)
        talks = self._talks(number, dice, posts or list(written.posts))
        lines = sorted(
            [(at, who, i) for who, talk in enumerate(talks) for i, at in enumerate(talk.times)]
            + [(at, -1, i) for i, at in enumerate(self._chatter_times(number, dice))]
        )
        first = number * self.shape.messages
        said = [
            chatter(self, dice, first + index, at) if who < 0 else talks[who].next(dice, first + index, at)
            for index, (at, who, _turn) in enumerate(lines)
        ]
        if written.said:
            said = sorted([*said, *written.said], key=lambda one: one.at)
        posts = [*posts, *written.posts]
        return Block(tuple(sorted(self._counted(number, posts, said), key=lambda post: post.at)), tuple(said))

    def message(self, number: int) -> Said | None:
        """The message of this number in the past."""
        if not 0 <= number < self.shape.all_messages:
            return None
        wanted = message_id(self.place, WORLD, str(number))
        return next(one for one in self.block(number // self.shape.messages).said if one.id == wanted)

    def debut(self, conversation: int) -> tuple[int, bool]:
        """How many members are known by a conversation, and whether its opener is the last of them, new here.

        Those of the stories are known from the start, and speak in the stories alone.
        """
        others = self.shape.members - self.cast
        known = conversation * others // self.conversations + 1
        before = (conversation - 1) * others // self.conversations + 1 if conversation else 0
        return self.cast + known, known != before

    def known_at(self, message: int) -> int:
        """How many members are known when this message is said."""
        return self.cast + max(1, (self.shape.members - self.cast) * message // self.shape.all_messages)

    def regular(self, dice: Dice, known: int) -> int:
        """One of the members known so far, but for those of the stories; the earliest come most often."""
        return self.cast + int((known - self.cast) * dice() ** 2.2)

    def _quota(self, number: int) -> tuple[int, int, int]:
        """Messages, conversations and posts to generate: what the stories leave of this block."""
        shape, written = self.shape, self.stage.part(number)
        messages = shape.messages - len(written.said)
        conversations = min(shape.conversations - written.opened, messages)
        if self.place is not Place.ROOM and messages:
            conversations = max(conversations, messages * shape.conversations // shape.messages, 1)
        posts = shape.posts - len(written.posts)
        if self.place is Place.FORUM:
            conversations = posts
        return messages, max(conversations, 0), posts

    def _opened_before(self, block: int) -> int:
        """How many conversations are generated before this block."""
        usual = self.shape.conversations
        return block * usual - sum(usual - self._quota(one)[1] for one in self.stage.parts if one < block)

    def _span(self, number: int) -> tuple[int, int]:
        """When in a block conversations are generated: in a small community the newest days are told by hand."""
        start, end = self.timeline.span(number)
        if self.is_large:
            return start, end
        return start, max(min(end, straighten(self.timeline.boundary)), start + (end - start) // 20)

    def _posts(self, number: int, dice: Dice) -> list[Published]:
        count = self._quota(number)[2]
        start, end = self._span(number)
        step = (end - start) * 9 // (max(count, 1) * 10)
        return [self._post(dice, number, turn, start + step * turn) for turn in range(count)]

    def _post(self, dice: Dice, block: int, turn: int, at: int) -> Published:
        language = LANGUAGES[dice() < 0.5]
        name = f"{LETTER[self.place]}p{block * self.shape.posts + turn}"
        theme, words = theme_of(self.place, language, dice), draw_words(language, dice)
        title, text = fill(theme.title, words), fill(theme.text, words)
        reactions = None if self.place is Place.FORUM else int(20 + 400 * dice() ** 3)
        return Published(name, None, bend(at), title, text, None, reactions, language, theme.key, words)

    def _counted(self, number: int, posts: list[Published], said: list[Said]) -> Iterator[Published]:
        """The posts with the number of their comments; those of the stories may lie in other blocks."""
        heard = Counter(one.post for one in said)
        here = Counter(one.post for one in self.stage.part(number).said)
        for post in posts:
            yield replace(post, comments=heard[post.id] - here[post.id] + self.stage.comments[post.id])
        crowded = self._crowd(number)
        if crowded is not None and crowded.id not in {post.id for post in posts}:
            yield replace(crowded, comments=None)

    def _crowd(self, number: int) -> Published | None:
        """The one post under which everything of this block is said."""
        run, turn = divmod(number, _CROWD_BLOCKS)
        if not self.is_large or self.place is not Place.COMMENTS or run % _CROWD_EVERY != 7:
            return None
        first = number - turn
        start, _end = self.timeline.span(first)
        return self._post(dice_of(self.seed, self.place, first, "crowd"), first, 0, start)

    def _chatter_times(self, number: int, dice: Dice) -> list[int]:
        if self.place is not Place.ROOM:
            return []
        start, end = self._span(number)
        count = self._quota(number)[0] - self._threaded(number)
        return [bend(start + int((end - start) * dice())) for _ in range(count)]

    def _threaded(self, number: int) -> int:
        """How many of the messages belong to a conversation of their own."""
        messages, conversations, _posts = self._quota(number)
        if self.place is not Place.ROOM:
            return messages
        return max(int(messages * _THREADS_OF_ROOM), conversations) if conversations else 0

    def _talks(self, number: int, dice: Dice, posts: list[Published]) -> list[Talk]:
        _messages, count, _posts = self._quota(number)
        messages = self._threaded(number)
        lean = 4.0 if self._crowd(number) else self.shape.lean
        sizes = [1] * count
        for _ in range(messages - count):
            sizes[int(count * dice() ** lean)] += 1
        first = self._opened_before(number)
        return [self._talk(number, first + turn, turn, size, dice, posts) for turn, size in enumerate(sizes)]

    def _talk(self, number: int, conversation: int, turn: int, size: int, dice: Dice, posts: list[Published]) -> Talk:
        start, end = self._span(number)
        begin = start + int((end - start) * dice())
        post: Published | None = None
        if crowd := self._crowd(number):
            post = crowd
        elif self.place is Place.FORUM:
            post = posts[turn]
        elif posts:
            post = posts[int(len(posts) * (begin - start) / (end - start))]
        stretch = min(end - begin, _LONGEST)
        times = [bend(begin), *sorted(bend(begin + int(stretch * dice() ** 3)) for _ in range(size - 1))]
        if post is not None and post.at > times[0]:
            latest = self.timeline.begin(number + 1)
            times = [min(at - times[0] + post.at + _FIRST_COMMENT, latest) for at in times]
        known, is_new = self.debut(conversation)
        opener = known - 1 if is_new else self.regular(dice, known)
        return Talk(self, conversation, opener, known, times, post, times[-1] > self.timeline.anchor - _NEW)
