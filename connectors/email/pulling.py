"""One pull over the followed folders: what is new, read or not elsewhere, gone, and how far that brings us. Blocking.

What changed is found by UIDVALIDITY, UIDNEXT, the count of mails and HIGHESTMODSEQ, so that a pull without news costs
one command a folder. https://www.rfc-editor.org/rfc/rfc4549
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from connectors.email.client import Session
from connectors.email.cursor import Cursor, FolderMark
from connectors.email.failures import CommandRefused
from connectors.email.folders import Plan
from connectors.email.mailbox import Changes, Fetched, Measured, Opened
from connectors.email.watching import SEARCH_SPAN, compare_below, doubt_below, watch, watch_from
from inbox_app.content.caps import MAIL_BYTES
from inbox_app.contract.remote import FolderListed, FolderRenumbered, Location, LocationGone

_log = logging.getLogger(__name__)

PAGE_MAILS = 100
PAGE_BYTES = 8 * 2**20
"""What one batch holds at most, but for a single mail that is larger."""
_MOST_NAMED = 50_000
"""Changed mails told of in one pull, the newest, as many as one search looks at."""
_SMALLEST_PORTION = 128 * 2**10


@dataclass(frozen=True, slots=True)
class Portion:
    """How many bytes a page may bring over this line, and up to which size a mail is fetched whole."""

    space: int = PAGE_BYTES
    largest: int = MAIL_BYTES

    def smaller(self) -> Portion:
        """For a line too slow for this one: the next try has to come through, with headers alone if need be."""
        space = max(self.space // 8, _SMALLEST_PORTION)
        return Portion(space, space)

    def larger(self) -> Portion:
        """After one that came through."""
        space = self.space * 2
        return Portion() if space >= PAGE_BYTES else Portion(space, space)


@dataclass(frozen=True, slots=True)
class Haul:
    """What one pull brought, before it is parsed. `history` are the positions in `mails` of what was there before."""

    cursor: Cursor
    mails: tuple[Fetched, ...] = ()
    history: frozenset[int] = frozenset()
    renumbered: tuple[FolderRenumbered, ...] = ()
    gone: tuple[LocationGone, ...] = ()
    listed: tuple[FolderListed, ...] = ()
    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    starred: tuple[tuple[str, bool], ...] = ()
    more: bool = False


@dataclass(slots=True)
class Trawl:
    """A pull under way: the room that is left, and what was found so far."""

    session: Session
    today: date
    since: date | None
    portion: Portion
    room: int
    space: int
    mails: list[Fetched] = field(default_factory=list)
    history: set[int] = field(default_factory=set)
    renumbered: list[FolderRenumbered] = field(default_factory=list)
    gone: list[LocationGone] = field(default_factory=list)
    listed: list[FolderListed] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    starred: list[tuple[str, bool]] = field(default_factory=list)

    def take(self, mails: Sequence[Measured], *, before: date | None) -> list[Measured]:
        """Fetch as many of these as there is room for, lowest UID first; those received before `before` are history."""
        largest = self.portion.largest
        chosen = choose_page(mails, self.room, self.space, largest, first=not self.mails)
        for mail in self.session.fetch(chosen, largest):
            if before is not None and mail.at.date() < before:
                self.history.add(len(self.mails))
            self.mails.append(mail)
        self.room -= len(chosen)
        self.space -= sum(mail.size for mail in chosen if mail.size <= largest)
        return chosen


def choose_page(mails: Sequence[Measured], room: int, space: int, largest: int, *, first: bool) -> list[Measured]:
    """The longest beginning that fits; the very first mail of a page always does."""
    chosen: list[Measured] = []
    for mail in mails:
        size = mail.size if mail.size <= largest else 0
        if len(chosen) >= room or (space < size and not (first and not chosen)):
            break
        chosen.append(mail)
        space -= size
    return chosen


def pull_folders(
    session: Session,
    plan: Plan,
    cursor: Cursor,
    now: datetime,
    history_since: datetime | None,
    portion: Portion,
) -> Haul:
    """Everything new in the followed folders, as much as fits into one batch."""
    followed = plan.followed
    last_day = max((mark.day for mark in cursor.folders.values()), default=None)
    since = history_since.date() if history_since else None
    trawl = Trawl(session, now.date(), since, portion, PAGE_MAILS, portion.space)
    away = set(plan.missing)  # what a folder lacks that comes back is what came after its mark
    for name in [name for name in cursor.folders if name not in (*followed, *away)]:
        trawl.renumbered.append(FolderRenumbered(name, 0))  # nobody looks there any more: its locations are forgotten
        cursor = cursor.without(name)
    more = False
    for name in followed:
        try:
            opened = session.open_folder(name)
        except CommandRefused:
            if name == followed[0]:
                raise
            _log.warning("a folder could not be opened and is left out of this pull")
            away.add(name)
            continue
        mark = cursor.folders.get(name) or (_appeared(opened, last_day) if name == plan.sent else None)
        mark, unfinished = _pull_folder(trawl, opened, mark)
        cursor = cursor.with_folder(name, mark)
        more = more or unfinished
    return Haul(
        cursor=replace(cursor, away=frozenset(away)),
        mails=tuple(trawl.mails),
        history=frozenset(trawl.history),
        renumbered=tuple(trawl.renumbered),
        gone=tuple(trawl.gone),
        listed=tuple(trawl.listed),
        read=tuple(trawl.read),
        unread=tuple(trawl.unread),
        starred=tuple(trawl.starred),
        more=more,
    )


def _pull_folder(trawl: Trawl, opened: Opened, mark: FolderMark | None) -> tuple[FolderMark, bool]:
    """The folder's new mark, and whether there is more to pull at once."""
    if mark is None:
        return _begin(trawl, opened), False
    if mark.validity != opened.validity:
        trawl.renumbered.append(FolderRenumbered(opened.name, opened.validity))
        mark = FolderMark(opened.validity, uid=0, day=mark.day, start=opened.uid_next, catching_up=mark.day)
    if mark.catching_up is not None:
        return _catch_up(trawl, opened, mark)
    return _go_forward(trawl, opened, mark)


