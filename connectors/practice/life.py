"""What goes on in the community after it began: new arrivals by the clock, and answers to what we wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.practice.journal import Deed, Entry
from connectors.practice.places import Place
from connectors.practice.said import ANSWER, LETTER, LIVE, Published, Said, message_id
from connectors.practice.speech import LANGUAGES, Dice, opening_intent, say
from connectors.practice.talk import ROOM
from connectors.practice.timeline import HOUR
from connectors.practice.world import World, dice_of

_MINUTE = 60_000
_LIVELY = 12
"""So many arrivals come while a newcomer looks on; then the community calms down."""
_GAP, _CALM_GAP = 9 * _MINUTE, 5 * HOUR
_FIRST = {place: (20 + 70 * turn) * 1000 for turn, place in enumerate(Place)}
_FOLLOW_UP = 4
"""Each so-manieth arrival goes on with the one before."""
_ANSWERS = 0.6


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

    def _arrival(self, number: int, at: int) -> Said:
        if number % _FOLLOW_UP == _FOLLOW_UP - 1:
            return self._follow_up(number, at)
        place, shape = self.world.place, self.world.shape
        dice = self._dice(LIVE, number)
        is_new = number % _FOLLOW_UP == 0
        member = shape.members + number if is_new else self.world.regular(dice, shape.members)
        who = self.world.person(member)
        remote_id = message_id(place, LIVE, str(number))
        intent = "review" if place is Place.REVIEWS else "mention" if place is Place.ROOM else opening_intent(dice)
        post = self.posts[int(len(self.posts) * dice())] if self.posts else None
        title = say(who.language, "subject", dice) if place is Place.MAIL else ""
        text = say(who.language, intent, dice, who.first_name)
        return Said(
            id=remote_id,
            member=member,
            at=at,
            text=f"{text}\n\n{who.name}" if place is Place.MAIL else text,
            keys=self._keys(remote_id, post),
            post=post.id if post else None,
            title=post.title if post and place is Place.FORUM else title,
        )

    def _follow_up(self, number: int, at: int) -> Said:
        before = self._arrival(number - 1, at)
        dice = self._dice(LIVE, number)
        return self._said_after(before, message_id(self.world.place, LIVE, str(number)), at, "again", dice)

    def _said_after(self, before: Said, remote_id: str, at: int, intent: str, dice: Dice) -> Said:
        member = 0 if before.member is None else before.member
        who = self.world.person(member)
        is_mail = self.world.place is Place.MAIL
        title = f"Re: {before.title.removeprefix('Re: ')}" if is_mail else before.title
        return Said(
            id=remote_id,
            member=member,
            at=at,
            text=say(who.language, intent, dice, who.first_name),
            keys=(*before.keys[-8:], remote_id) if is_mail else before.keys,
            parent=None if self.world.place is Place.DIRECT else before.id,
            post=before.post,
            title=title,
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

    def answers(self, entry: Entry, target: Said | None) -> Iterator[Said]:
        """What members say to a thing of ours, oldest first; `target` is what ours answered."""
        if entry.member is not None or not entry.key:
            return
        dice = self._dice(ANSWER, entry.key)
        if entry.deed is Deed.POST:
            yield from self._comments(entry, dice)
        elif entry.deed is Deed.MESSAGE and target is not None and target.member is not None and dice() < _ANSWERS:
            at = entry.at + int((20 + 220 * dice()) * 1000)
            remote_id = message_id(self.world.place, ANSWER, f"{entry.key[:16]}.0")
            ours = Said(entry.id, target.member, entry.at, entry.text, entry.keys, post=entry.post, title=entry.title)
            yield self._said_after(ours, remote_id, at, "thanks" if dice() < 0.6 else "followup", dice)

    def _comments(self, entry: Entry, dice: Dice) -> Iterator[Said]:
        at = entry.at
        for turn in range(2 + int(4 * dice())):
            at += int((20 + 160 * dice()) * 1000)
            member = self.world.regular(dice, self.world.shape.members)
            language = LANGUAGES[self.world.person(member).language == "it"]
            remote_id = message_id(self.world.place, ANSWER, f"{entry.key[:16]}.{turn}")
            text = say(language, "praise" if dice() < 0.5 else "question", dice)
            key = entry.id if self.world.place is Place.FORUM else remote_id
            yield Said(remote_id, member, at, text, (key,), post=entry.id)

    def _dice(self, origin: str, name: object) -> Dice:
        return dice_of(self.world.seed, self.world.place, origin, name)
