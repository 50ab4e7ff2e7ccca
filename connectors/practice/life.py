"""What goes on in the community after it began: new arrivals by the clock, and answers to what we wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.practice.chronicle import said_in
from connectors.practice.journal import Deed, Entry
from connectors.practice.phrases import books
from connectors.practice.places import Place
from connectors.practice.said import ANSWER, LETTER, LIVE, Published, Said, message_id
from connectors.practice.speech import Dice, draw_words, exchange_of, fill, one_of, say
from connectors.practice.talk import ROOM, STARS
from connectors.practice.timeline import HOUR
from connectors.practice.world import World, dice_of

_MINUTE = 60_000
_LIVELY = 12
"""So many arrivals come while a newcomer looks on; then the community calms down."""
_GAP, _CALM_GAP = 9 * _MINUTE, 5 * HOUR
_FIRST = {place: (20 + 70 * turn) * 1000 for turn, place in enumerate(Place)}
_FOLLOW_UP = 4
"""Each so-manieth arrival goes on with the one before."""
_ANSWERS, _HEARTS = 0.6, 0.4
"""How often somebody answers us, and how often what we wrote is liked."""
_LIKING = (Place.COMMENTS, Place.DIRECT, Place.ROOM, Place.FORUM)
_DEEDS = {"edit": Deed.EDIT, "delete": Deed.DELETE, "like": Deed.REACT}


@dataclass(frozen=True, slots=True)
class Life:
    """The present of one place. `posts` are the newest, to comment on."""

    world: World
    posts: Sequence[Published]

    def arrivals(self, opened: int, since: int, until: int) -> Iterator[Said]:
        """New messages of [since, until), oldest first; `opened` is when somebody first listened."""
        number = self._number_at(opened, since)
        while (at := self.time_of(opened, number)) < until:
            if at >= since:
                yield self._arrival(number, at)
            number += 1

    def time_of(self, opened: int, number: int) -> int:
        """When the arrival of this number comes."""
        calm = max(number - _LIVELY, 0)
        return opened + _FIRST[self.world.place] + (number - calm) * _GAP + calm * _CALM_GAP

    def arrival(self, opened: int, number: int) -> Said:
        """The arrival of this number."""
        return self._arrival(number, self.time_of(opened, number))

    def count(self, opened: int, until: int) -> int:
        """How many arrivals there are before `until`."""
        number = self._number_at(opened, until)
        while self.time_of(opened, number) < until:
            number += 1
        return number

    def _number_at(self, opened: int, at: int) -> int:
        past = at - opened - _FIRST[self.world.place]
        if past <= _LIVELY * _GAP:
            return max(past // _GAP, 0)
        return _LIVELY + (past - _LIVELY * _GAP) // _CALM_GAP

    def happenings(self, opened: int, until: int) -> Iterator[Entry]:
        """What members do to what is there, as lines for the journal, up to `until`; each has a key of its own."""
        for mark, target, member, text in self.world.stage.marks():
            at = self.time_of(opened, mark.turn) + _GAP // 2
            if at < until:
                key = f"{mark.deed}-{target}-{mark.turn}"
                yield Entry(at, _DEEDS[mark.deed], key=key, target=target, member=member, text=text)

    def hearts(self, entry: Entry, target: Said | None) -> Iterator[Entry]:
        """Who likes what we wrote, as lines for the journal."""
        if entry.member is not None or not entry.key or self.world.place not in _LIKING:
            return
        dice = self._dice("heart", entry.key)
        members = [target.member] if target is not None and target.member is not None and dice() < _HEARTS else []
        if entry.deed is Deed.POST:
            members = [self.world.regular(dice, self.world.shape.members) for _ in range(3 + int(9 * dice()))]
        for turn, member in enumerate(members):
            at = entry.at + int((15 + 150 * dice()) * 1000)
            yield Entry(at, Deed.REACT, key=f"heart-{entry.key}-{turn}", target=entry.id, member=member)

    def _arrival(self, number: int, at: int) -> Said:
        written = len(self.world.stage.later)
        if number < written:
            return self.world.stage.arrival(number, at)
        if number % _FOLLOW_UP == _FOLLOW_UP - 1 and number > written:
            return self._follow_up(number, at)
        return self._newcomer_or_regular(number, at)

    def _newcomer_or_regular(self, number: int, at: int) -> Said:
        """Somebody begins a conversation."""
        place, shape = self.world.place, self.world.shape
        dice = self._dice(LIVE, number)
        member = shape.members + number if number % _FOLLOW_UP == 0 else self.world.regular(dice, shape.members)
        who = self.world.person(member)
        remote_id = message_id(place, LIVE, str(number))
        post = one_of(tuple(self.posts), dice) if self.posts else None
        language = post.language if post else who.language
        words = post.words if post else draw_words(language, dice)
        theme = books()[language].theme(post.theme) if post else None
        exchange = exchange_of(place, language, dice, theme)
        stars = f"{STARS[5 - exchange.stars : 10 - exchange.stars]} " if exchange.stars else ""
        text = say(language, "mention", dice, words) if place is Place.ROOM else stars + fill(exchange.lines[0], words)
        return Said(
            id=remote_id,
            member=member,
            at=at,
            text=f"{text}\n\n{who.name}" if place is Place.MAIL else text,
            keys=self._keys(remote_id, post),
            post=post.id if post else None,
            title=fill(exchange.subject, words),
        )

    def _follow_up(self, number: int, at: int) -> Said:
        before = self._arrival(number - 1, at)
        dice = self._dice(LIVE, number)
        text = self._generic(before, "again", dice)
        return self._said_after(before, message_id(self.world.place, LIVE, str(number)), at, text)

    def _generic(self, before: Said, intent: str, dice: Dice) -> str:
        language = self.world.person(before.member or 0).language
        return say(language, intent, dice, draw_words(language, dice))

    def _said_after(self, before: Said, remote_id: str, at: int, text: str) -> Said:
        is_mail = self.world.place is Place.MAIL
        return Said(
            id=remote_id,
            member=before.member,
            at=at,
            text=text,
            keys=(*before.keys[-8:], remote_id) if is_mail else before.keys,
            parent=None if before.private or self.world.place is Place.DIRECT else before.id,
            post=before.post,
            title=f"Re: {before.title.removeprefix('Re: ')}" if is_mail else before.title,
            private=before.private,
        )

    def _keys(self, remote_id: str, post: Published | None) -> tuple[str, ...]:
        match self.world.place:
            case Place.ROOM:
                return (ROOM,)
            case Place.DIRECT:
                return (f"{LETTER[Place.DIRECT]}chat-{remote_id}",)
            case Place.FORUM if post is not None:
                return (post.id,)
            case _:
                return (remote_id,)

    def answers(self, entry: Entry, target: Said | None, *, again: bool = False) -> Iterator[Said]:
        """What members say to a thing of ours, oldest first; `target` is what ours answered.

        To a line of a story its author says what is written for this, but not to a second answer of ours (`again`).
        """
        if entry.member is not None or not entry.key:
            return
        dice = self._dice(ANSWER, entry.key)
        if entry.deed is Deed.POST:
            yield from self._comments(entry, dice)
        elif entry.deed is Deed.MESSAGE and target is not None and target.member is not None:
            written = "" if again else self.world.stage.answer(target.id, entry.at)
            at = entry.at + int((12 + (50 if written else 220) * dice()) * 1000)
            if written or dice() < _ANSWERS:
                remote_id = message_id(self.world.place, ANSWER, f"{entry.key[:16]}.0")
                ours = replace(said_in(entry), member=target.member)
                yield self._said_after(ours, remote_id, at, written or self._generic(target, "thanks", dice))

    def _comments(self, entry: Entry, dice: Dice) -> Iterator[Said]:
        at = entry.at
        language = _language_of(entry.text)
        phrases, words = books()[language].phrases["comment"], draw_words(language, dice)
        start = int(len(phrases) * dice())
        for turn in range(2 + int(4 * dice())):
            at += int((20 + 160 * dice()) * 1000)
            member = self.world.regular(dice, self.world.shape.members)
            remote_id = message_id(self.world.place, ANSWER, f"{entry.key[:16]}.{turn}")
            text = fill(phrases[(start + turn) % len(phrases)], words)
            key = entry.id if self.world.place is Place.FORUM else remote_id
            yield Said(remote_id, member, at, text, (key,), post=entry.id)

    def _dice(self, origin: str, name: object) -> Dice:
        return dice_of(self.world.seed, self.world.place, origin, name)


_ITALIAN = frozenset(
    {"il", "lo", "la", "gli", "le", "che", "è", "di", "del", "della", "un", "una", "per", "con", "non", "e"}
)


def _language_of(text: str) -> str:
    """Italian or English, by its small words."""
    words = text.lower().split()
    return "it" if sum(word.strip(".,!?:;") in _ITALIAN for word in words) * 8 > len(words) else "en"
