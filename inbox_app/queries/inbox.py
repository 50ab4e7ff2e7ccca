"""Questions about the inbox: the list, a thread, the sidebar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inbox_app.domain.abilities import Abilities
from inbox_app.domain.errors import NotFound
from inbox_app.domain.filters import EVERYTHING, Filter
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId
from inbox_app.domain.inbox import (
    AccountRow,
    ConversationPage,
    ConversationRow,
    MessageRow,
    Place,
    SidebarCounts,
    Tag,
    Thread,
)
from inbox_app.domain.words import AccountState, Hat
from inbox_app.i18n import _
from inbox_app.queries.accounts import shown
from inbox_app.storage import abilities, accounts, conversations, messages, notes, tallies
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

MOST_REACHED = 5_000
"""Further back than this a stretch does not reach for one message."""
_AROUND = 20
MOST_MESSAGES = 1_000_000
STRETCH = 200
"""How many messages of a thread are read at a time."""


async def conversation_page(
    store: Store, me: ColleagueId, chosen: Filter = EVERYTHING, *, after: Place | None = None, limit: int = 50
) -> ConversationPage:
    """One page of the conversation list, newest first."""
    return await store.read(lambda conn: conversations.page(conn, me, chosen, after=after, limit=limit))


async def conversation_ids(store: Store, me: ColleagueId, chosen: Filter = EVERYTHING) -> list[ConversationId]:
    """Every conversation of a filter, newest first."""
    return await store.read(lambda conn: conversations.ids(conn, me, chosen))


async def conversation_rows(
    store: Store, me: ColleagueId, wanted: Sequence[ConversationId]
) -> tuple[ConversationRow, ...]:
    """The rows of these conversations, in this order."""
    return await store.read(lambda conn: conversations.rows(conn, me, wanted))


async def count(store: Store, me: ColleagueId, chosen: Filter) -> int:
    """How many conversations a filter selects."""
    return await store.read(lambda conn: conversations.count(conn, me, chosen))


async def sidebar_counts(store: Store, me: ColleagueId) -> SidebarCounts:
    """All counts of the sidebar."""
    return await store.read(lambda conn: tallies.sidebar_counts(conn, me))


async def wrong_counts(store: Store) -> int:
    """How many of the sidebar's kept counts are not what counting anew says; none, unless something is broken."""
    return await store.read(tallies.wrong_counts)


async def tags(store: Store) -> tuple[Tag, ...]:
    """All tags there are, by name."""
    return await store.read(conversations.every_tag)


async def common_tags(store: Store, wanted: Sequence[ConversationId]) -> frozenset[str]:
    """The names of the tags that every one of these conversations has, however many they are."""
    return await store.read(lambda conn: conversations.common_tags(conn, wanted))


async def is_any_under(store: Store, wanted: Sequence[ConversationId], hat: Hat) -> bool:
    """Whether one of these conversations is worked under this hat."""
    return await store.read(lambda conn: conversations.is_any_under(conn, wanted, hat))


async def thread(
    store: Store,
    me: ColleagueId,
    wanted: ConversationId,
    *,
    before: MessageId | None = None,
    limit: int = STRETCH,
    reaching: MessageId | None = None,
) -> Thread:
    """A conversation with its newest messages (before a message, to read on backwards).

    With `reaching` the stretch is as long as it takes to hold that message, and a few before it.

    An id of a conversation that was merged leads to the one it was merged into.

    Raises:
        NotFound: there is no such conversation.
    """

    def work(conn: Reading) -> Thread:
        conversation = conversations.surviving(conn, wanted)
        most = limit
        if reaching is not None:
            needed = messages.newer_than(conn, conversation, reaching) + 1 + _AROUND
            most = max(limit, min(needed, MOST_REACHED))
        return _thread(conn, me, conversation, before, most, store.now())

    return await store.read(work)


async def conversation_of(store: Store, wanted: MessageId) -> ConversationId | None:
    """Where a message is shown; None where there is no such message."""
    return await store.read(lambda conn: messages.conversation_of(conn, wanted))


async def surviving(store: Store, wanted: ConversationId) -> ConversationId:
    """The conversation that an id leads to: one that was joined into another leads there.

    Raises:
        NotFound: there is no such conversation.
    """
    return await store.read(lambda conn: conversations.surviving(conn, wanted))


async def whole_thread(store: Store, me: ColleagueId, wanted: ConversationId) -> Thread:
    """A conversation with all its messages.

    Raises:
        NotFound: there is no such conversation.
    """
    return await thread(store, me, wanted, limit=MOST_MESSAGES)


def _thread(
    conn: Reading, me: ColleagueId, wanted: ConversationId, before: MessageId | None, limit: int, now: int
) -> Thread:
    conversation = conversations.surviving(conn, wanted)
    rows = conversations.rows(conn, me, [conversation])
    if not rows:
        raise NotFound(_("There is no conversation {id} in this workspace.").format(id=wanted))
    row = rows[0]
    newest, earlier = messages.stretch(conn, conversation, before=before, limit=limit)
    wanted_messages = newest if row.kind.answered_by_any_later else messages.with_parents(conn, newest)
    facts = conversations.facts(conn, conversation)
    ours = tuple(shown(accounts.get(conn, one)) for one in row.accounts)
    here = _abilities(conn, conversation, ours, now)
    said = tuple(
        replace(one, abilities=one.abilities.within(here)) for one in messages.rows(conn, me, row.kind, wanted_messages)
    )
    people = {message.author.member for message in said if message.author.member}
    return Thread(
        row=row,
        account=ours[0],
        ours=ours,
        post=messages.post_row(conn, facts.post) if facts.post else None,
        messages=said,
        notes=notes.notes_on(conn, conversation=conversation, members=people),
        abilities=here,
        reply_until=facts.reply_until,
        earlier=earlier,
        to_answer=_to_answer(conn, me, conversation, said),
    )


def _abilities(conn: Reading, of: ConversationId, ours: Sequence[AccountRow], now: int) -> Abilities:
    if all(one.state is AccountState.REMOVED for one in ours):
        gone = _("{handle} is no longer connected, so nothing can be done there.")
        return Abilities.none(gone.format(handle=ours[0].handle))
    return abilities.of_conversation(conn, of, now)


def _to_answer(
    conn: Reading, me: ColleagueId, conversation: ConversationId, shown: Sequence[MessageRow]
) -> MessageRow | None:
    """What a reply without a target answers, even where it is older than what is shown."""
    wanted = messages.to_answer(conn, conversation)
    if wanted is None:
        return None
    return next((row for row in shown if row.id == wanted), None) or messages.one(conn, me, wanted)
