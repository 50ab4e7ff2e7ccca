"""How one conversation of the older part goes: who speaks next, to whom, and what about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from connectors.practice.people import Person
from connectors.practice.phrases import Exchange, Template, Theme, books
from connectors.practice.places import Place, Shape
from connectors.practice.said import LETTER, WORLD, Published, Said, message_id
from connectors.practice.speech import Dice, Words, draw_words, exchange_of, fill, say

ROOM: Final = "atelier"
"""The key of the room's one endless conversation."""
ROOM_TITLE: Final = "Atelier"
STARS: Final = "★★★★★☆☆☆☆☆"


class Town(Protocol):
    """What a conversation needs to know of its place."""

    place: Place
    shape: Shape
    cast: int
    """So many members belong to the stories."""
    words: dict[str, Words]
    """What the room talks about, by language."""

    def person(self, member: int) -> Person:
        """The member of this number."""

    def regular(self, dice: Dice, known: int) -> int:
        """One of the members known so far."""

    def known_at(self, message: int) -> int:
        """How many members are known when this message is said."""


@dataclass(frozen=True, slots=True)
class _Manners:
    """Chances: that we answer the opening, that we answer later, that the opener speaks and not another member
    (1: none is there)."""

    first: float
    later: float
    opener: float


_MANNERS = {
    Place.COMMENTS: _Manners(0.6, 0.45, 0.35),
    Place.DIRECT: _Manners(0.95, 0.8, 1.0),
    Place.MAIL: _Manners(0.95, 0.9, 1.0),
    Place.ROOM: _Manners(0.4, 0.25, 0.3),
    Place.FORUM: _Manners(0.35, 0.25, 0.25),
    Place.REVIEWS: _Manners(0.95, 0.2, 1.0),
}

_NEW = 0.3
"""Of what is answered in the end, so much is answered in the first day and a half."""
_TO_OTHERS = 0.35
"""How often we say something to another member than the opener, where we would speak."""
_SPAM = 0.06
"""So many of the comments that nobody answers are spam."""
_SILENCE = Exchange(())


