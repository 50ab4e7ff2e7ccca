"""How one conversation of the past goes: who speaks next, to whom, and what about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connectors.practice.people import Person
from connectors.practice.places import Place, Shape
from connectors.practice.said import LETTER, WORLD, Published, Said, message_id
from connectors.practice.speech import Dice, answer_intent, opening_intent, say

ROOM = "atelier"
"""The key of the room's one endless conversation."""


class Town(Protocol):
    """What a conversation needs to know of its place."""

    place: Place
    shape: Shape

    def person(self, member: int) -> Person:
        """The member of this number."""

    def regular(self, dice: Dice, known: int) -> int:
        """One of the members known so far."""


@dataclass(frozen=True, slots=True)
class _Manners:
    """Chances: that we answer the opening, that we answer later, that the opener speaks and not another member."""

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
    _intent: str = "praise"
    _title: str = ""
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
        self._intent = self._opening_intent(dice)
        if place is Place.MAIL:
            self._title = say(who.language, "subject", dice)
        elif place is Place.FORUM and self.post is not None:
            self._title = self.post.title
        text = say(who.language, self._intent, dice, who.first_name)
        is_spam = self._intent == "spam"
        return Said(
            id=remote_id,
            member=self.opener,
            at=at,
            text=self._signed(text, who),
            keys=self._keys(remote_id),
            post=self.post.id if self.post else None,
            title=self._title,
            calls_us=place is not Place.ROOM or "@melagrana" in text,
            likes=int(12 * dice() ** 4),
            hidden=is_spam and place is Place.COMMENTS and dice() < 0.8,
            deleted_at=at + 3_600_000 if dice() < 0.01 else None,
            files=("picture.png",) if self._intent == "complaint" and place is not Place.ROOM and dice() < 0.3 else (),
        )

    def _opening_intent(self, dice: Dice) -> str:
        match self.town.place:
            case Place.REVIEWS:
                return "review"
            case Place.MAIL:
                return "question" if dice() < 0.65 else "complaint"
            case _:
                return opening_intent(dice)

    def _go_on(self, dice: Dice, remote_id: str, at: int) -> Said:
        member = self._speaker(dice)
        target = self._target(dice, member)
        spoken_to = self.town.person(target.member if target.member is not None else self.opener)
        text = self._words(dice, member, spoken_to)
        return Said(
            id=remote_id,
            member=member,
            at=at,
            text=text if member is None else self._signed(text, self.town.person(member)),
            keys=self._keys(remote_id),
            parent=None if self.town.place is Place.DIRECT else target.id,
            post=self.post.id if self.post else None,
            title=f"Re: {self._title}" if self.town.place is Place.MAIL else self._title,
            calls_us=self.town.place is not Place.ROOM or target.member is None,
            likes=int(8 * dice() ** 5),
            edited_at=at + 240_000 if dice() < 0.02 else None,
            deleted_at=at + 7_200_000 if member is not None and dice() < 0.006 else None,
        )

    def _speaker(self, dice: Dice) -> int | None:
        manners = _MANNERS[self.town.place]
        last = self._said[-1].member
        chance = manners.first if len(self._said) == 1 else manners.later
        if last is not None and dice() < (chance * _NEW if self.is_new else chance):
            return None
        return self.opener if dice() < manners.opener else self.town.regular(dice, self.known)

    def _target(self, dice: Dice, member: int | None) -> Said:
        """We and most others answer what was said last; some go back, so that comments branch."""
        if self.town.place in (Place.MAIL, Place.DIRECT) or member is None or dice() < 0.6:
            return self._said[-1]
        return self._said[int(len(self._said) * dice())]

    def _words(self, dice: Dice, member: int | None, spoken_to: Person) -> str:
        if member is None:
            language = self.town.person(self.opener).language
            return say(language, answer_intent(self._intent, dice), dice, spoken_to.first_name)
        language = self.town.person(member).language
        if member != self.opener:
            return say(language, "peer", dice, spoken_to.first_name)
        if self._said[-1].member == member:
            return say(language, "again", dice, spoken_to.first_name)
        return say(language, "thanks" if dice() < 0.4 else "followup", dice, spoken_to.first_name)

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
    known = max(1, min(town.shape.members, number * town.shape.members // town.shape.all_messages))
    if dice() < 0.08:
        return Said(remote_id, None, at, say("en", "answer_chat", dice, "all"), (ROOM,), title="Atelier")
    member = town.regular(dice, known)
    who = town.person(member)
    drawn = dice()
    intent = "mention" if drawn < 0.04 else "peer" if drawn < 0.4 else "chat" if drawn < 0.8 else "praise"
    text = say(who.language, intent, dice, who.first_name)
    return Said(
        remote_id, member, at, text, (ROOM,), title="Atelier", calls_us=intent == "mention", likes=int(6 * dice() ** 5)
    )