def _appeared(opened: Opened, last_day: date | None) -> FolderMark | None:
    """A folder of sent mail comes into being with the first mail in it, which is no history to a mailbox we know."""
    if last_day is None:
        return None
    return FolderMark(opened.validity, uid=0, day=last_day, start=opened.uid_next, catching_up=last_day)


def _begin(trawl: Trawl, opened: Opened) -> FolderMark:
    """Start at this moment: what is there already is history."""
    last = opened.uid_next - 1
    return FolderMark(
        validity=opened.validity,
        uid=last,
        held=opened.exists,
        watched=frozenset(trawl.session.search(watch_from(last), last)),
        modseq=opened.modseq,
        unread=_search(trawl, last, "UNSEEN"),
        starred=_search(trawl, last, "FLAGGED"),
        day=trawl.today,
        start=opened.uid_next,
    )


def _go_forward(trawl: Trawl, opened: Opened, mark: FolderMark) -> tuple[FolderMark, bool]:
    last = opened.uid_next - 1
    reach = min(last, mark.uid + SEARCH_SPAN)
    new = trawl.session.search(mark.uid + 1, reach)
    late: list[int] = []
    mark = _note_changes(trawl, opened, mark)
    mark, there = compare_below(trawl.session, opened, mark)
    trawl.listed += [there] if there else []
    if opened.exists != mark.held + len(new) and reach == last:
        mark, late = _compare(trawl, opened, mark, len(new))
        mark = replace(mark, held=opened.exists - len(new) - len(late))
    before = len(trawl.mails)
    taken, complete = _take(trawl, [*late, *new], before=None)
    uid = reach if complete else max([mark.uid, *taken])
    came = trawl.mails[before:]
    mark = replace(
        mark,
        uid=uid,
        held=mark.held + len(taken),
        watched=watch(mark.watched | set(taken), uid),
        modseq=opened.modseq,
        unread=watch({*(mark.unread or ()), *(one.uid for one in came if not one.seen)}, uid),
        starred=watch({*(mark.starred or ()), *(one.uid for one in came if one.starred)}, uid),
        day=trawl.today if taken else mark.day,
    )
    return mark, not complete or reach < last


def _compare(trawl: Trawl, opened: Opened, mark: FolderMark, new: int) -> tuple[FolderMark, list[int]]:
    """Something left the folder, or came in below the last UID: compare the newest UIDs; those that came in late."""
    lowest = watch_from(mark.uid)
    present = frozenset(trawl.session.search(lowest, mark.uid))
    watched = watch(mark.watched, mark.uid)
    trawl.gone += [LocationGone(Location(opened.name, opened.validity, uid)) for uid in sorted(watched - present)]
    mark = doubt_below(mark, opened.exists - new - len(present))
    return replace(mark, watched=watched & present), sorted(present - watched)


