"""What is new: the sync, then events that must be looked at again, then one page of a gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from connectors.matrix import asking
from connectors.matrix.client import Client, Forbidden, Gone, Refusal
from connectors.matrix.cursor import Cursor, Gap, Look, Why
from connectors.matrix.doing import join_path
from connectors.matrix.rooms import MEMBER, TOMBSTONE, Room, Rooms
from connectors.matrix.telling import Teller
from connectors.matrix.wire import (
    ENCRYPTED,
    ENDS,
    REACTION,
    REDACTION,
    SPOKEN,
    VOTES,
    Invite,
    RoomEvent,
    RoomNews,
    Sync,
    reactions_of,
)
from inbox_app.contract.remote import (
    Event,
    GapClosed,
    GapFound,
    MessageGone,
    ReactionsSeen,
    ReadElsewhere,
)
from inbox_app.contract.texts import _
from inbox_app.domain.timecode import from_ms, to_ms

_LOOKS_A_PULL: Final = 40
_GAP_PAGE: Final = 100
_MOST_PAGES: Final = 1000
_CLOCKS_APART: Final = timedelta(hours=1)
"""A whole page that is older than the last sync by more than this lies before the gap, whatever the server says."""


@dataclass(slots=True)
class Found:
    """What one pull came upon, to be told in this order."""

    events: list[Event] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    related: dict[str, str] = field(default_factory=dict)


class Puller:
    """Pulls for one account that is signed in."""

    def __init__(self, client: Client, rooms: Rooms, teller: Teller, me: str) -> None:
        self._client = client
        self._rooms = rooms
        self._teller = teller
        self._me = me

    async def begin(self, now: datetime) -> tuple[list[Event], Cursor]:
        """Only note where everything stands; invitations that wait are told."""
        first = await asking.first_sync(self._client, self._me)
        self._learn_directs(first)
        found, cursor = Found(), Cursor(began=to_ms(now), since=first.next, synced=to_ms(now))
        cursor = self._take_invites(first.invites, cursor, found, now)
        return found.events, cursor

    async def pull(self, before: Cursor, now: datetime, history_since: datetime | None) -> tuple[list[Event], Cursor]:
        """One sync, and a share of what else is to be asked for."""
        found = Found()
        news, before = await self._news(before, found)
        self._learn_directs(news)
        after = self._take_invites(news.invites, before, found, now)
        for one in news.rooms:
            after = await self._take_room(one, after, found, history_since)
        after = replace(after, since=news.next, synced=to_ms(now))
        after = await self._look_again(after.with_related(found.related).with_looks(found.looks), found)
        found.looks.clear()
        after = await self._fill_gap(after, found, history_since)
        return found.events, after.with_related(found.related).with_looks(found.looks)

    async def _news(self, cursor: Cursor, found: Found) -> tuple[Sync, Cursor]:
        """What is new since the last sync. A server that was made anew does not know its place of then any more:
        whatever was said since that time is a gap in each room.
        """
        try:
            return await asking.sync(self._client, self._me, cursor.since), cursor
        except (Gone, Forbidden):
            raise
        except Refusal:
            first = await asking.first_sync(self._client, self._me)
        since = from_ms(cursor.synced) - _CLOCKS_APART
        rooms = [one.id for one in first.rooms if any(event.at >= since for event in one.timeline)]
        gaps = [Gap(f"{room} {first.next}"[:500], room, "", "", cursor.synced) for room in rooms]
        reason = _("The server no longer knows up to where this account was loaded; what came since is being loaded.")
        found.events += [GapFound(one.name, from_ms(one.since), None, reason=reason) for one in gaps]
        return replace(first, rooms=()), replace(cursor, gaps=(*cursor.gaps, *gaps))

    def _learn_directs(self, news: Sync) -> None:
        if news.directs is not None:
            self._rooms.learn_directs(news.directs)

    # --- invitations ------------------------------------------------------------------------------------------------

    def _take_invites(self, invites: Iterable[Invite], cursor: Cursor, found: Found, now: datetime) -> Cursor:
        told = dict(cursor.invites)
        for invite in invites:
            if invite.room not in told:
                told[invite.room] = f"invite:{invite.room}:{cursor.since[-100:]}"
                found.events += self._teller.invite(invite, told[invite.room], now)
        return replace(cursor, invites=told)

    def _settle_invite(self, room: str, cursor: Cursor, found: Found) -> Cursor:
        """Accepted, declined or taken back: it asks for nothing any more."""
        if room not in cursor.invites:
            return cursor
        found.events.append(MessageGone(cursor.invites[room], by_author=False))
        return replace(cursor, invites={name: told for name, told in cursor.invites.items() if name != room})

    # --- rooms ------------------------------------------------------------------------------------------------------

    async def _take_room(self, news: RoomNews, cursor: Cursor, found: Found, history_since: datetime | None) -> Cursor:
        cursor = self._settle_invite(news.id, cursor, found)
        room = self._rooms.note(await self._rooms.get(news.id), (*news.state, *news.timeline))
        if news.left:
            room = self._rooms.note(replace(room, membership="leave"), ())
        if news.left or any(self._rooms.changes(one) for one in (*news.state, *news.timeline)):
            found.events.append(await self._teller.describe(room))
        entry = _entry(news, self._me)
        if news.limited and news.before and not news.left:
            cursor = _with_gap(cursor, news, found, history_since, entered=entry is not None)
        await self._take_events(room, news.timeline, found, entry=entry or 0)
        self._take_receipts(news, found)
        for event in news.timeline:
            if event.type == TOMBSTONE:
                await self._follow(room, event)
        return cursor

    async def _take_events(self, room: Room, events: Sequence[RoomEvent], found: Found, *, entry: int = 0) -> None:
        self._rooms.remember(one for one in events if one.type in SPOKEN)
        for number, event in enumerate(events):
            said = event.relation
            if event.type == REDACTION and event.redacts:
                found.looks.append(Look(room.id, event.redacts, Why.REDACTED))
            elif event.redacted:
                continue
            elif event.type == REACTION and said.event:
                found.related[event.id] = said.event
                found.looks.append(Look(room.id, said.event, Why.REACTED))
            elif event.type in (*VOTES, *ENDS) and said.event:
                found.related[event.id] = said.event
                found.looks.append(Look(room.id, said.event, Why.EDITED))
            elif event.type in SPOKEN and said.type == "m.replace":
                found.related[event.id] = said.event
                if event.type != ENCRYPTED and said.event:
                    found.looks.append(Look(room.id, said.event, Why.EDITED))
            elif event.type in SPOKEN:
                found.events += await self._teller.tell(room, event, history=number < entry)

    def _take_receipts(self, news: RoomNews, found: Found) -> None:
        """Where we have read in another program. A mark may stand at what is no message: then at the one before."""
        for event, readers in news.read:
            if self._me not in readers:
                continue
            place = next((number for number, one in enumerate(news.timeline) if one.id == event), None)
            upto = [] if place is None else [one for one in news.timeline[: place + 1] if one.type in SPOKEN]
            found.events.append(ReadElsewhere(upto[-1].id if upto else event))

    async def _follow(self, room: Room, tombstone: RoomEvent) -> None:
        """Into the room that takes this one's place; where we may not, the room says that it was replaced."""
        successor = tombstone.content.some_id("replacement_room")
        if successor and room.membership == "join":
            with suppress(Refusal):
                await self._client.post(join_path(successor, tombstone.sender), changes=False)

    # --- again ------------------------------------------------------------------------------------------------------

    async def _look_again(self, cursor: Cursor, found: Found) -> Cursor:
        now, later = cursor.looks[:_LOOKS_A_PULL], cursor.looks[_LOOKS_A_PULL:]
        for look in now:
            await self._look(look, cursor, found)
        return replace(cursor, looks=later)

    async def _look(self, look: Look, cursor: Cursor, found: Found) -> None:
        if look.why is Why.REDACTED:
            target = cursor.related.get(look.event)
            if target is not None:
                await self._tell_text(look.room, target, cursor, found)
                found.events.append(await self.reactions(look.room, target))
                return
            event = await self._rooms.ask_event(look.room, look.event)
            found.events.append(MessageGone(look.event, by_author=_by_author(event)))
        elif look.why is Why.EDITED:
            await self._tell_text(look.room, look.event, cursor, found)
        else:
            found.events.append(await self.reactions(look.room, look.event))

    async def _tell_text(self, room: str, event: str, cursor: Cursor, found: Found) -> None:
        """A message as it stands now; one from before we connected comes as history."""
        now = await self._rooms.ask_event(room, event)
        if now is None or now.type not in SPOKEN or now.redacted:
            return
        history = to_ms(now.at) < cursor.began
        found.events += await self._teller.tell(await self._rooms.get(room), now, history=history)

    async def reactions(self, room: str, event: str) -> ReactionsSeen:
        """All reactions to a message as they stand."""
        counts, ours = reactions_of(await asking.reactions_to(self._client, room, event), self._me)
        return ReactionsSeen(event, tuple(sorted(counts.items())), frozenset(ours))

    # --- gaps -------------------------------------------------------------------------------------------------------

    async def _fill_gap(self, cursor: Cursor, found: Found, history_since: datetime | None) -> Cursor:
        """One page of the first gap, backwards; what cannot be had is said and given up."""
        if not cursor.gaps:
            return cursor
        gap, *others = cursor.gaps
        try:
            page = await asking.page_before(self._client, gap.room, gap.at, limit=_GAP_PAGE, to=gap.to)
        except Refusal as refused:
            found.events.append(_lost(gap, str(refused)))
            return replace(cursor, gaps=tuple(others))
        since = history_since if gap.entered else from_ms(gap.since) - _CLOCKS_APART
        wanted = [one for one in page.events if since is None or one.at >= since]
        self._rooms.learn_names(gap.room, page.names)
        room = await self._rooms.get(gap.room)
        await self._take_events(room, wanted, found, entry=len(wanted) if gap.entered else 0)
        if not page.next or (page.events and not wanted):
            found.events.append(GapClosed(gap.name))
            return replace(cursor, gaps=tuple(others))
        if gap.pages >= _MOST_PAGES:
            found.events.append(_lost(gap, _("The server gives one page after the other without an end.")))
            return replace(cursor, gaps=tuple(others))
        return replace(cursor, gaps=(replace(gap, at=page.next, pages=gap.pages + 1), *others))


