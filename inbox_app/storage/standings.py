"""What a conversation's row says of its messages: counters, last ones, title, snippet, state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import Connection, bindparam, exists, func, select, update

from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, PostId
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import AccountState, Kind, State
from inbox_app.storage.bulk import any_of, insert_rows
from inbox_app.storage.schema import account, conversation, message, thread
from inbox_app.storage.transaction import Tx

NONE = MessageId(0)


@dataclass(slots=True)
class Standing:
    """A conversation's row as ingest changes it. `we_answered`: the last answer of ours came after we connected."""

    id: ConversationId
    account: AccountId
    channel: str
    kind: Kind
    hat: str
    post: PostId | None = None
    title: str = ""
    titled: bool = False
    snippet: str = ""
    state: State = State.DONE
    done_at: int | None = None
    snoozed_until: int | None = None
    snooze_regardless: bool = False
    reopened_at: int | None = None
    assignee: ColleagueId | None = None
    abilities: str | None = None
    reply_until: int | None = None
    last_message: MessageId = NONE
    last_incoming: MessageId = NONE
    last_outgoing: MessageId = NONE
    message_count: int = 0
    needs_reply_count: int = 0
    attachment_count: int = 0
    we_answered: bool = False

    @property
    def is_reopened(self) -> bool:
        """Whether a person, or the end of a snooze, put it back on the desk and we have not answered since."""
        return self.reopened_at is not None and self.last_outgoing < first_id(self.reopened_at)

    def row(self) -> dict[str, object]:
        """The values of the table's columns."""
        return {name: getattr(self, name) for name in _STORED}


_STORED = tuple(part.name for part in fields(Standing) if part.name != "we_answered")
_FIXED = ("id", "account", "channel", "kind", "hat")
CHANGING = tuple(name for name in _STORED if name not in _FIXED)
_answer = message.alias("answer")
_SELECT = select(
    *(conversation.c[name] for name in _STORED),
    exists(
        select(_answer.c.id).where(_answer.c.id == conversation.c.last_outgoing, _answer.c.history.is_(False))
    ).label("we_answered"),
).where(any_of(conversation.c.id))
_UPDATE = (
    update(conversation)
    .where(conversation.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}", type_=conversation.c[name].type) for name in CHANGING})
)


def standings(conn: Connection, wanted: Collection[ConversationId]) -> dict[ConversationId, Standing]:
    """These conversations as they are stored."""
    if not wanted:
        return {}
    found = (Standing(*row) for row in conn.execute(_SELECT, {"wanted": wanted}))
    return {one.id: _typed(one) for one in found}


def _typed(one: Standing) -> Standing:
    one.kind = Kind(one.kind)
    one.state = State(one.state)
    return one


def add_conversations(tx: Tx, new: Iterable[Standing]) -> None:
    """Insert conversations."""
    insert_rows(tx.conn, conversation, [one.row() for one in new])


def change_conversations(tx: Tx, changed: Iterable[Standing]) -> None:
    """Store what changed of these conversations."""
    rows = [{"of": one.id} | {f"new_{name}": getattr(one, name) for name in CHANGING} for one in changed]
    if rows:
        tx.conn.execute(_UPDATE, rows)


def first_messages(conn: Connection, wanted: Collection[ConversationId]) -> dict[ConversationId, MessageId]:
    """The oldest message of each conversation that has one."""
    rows = conn.execute(
        select(message.c.conversation, func.min(message.c.id))
        .where(message.c.conversation.in_(wanted))
        .group_by(message.c.conversation)
    )
    return {ConversationId(row[0]): MessageId(row[1]) for row in rows}


def of_archives(conn: Connection, wanted: Collection[ConversationId]) -> set[ConversationId]:
    """Those of these conversations whose account is an archive."""
    archived = (conversation.c.account == account.c.id, account.c.state == AccountState.ARCHIVE.value)
    rows = conn.execute(select(conversation.c.id).where(conversation.c.id.in_(wanted), *archived))
    return {ConversationId(one) for one in rows.scalars()}


def left_open(conn: Connection, of: AccountId) -> list[ConversationId]:
    """What still waits for somebody in an account and in no other that works: of several the others go on with it."""
    works = account.c.state.not_in([AccountState.REMOVED.value, AccountState.ARCHIVE.value])
    elsewhere = (thread.c.conversation == conversation.c.id, thread.c.account != of, thread.c.account == account.c.id)
    waits = conversation.c.state.in_([State.OPEN.value, State.SNOOZED.value])
    rows = conn.execute(
        select(conversation.c.id).where(
            conversation.c.account == of,
            conversation.c.merged_into.is_(None),
            waits,
            ~exists(select(thread.c.id).where(*elsewhere, works)),
        )
    )
    return [ConversationId(one) for one in rows.scalars()]


def first_titles(conn: Connection, wanted: Sequence[ConversationId]) -> dict[ConversationId, str]:
    """The title of each conversation's oldest message that has one."""
    named = message.alias("named")
    first = (
        select(named.c.title)
        .where(named.c.conversation == conversation.c.id, named.c.title != "", named.c.context.is_(False))
        .order_by(named.c.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = conn.execute(select(conversation.c.id, first).where(conversation.c.id.in_(wanted)))
    return {ConversationId(row[0]): row[1] for row in rows if row[1]}