@dataclass(slots=True)
class Talk:
    """One conversation while it is made; `times` are the clock's, oldest first."""

    town: Town
    number: int
    opener: int
    known: int
    times: Sequence[int]
    post: Published | None
    is_new: bool = False
    """So new that we mostly did not come to answer yet."""
    _said: list[Said] = field(default_factory=list)
    _language: str = "en"
    _words: Words = field(default_factory=dict)
    _theme: Theme | None = None
    _exchange: Exchange = _SILENCE
    _played: int = 0
    """So many lines of the exchange were said; the opener has the even ones, we the odd."""
    _asked_again: bool = False
    _used: set[Template] = field(default_factory=set)
    _key: str = ""

    def next(self, dice: Dice, number: int, at: int) -> Said:
        """The next message, which gets this number."""
        remote_id = message_id(self.town.place, WORLD, str(number))
        one = self._open(dice, remote_id, at) if not self._said else self._go_on(dice, remote_id, at)
        self._said.append(one)
        return one

    def _open(self, dice: Dice, remote_id: str, at: int) -> Said:
        place, who = self.town.place, self.town.person(self.opener)
        self._key = self._thread_key(remote_id)
        self._language = self.post.language if self.post else who.language
        self._words = self.post.words if self.post else draw_words(self._language, dice)
        self._theme = books()[self._language].theme(self.post.theme) if self.post else None
        self._exchange = exchange_of(place, self._language, dice, self._theme)
        is_spam = place is Place.COMMENTS and len(self.times) == 1 and dice() < _SPAM
        text = say(self._language, "spam", dice, self._words) if is_spam else self._play("")
        stars = f"{STARS[5 - self._exchange.stars : 10 - self._exchange.stars]} " if self._exchange.stars else ""
        return Said(
            id=remote_id,
            member=self.opener,
            at=at,
            text=self._signed(stars + text, who),
            keys=self._keys(remote_id),
            post=self.post.id if self.post else None,
            title=fill(self._exchange.subject, self._words),
            calls_us=place is not Place.ROOM or "@melagrana" in text,
            likes=0 if is_spam else int(12 * dice() ** 4),
            hidden=is_spam and dice() < 0.8,
            deleted_at=at + 3_600_000 if dice() < 0.01 else None,
        )

    def _go_on(self, dice: Dice, remote_id: str, at: int) -> Said:
        member = self._speaker(dice)
        target, text = self._line(dice, member)
        title = self._said[0].title
        return Said(
            id=remote_id,
            member=member,
            at=at,
            text=text if member is None else self._signed(text, self.town.person(member)),
            keys=self._keys(remote_id),
            parent=None if self.town.place is Place.DIRECT else target.id,
            post=self.post.id if self.post else None,
            title=f"Re: {title}" if self.town.place is Place.MAIL else title,
            calls_us=self.town.place is not Place.ROOM or target.member is None,
            likes=int(8 * dice() ** 5),
            edited_at=at + 240_000 if dice() < 0.02 else None,
            deleted_at=at + 7_200_000 if member is not None and dice() < 0.006 else None,
        )

    @property
    def _is_over(self) -> bool:
        return self._played >= len(self._exchange.lines)

    @property
    def _is_our_turn(self) -> bool:
        return not self._is_over and self._played % 2 == 1

    def _speaker(self, dice: Dice) -> int | None:
        manners = _MANNERS[self.town.place]
        chance = manners.first if self._played == 1 else manners.later
        we_would = dice() < (chance * _NEW if self.is_new else chance)
        last = self._said[-1].member
        if manners.opener == 1.0:
            return None if last == self.opener and (we_would or self._asked_again) else self.opener
        if self._is_our_turn:
            return None if we_would else self._other(dice)
        if last not in (None, self.opener) and we_would and dice() < _TO_OTHERS:
            return None
        return self.opener if not self._is_over and dice() < manners.opener else self._other(dice)

    def _other(self, dice: Dice) -> int:
        """Another member, where one is known."""
        others = self.known - self.town.cast
        member = self.town.regular(dice, self.known)
        return member if member != self.opener else self.town.cast + (member - self.town.cast + 1) % others

    def _line(self, dice: Dice, member: int | None) -> tuple[Said, str]:
        """Whom the next message answers, and what it says."""
        last = self._said[-1]
        if member is not None and member != self.opener:
            return self._peer(dice, member)
        if self._is_our_turn and member is None:
            return self._last_of(self.opener), self._play(self.town.person(self.opener).first_name)
        if member is None:
            spoken_to = self.town.person(last.member if last.member is not None else self.opener)
            return last, self._pick(self._phrases("closing"), dice, spoken_to.first_name)
        if self._is_our_turn:
            self._asked_again = True
            return last, self._pick(self._phrases("again"), dice, "")
        if self._is_over and self.town.place in (Place.DIRECT, Place.MAIL):
            self._begin_anew(dice)
        if not self._is_over:
            return self._last_of(None) if self._played else last, self._play("")
        return last, self._pick(self._phrases("thanks"), dice, "")

    def _begin_anew(self, dice: Dice) -> None:
        """Two who write to each other come to speak of something else."""
        self._exchange = exchange_of(self.town.place, self._language, dice, self._theme)
        self._words = draw_words(self._language, dice)
        self._played = 0
        self._asked_again = False

    def _last_of(self, member: int | None) -> Said:
        return next((one for one in reversed(self._said) if one.member == member), self._said[0])

    def _peer(self, dice: Dice, member: int) -> tuple[Said, str]:
        """Another member says something to who began, or nods to one who did so: thus comments branch."""
        others = [one for one in self._said[1:] if one.member not in (None, self.opener, member)]
        if others and dice() < 0.45:
            target = others[int(len(others) * dice())]
            spoken_to = self.town.person(target.member or 0)
            return target, self._pick(self._phrases("nod"), dice, spoken_to.first_name)
        remarks = self._remarks() or self._phrases("peer")
        return self._said[0], self._pick(remarks, dice, self.town.person(self.opener).first_name)

    def _remarks(self) -> tuple[Template, ...]:
        """What fits the theme and was not said yet; in the forum others tell of their own, too."""
        if self._theme is None:
            return ()
        told = self._theme.exchanges if self.town.place is Place.FORUM else ()
        fitting = (*self._theme.peers, *(one.lines[0] for one in told if one is not self._exchange))
        return tuple(one for one in fitting if one not in self._used)

    def _phrases(self, intent: str) -> tuple[Template, ...]:
        return books()[self._language].phrases[intent]

    def _play(self, name: str) -> str:
        text = fill(self._exchange.lines[self._played], self._words, name)
        self._played += 1
        return text

    def _pick(self, among: Sequence[Template], dice: Dice, name: str) -> str:
        """One that was not said here yet, while there is one."""
        start = int(len(among) * dice())
        turned = (*among[start:], *among[:start])
        chosen = next((one for one in turned if one not in self._used), turned[0])
        self._used.add(chosen)
        return fill(chosen, self._words, name)

    def _signed(self, text: str, who: Person) -> str:
        return f"{text}\n\n{who.name}" if self.town.place is Place.MAIL else text

    def _thread_key(self, remote_id: str) -> str:
        match self.town.place:
            case Place.DIRECT:
                return f"{LETTER[Place.DIRECT]}chat{self.number}"
            case Place.FORUM if self.post is not None:
                return self.post.id
            case _:
                return remote_id

    def _keys(self, remote_id: str) -> tuple[str, ...]:
        """Of a mail its references, oldest first, with its own id; otherwise the thread's key."""
        if self.town.place is not Place.MAIL:
            return (self._key,)
        return (*(one.id for one in self._said[-8:]), remote_id)


def chatter(town: Town, dice: Dice, number: int, at: int) -> Said:
    """One message of the room that belongs to no thread: it asks nothing of us, unless it calls us by name."""
    remote_id = message_id(town.place, WORLD, str(number))
    if dice() < 0.08:
        text = say("en", "ours_to_all", dice, town.words["en"])
        return Said(remote_id, None, at, text, (ROOM,))
    member = town.regular(dice, town.known_at(number))
    language = town.person(member).language
    intent = "mention" if dice() < 0.04 else "chat"
    text = say(language, intent, dice, draw_words(language, dice))
    calls_us = intent == "mention"
    return Said(remote_id, member, at, text, (ROOM,), calls_us=calls_us, likes=int(6 * dice() ** 5))