def _entry(news: RoomNews, me: str) -> int | None:
    """The place in the timeline at which we came into the room; None where we were in it before."""
    for number, event in enumerate(news.timeline):
        if event.type == MEMBER and event.state_key == me and event.content.text("membership") == "join":
            before = event.before.text("membership") if event.before is not None else ""
            return number if before != "join" else None
    return None


def _with_gap(cursor: Cursor, news: RoomNews, found: Found, history_since: datetime | None, *, entered: bool) -> Cursor:
    name = f"{news.id} {news.before}"[:500]
    gap = Gap(name, news.id, news.before, "" if entered else cursor.since, cursor.synced, entered=entered)
    since = history_since if entered else from_ms(cursor.synced)
    until = news.timeline[0].at if news.timeline else None
    reason = _("More was said than the server tells at once; it is being loaded.")
    found.events.append(GapFound(name, since, until, reason=reason))
    return replace(cursor, gaps=(*cursor.gaps, gap))


def _lost(gap: Gap, reason: str) -> GapFound:
    return GapFound(gap.name, from_ms(gap.since), None, can_close=False, reason=reason)


def _by_author(event: RoomEvent | None) -> bool:
    """Who took it back stands beside what is left of it."""
    if event is None or event.redacted_by == "":
        return True
    return event.redacted_by == event.sender
