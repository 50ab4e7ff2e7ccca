"""Questions about people: the card, the timeline across channels, lists, and who may be the same person."""

from __future__ import annotations

from datetime import datetime

from inbox_app.domain.ids import AccountId, ColleagueId, HandleId, MemberId, MessageId, NoteId
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import Activities, Activity, Card, Field, MemberPage, Suggestion
from inbox_app.domain.timecode import to_ms
from inbox_app.storage import activities, circles, holders, member_cards, member_facts, notes, resemblance
from inbox_app.storage.likenesses import Likeness
from inbox_app.storage.likenesses import likenesses as _look_alike
from inbox_app.storage.notes import EarlierNote
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

__all__ = [
    "EarlierNote",
    "Likeness",
    "card",
    "earlier_notes",
    "fields",
    "handles_named",
    "likenesses",
    "note",
    "of_handle",
    "page",
    "said_before",
    "suggestions",
    "timeline",
]

_AT_ONCE = 20
"""How many people of an import are shown with whom they may be."""


async def card(store: Store, me: ColleagueId, wanted: MemberId) -> Card:
    """All that is known of a member; an id that was linked to another leads there.

    Raises:
        NotFound: there is no such member.
    """
    now = store.now()
    return await store.read(lambda conn: member_cards.card(conn, me, wanted, now))


async def timeline(
    store: Store,
    me: ColleagueId,
    wanted: MemberId,
    *,
    only: Activity | None = None,
    channel: str = "",
    older_than: MessageId | None = None,
    limit: int = 50,
) -> Activities:
    """What happened with a member, newest first: all of it or one kind, on every channel or on one.

    Of reminders those of this colleague alone.

    Raises:
        NotFound: there is no such member.
    """

    now = store.now()

    def work(conn: Reading) -> Activities:
        whole = circles.present(conn, wanted)
        return activities.activities(
            conn, me, whole, now, only=only, channel=channel, older_than=older_than, limit=limit
        )

    return await store.read(work)


async def page(
    store: Store, *, words: str = "", channel: str = "", after: str | None = None, limit: int = 50
) -> MemberPage:
    """Members whose names hold these words, the last to speak first.

    Raises:
        WrongUse: `after` is no place in the list.
    """
    return await store.read(
        lambda conn: member_cards.page(conn, words=words, channel=channel, after=after, limit=limit)
    )


async def suggestions(store: Store, wanted: MemberId) -> tuple[Suggestion, ...]:
    """Who may be the same person, with what speaks for and against it; nothing is ever linked by itself.

    Raises:
        NotFound: there is no such member.
    """
    return await store.read(lambda conn: resemblance.suggestions(conn, wanted))


async def likenesses(store: Store, account: AccountId) -> tuple[Likeness, ...]:
    """Whom of an account's people we may know from elsewhere already; as many as a person looks through at once."""
    return await store.read(lambda conn: _look_alike(conn, account, most=_AT_ONCE))


async def fields(store: Store) -> tuple[Field, ...]:
    """The fields that this workspace defined, key ones first."""
    return await store.read(member_facts.fields)


async def note(store: Store, wanted: NoteId) -> NoteRow:
    """A single note.

    Raises:
        NotFound: there is no such note.
    """
    return await store.read(lambda conn: notes.one(conn, wanted))


async def earlier_notes(store: Store, wanted: NoteId) -> tuple[EarlierNote, ...]:
    """What a note said before it was changed, the latest first.

    Raises:
        NotFound: there is no such note.
    """
    return await store.read(lambda conn: notes.earlier(conn, wanted))


async def of_handle(store: Store, wanted: HandleId) -> MemberId | None:
    """The member a handle belongs to now."""
    return await store.read(lambda conn: member_cards.of_handle(conn, wanted))


async def said_before(store: Store, wanted: HandleId, moment: datetime) -> tuple[int, int]:
    """How many messages of a handle are from before a moment, and how many from then on."""
    return await store.read(lambda conn: holders.said_before(conn, wanted, to_ms(moment)))


async def handles_named(store: Store, name: str) -> tuple[HandleId, ...]:
    """The handles of members that are called exactly so, case apart; linked ones alone, where there are any."""
    return await store.read(lambda conn: member_cards.handles_named(conn, name))
