"""The community's past, made from a seed: any block of it without the blocks before.

Everything follows from (seed, place, block), so that a page costs what it holds and nothing is kept. Only
`Random.random` is used: Python promises that it gives the same numbers for ever.
https://docs.python.org/3/library/random.html#notes-on-reproducibility
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from hashlib import blake2b
from random import Random

from connectors.practice import scenery
from connectors.practice.people import Person, author, ourselves, person
from connectors.practice.phrases import scenes
from connectors.practice.places import Place, Shape, Size, shape_of
from connectors.practice.said import LETTER, WORLD, Published, Said, message_id
from connectors.practice.speech import LANGUAGES, Dice, say
from connectors.practice.talk import Talk, chatter
from connectors.practice.timeline import DAY, Timeline, bend
from inbox_app.contract.remote import RemoteAuthor

_LONGEST = 2 * DAY
"""A conversation of the past ends within this."""
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
        self._scenes = scenes(place)
        self._opened = self.shape.all_conversations - len(self._scenes.scenes)
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
        written = self._written(number)
        posts = self._posts(number, dice)
        talks = self._talks(number, dice, posts)
        lines = sorted(
            [(at, who, i) for who, talk in enumerate(talks) for i, at in enumerate(talk.times)]
            + [(at, -1, i) for i, at in enumerate(self._chatter_times(number, dice))]
        )
        first = number * self.shape.messages
        said = [
            chatter(self, dice, first + index, at) if who < 0 else talks[who].next(dice, first + index, at)
            for index, (at, who, _turn) in enumerate(lines)
        ]
        if written is not None:
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
        """How many members are known by a conversation, and whether its opener is the last of them, new here."""
        known = conversation * self.shape.members // self._opened + 1
        before = (conversation - 1) * self.shape.members // self._opened + 1 if conversation else 0
        return known, known != before

    def regular(self, dice: Dice, known: int) -> int:
        """One of the members known so far; the earliest come most often."""
        return int(known * dice() ** 2.2)

    def _written(self, number: int) -> scenery.Written | None:
        if number != self.shape.blocks - 1 or not self._scenes.scenes:
            return None
        return scenery.play(self.place, self._scenes, self.timeline, self.shape.all_messages, self._post_number(number))

    def _post_number(self, block: int) -> int:
        return (block + 1) * self.shape.posts

    def _quota(self, number: int) -> tuple[int, int, int]:
        """Messages, conversations and posts to generate: what the scenes of the last block do not take."""
        shape = self.shape
        if number != shape.blocks - 1:
            return shape.messages, shape.conversations, shape.posts
        lines = sum(len(scene.lines) for scene in self._scenes.scenes)
        count = len(self._scenes.scenes)
        return shape.messages - lines, shape.conversations - count, max(shape.posts - count, 0)

    def _posts(self, number: int, dice: Dice) -> list[Published]:
        count = self._quota(number)[2]
        start, end = self.timeline.span(number)
        step = (end - start) * 9 // (max(count, 1) * 10)
        return [self._post(dice, number, turn, start + step * turn) for turn in range(count)]

    def _post(self, dice: Dice, block: int, turn: int, at: int) -> Published:
        language = LANGUAGES[dice() < 0.4]
        is_topic = self.place is Place.FORUM
        name = f"{LETTER[self.place]}p{block * self.shape.posts + turn}"
        title = say(language, "topic" if is_topic else "post_title", dice)
        text = say(language, "chat" if is_topic else "post", dice)
        reactions = None if is_topic else int(20 + 400 * dice() ** 3)
        return Published(name, None, bend(at), title, text, None, reactions)

    def _counted(self, number: int, posts: list[Published], said: list[Said]) -> Iterator[Published]:
        heard: dict[str | None, int] = {}
        for one in said:
            heard[one.post] = heard.get(one.post, 0) + 1
        for post in posts:
            yield replace(post, comments=heard.get(post.id, 0))
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
        messages, _conversations, _posts = self._quota(number)
        start, end = self.timeline.span(number)
        count = messages - int(messages * _THREADS_OF_ROOM)
        return [bend(start + int((end - start) * dice())) for _ in range(count)]

    def _talks(self, number: int, dice: Dice, posts: list[Published]) -> list[Talk]:
        messages, count, _posts = self._quota(number)
        if self.place is Place.ROOM:
            messages = int(messages * _THREADS_OF_ROOM)
        lean = 4.0 if self._crowd(number) else self.shape.lean
        sizes = [1] * count
        for _ in range(messages - count):
            sizes[int(count * dice() ** lean)] += 1
        first = number * self.shape.conversations
        return [self._talk(number, first + turn, turn, size, dice, posts) for turn, size in enumerate(sizes)]

    def _talk(self, number: int, conversation: int, turn: int, size: int, dice: Dice, posts: list[Published]) -> Talk:
        start, end = self.timeline.span(number)
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
        if post is not None:
            times = [max(at, post.at) for at in times]
        known, is_new = self.debut(conversation)
        opener = known - 1 if is_new else self.regular(dice, known)
        return Talk(self, conversation, opener, known, times, post, times[-1] > self.timeline.anchor - _NEW)