def _catch_up(trawl: Trawl, opened: Opened, mark: FolderMark) -> tuple[FolderMark, bool]:
    """Read a renumbered folder again, as far back as history goes: known mails only get their new place."""
    last = opened.uid_next - 1
    reach = min(last, mark.uid + SEARCH_SPAN)
    found = trawl.session.search(mark.uid + 1, reach, trawl.since)
    taken, complete = _take(trawl, found, before=mark.catching_up)
    if complete and reach == last:
        return replace(_begin(trawl, opened), start=mark.start), False
    return replace(mark, uid=reach if complete else max(taken, default=mark.uid)), True


def _take(trawl: Trawl, found: Sequence[int], *, before: date | None) -> tuple[list[int], bool]:
    """The UIDs dealt with, and whether these are all of `found`."""
    page = list(found[: trawl.room])
    measured = trawl.session.measure(page) if page else []
    chosen = [mail.uid for mail in trawl.take(measured, before=before)] if measured else []
    if len(chosen) < len(measured):
        stop = measured[len(chosen)].uid
        return [uid for uid in page if uid < stop], False
    return page, len(page) == len(found)


def _note_changes(trawl: Trawl, opened: Opened, mark: FolderMark) -> FolderMark:
    """Mails below the mark that were read or not, starred or removed in another program since; the mark without those.

    Where changes are numbered (CONDSTORE) they are asked for when there are any, together with what was removed where
    the server tells (QRESYNC). Otherwise the newest unread and starred ones are compared with those of the last time.
    """
    if mark.uid == 0:
        return mark
    if opened.modseq is None:
        unread, starred = _search(trawl, mark.uid, "UNSEEN"), _search(trawl, mark.uid, "FLAGGED")
        return _tell(trawl, mark, unread, starred)
    if mark.starred is None:  # an earlier version did not ask
        mark = _tell(trawl, mark, mark.unread, _search(trawl, mark.uid, "FLAGGED"))
    if mark.unread is None:
        mark = replace(mark, unread=_search(trawl, mark.uid, "UNSEEN"))
    if mark.modseq is None or opened.modseq <= mark.modseq:
        return mark
    return _note_numbered(trawl, opened, mark, trawl.session.changes_since(mark.uid, mark.modseq))


def _note_numbered(trawl: Trawl, opened: Opened, mark: FolderMark, changes: Changes) -> FolderMark:
    unread = (mark.unread or frozenset()).difference(changes.seen).union(changes.unseen)
    starred = (mark.starred or frozenset()).difference(changes.plain).union(changes.starred)
    # A star of ours that was taken before this look is in no mark: what changed, and not by being read, may be it.
    read_now = (mark.unread or frozenset()) - unread
    plain = frozenset(changes.plain) - read_now - (unread - (mark.unread or frozenset()))
    mark = _tell(trawl, mark, unread, starred, seen=frozenset(changes.seen), plain=plain)
    trawl.gone += [LocationGone(Location(opened.name, opened.validity, uid)) for uid in changes.gone]
    gone = mark.watched.intersection(changes.gone)
    return replace(mark, watched=mark.watched - gone, held=mark.held - len(gone))


def _tell(
    trawl: Trawl,
    mark: FolderMark,
    unread: frozenset[int] | None,
    starred: frozenset[int],
    *,
    seen: frozenset[int] = frozenset(),
    plain: frozenset[int] = frozenset(),
) -> FolderMark:
    """Tell what was read or is unread again, and whose star was set or taken since; the mark as things are now.

    Of what lies below the watched ones nobody knows whether it had been read: a change of its star makes it not unread.
    """
    before, then = mark.starred or frozenset(), mark.unread
    read, again = seen, frozenset[int]()
    if then is not None and unread is not None:
        read, again = seen | (then - unread), (unread - then) & mark.watched
    plain |= before - starred
    changed = sorted(read | again | (starred - before) | plain)[-_MOST_NAMED:]
    names = trawl.session.message_ids(changed)
    trawl.read += [name for uid, name in names.items() if uid in read]
    trawl.unread += [name for uid, name in names.items() if uid in again]
    trawl.starred += [(name, uid in starred) for uid, name in names.items() if uid in (starred - before) | plain]
    return replace(mark, unread=None if unread is None else watch(unread, mark.uid), starred=watch(starred, mark.uid))


def _search(trawl: Trawl, last: int, only: str) -> frozenset[int]:
    """The newest mails up to `last` that are UNSEEN or FLAGGED."""
    return frozenset(trawl.session.search(watch_from(last), last, only=only))
