"""Mails that several of our accounts got: which record stands for all of them.

Each account keeps its own record with its own places and thread. `message_copy` says that a record is not shown nor
counted, since another one, its original, stands for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update

from inbox_app.domain.ids import AccountId, ConversationId, HandleId, MemberId, MessageId
from inbox_app.domain.words import AccountState, Direction, MessageState
from inbox_app.storage.bulk import any_of, insert_rows
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.schema import (
    account,
    attachment,
    handle,
    message,
    message_copy,
    message_text,
    unread,
)
from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import read_shared_settings, write_shared_setting

_SETTING, _APART = "copies", "apart"
LOOKED_THROUGH = "copies_looked_through"
"""The setting that says how far what was stored before copies were recognised was compared."""
_ALL, _TO = "all", "to "
_AT_ONCE = 500
"""Keys compared in one transaction."""
File = tuple[str, int]
"""A file's name and size."""


def is_shown(key: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether no other record stands for this message; `key` is its id."""
    return ~select(message_copy.c.message).where(message_copy.c.message == key).exists()


SHOWN = is_shown(message.c.id)


@dataclass(frozen=True, slots=True)
class Record:
    """One account's record of a mail, as far as it is compared with another's."""

    id: MessageId
    account: AccountId
    conversation: ConversationId
    key: str
    outgoing: bool
    written_here: bool
    history: bool
    archived: bool
    author: HandleId
    member: MemberId | None
    own: bool
    title: str
    text: str
    whole: bool
    """Whether its content is here: what lacks it can be like nothing else."""
    original: MessageId | None
    files: tuple[File, ...] = ()

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """The lowest stands for the others: ours, what is connected, what is new, what was here first."""
        return not self.outgoing, self.archived, self.history, self.id


def are_apart(conn: Connection) -> bool:
    """Whether the team wants each account's record for itself."""
    return read_shared_settings(conn).get(_SETTING) == _APART


def keep_apart(tx: Tx, *, apart: bool) -> None:
    """Say whether it does."""
    write_shared_setting(tx, _SETTING, _APART if apart else None)


def looked_through(conn: Connection) -> str | None:
    """The last key up to which stored mails were compared; None where all were."""
    reached = read_shared_settings(conn).get(LOOKED_THROUGH, "")
    return None if reached == _ALL else reached.removeprefix(_TO)


def look_through_to(tx: Tx, key: str | None) -> None:
    """Note how far it is; None where it is done."""
    write_shared_setting(tx, LOOKED_THROUGH, _ALL if key is None else f"{_TO}{key}")


def records(conn: Connection, keys: Collection[str]) -> dict[str, list[Record]]:
    """What our accounts hold under these keys."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for one in _read(conn, _BY_KEY, keys) if keys else ():
        found[one.key].append(one)
    return found


def by_id(conn: Connection, wanted: Collection[MessageId]) -> list[Record]:
    """These records."""
    return _read(conn, _BY_ID, wanted)


def _read(conn: Connection, asked: Select[*tuple[Any, ...]], wanted: Collection[Any]) -> list[Record]:
    rows = conn.execute(asked, {"wanted": wanted}).all()
    files = _files(conn, [row.id for row in rows])
    return [
        Record(
            id=MessageId(row.id),
            account=AccountId(row.account),
            conversation=ConversationId(row.conversation),
            key=row.copy_key,
            outgoing=row.direction == Direction.OUTGOING,
            written_here=row.colleague is not None,
            history=row.history,
            archived=row.state == AccountState.ARCHIVE,
            author=HandleId(row.author),
            member=MemberId(row.member) if row.member else None,
            own=row.own,
            title=row.title,
            text=row.body,
            whole=row.raw is not None or row.direction == Direction.OUTGOING,
            original=None if row.original is None else MessageId(row.original),
            files=tuple(sorted(files[row.id])),
        )
        for row in rows
    ]


_RECORDS = (
    select(
        message.c.id,
        message.c.account,
        message.c.conversation,
        message.c.copy_key,
        message.c.direction,
        message.c.colleague,
        message.c.history,
        account.c.state,
        message.c.author,
        handle.c.member,
        handle.c.own,
        message.c.title,
        func.coalesce(message_text.c.body, "").label("body"),
        message.c.raw,
        message_copy.c.original,
    )
    .join(account, account.c.id == message.c.account)
    .join(handle, handle.c.id == message.c.author)
    .outerjoin(message_text, message_text.c.id == message.c.id)
    .outerjoin(message_copy, message_copy.c.message == message.c.id)
    .where(message.c.deleted_at.is_(None), message.c.state != MessageState.FAILED.value)
    .order_by(message.c.id)
)
_BY_KEY = _RECORDS.where(any_of(message.c.copy_key))
_BY_ID = _RECORDS.where(any_of(message.c.id))


def _files(conn: Connection, wanted: Collection[int]) -> defaultdict[int, list[File]]:
    files: defaultdict[int, list[File]] = defaultdict(list)
    for row in conn.execute(_FILES, {"wanted": wanted}) if wanted else ():
        files[row.message].append((row.name, row.size))
    return files


_FILES = select(attachment.c.message, attachment.c.name, attachment.c.size).where(any_of(attachment.c.message))


def keys_of(conn: Connection, wanted: Collection[MessageId]) -> list[str]:
    """The keys of these messages that another account has too."""
    return list(conn.execute(_KEYS_OF, {"wanted": wanted}).scalars()) if wanted else []


_other = message.alias("other")
_KEYS_OF = (
    select(message.c.copy_key)
    .join(_other, _other.c.copy_key == message.c.copy_key)
    .where(any_of(message.c.id), _other.c.account != message.c.account)
    .distinct()
)


def keys_left(conn: Connection) -> list[str] | None:
    """Some of the keys that are still to be compared, of mails stored before copies were; None when all is done."""
    after = looked_through(conn)
    if after is None:
        return None
    return [] if are_apart(conn) else shared_keys(conn, after)


def shared_keys(conn: Connection, after: str) -> list[str]:
    """The next keys that more than one account has, in their order."""
    several = func.count(message.c.account.distinct()) > 1
    wanted = select(message.c.copy_key).where(message.c.copy_key > after).group_by(message.c.copy_key)
    return list(conn.execute(wanted.having(several).order_by(message.c.copy_key).limit(_AT_ONCE)).scalars())


def link(tx: Tx, originals: Mapping[MessageId, MessageId]) -> None:
    """Let these records stand behind their originals; nobody has to read or answer them besides."""
    if not originals:
        return
    unlink(tx, originals)
    insert_rows(tx.conn, message_copy, [{"message": one, "original": of} for one, of in originals.items()])
    tx.conn.execute(delete(unread).where(any_of(unread.c.message)), {"wanted": list(originals)})
    quiet = update(message).where(any_of(message.c.id), message.c.needs_reply)
    tx.conn.execute(quiet.values(needs_reply=False), {"wanted": list(originals)})
    tx.messages.update(originals)
    tx.messages.update(originals.values())


def unlink(tx: Tx, wanted: Collection[MessageId]) -> None:
    """These stand for themselves again."""
    if wanted:
        tx.conn.execute(delete(message_copy).where(any_of(message_copy.c.message)), {"wanted": wanted})
        tx.messages.update(wanted)


def unlink_all(tx: Tx) -> list[tuple[MessageId, MessageId]]:
    """Let each record stand for itself: (copy, original). What the original needs no more, the copy needs no more."""
    pairs = [
        (MessageId(row.message), MessageId(row.original))
        for row in tx.conn.execute(select(message_copy.c.message, message_copy.c.original))
    ]
    _let_be_as_quiet(tx, pairs)
    tx.conn.execute(delete(message_copy))
    tx.messages.update(one for one, _ in pairs)
    return pairs


def _let_be_as_quiet(tx: Tx, pairs: Collection[tuple[MessageId, MessageId]]) -> None:
    """What the original needs no more, the copy needs no more: (copy, original)."""
    answered = select(message.c.id).where(any_of(message.c.id), message.c.needs_reply.is_(False))
    settled = set(tx.conn.execute(answered, {"wanted": [of for _, of in pairs]}).scalars())
    quiet = update(message).where(any_of(message.c.id)).values(dismissed=True)
    tx.conn.execute(quiet, {"wanted": [one for one, of in pairs if of in settled]})


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom it concerns that copies are shown now."""

    conversations: frozenset[ConversationId] = frozenset()
    members: frozenset[MemberId] = frozenset()


def stand_in(tx: Tx, going: Collection[MessageId]) -> Shown:
    """Before these messages go: of what other accounts have of the same mails one record stands for it from now on."""
    lost = [(one, of) for one, of in _copies_behind(tx.conn, going) if one not in set(going)]
    if not lost:
        return Shown()
    first: dict[MessageId, MessageId] = {}
    for one, of in lost:
        first[of] = min(one, first.get(of, one))
    shown = [(one, of) for one, of in lost if first[of] == one]
    _let_be_as_quiet(tx, shown)
    unlink(tx, [one for one, _ in lost])
    unread_like(tx, shown)
    link(tx, {one: first[of] for one, of in lost if first[of] != one})
    rows = tx.conn.execute(_WHOSE, {"wanted": [one for one, _ in shown]}).all()
    return Shown(
        frozenset(ConversationId(row.conversation) for row in rows),
        frozenset(MemberId(row.member) for row in rows if row.member is not None),
    )


def _copies_behind(conn: Connection, wanted: Collection[MessageId]) -> list[tuple[MessageId, MessageId]]:
    behind = select(message_copy.c.message, message_copy.c.original).where(any_of(message_copy.c.original))
    rows = conn.execute(behind.order_by(message_copy.c.message), {"wanted": wanted})
    return [(MessageId(row.message), MessageId(row.original)) for row in rows]


_WHOSE = (
    select(message.c.conversation, handle.c.member)
    .join(handle, handle.c.id == message.c.author)
    .where(any_of(message.c.id))
)


def twin(conn: Connection, wanted: MessageId, of: AccountId) -> MessageId | None:
    """The same mail as another account has it; None where that account did not get it."""
    every = family(conn, [wanted])
    mine = select(message.c.id).where(any_of(message.c.id), message.c.account == of)
    found = conn.execute(mine, {"wanted": every}).scalar()
    return None if found is None else MessageId(found)


def family(conn: Connection, wanted: Collection[MessageId]) -> set[MessageId]:
    """These messages with all the records of the same mails."""
    originals = {*wanted, *conn.execute(_ORIGINALS, {"wanted": wanted}).scalars()}
    return {MessageId(one) for one in (*originals, *conn.execute(_COPIES, {"wanted": originals}).scalars())}


_ORIGINALS = select(message_copy.c.original).where(any_of(message_copy.c.message))
_COPIES = select(message_copy.c.message).where(any_of(message_copy.c.original))


def originals_of(conn: Connection, wanted: Collection[MessageId]) -> dict[MessageId, MessageId]:
    """What stands for those of these messages that are copies."""
    rows = conn.execute(_STANDS_FOR, {"wanted": wanted}) if wanted else ()
    return {MessageId(row.message): MessageId(row.original) for row in rows}


_STANDS_FOR = select(message_copy.c.message, message_copy.c.original).where(any_of(message_copy.c.message))


def accounts_of(conn: Connection, wanted: Collection[MessageId]) -> defaultdict[MessageId, list[AccountId]]:
    """The further accounts that have copies of these messages."""
    found: defaultdict[MessageId, list[AccountId]] = defaultdict(list)
    for of, which in conn.execute(_HOLDERS, {"wanted": wanted}) if wanted else ():
        found[MessageId(of)].append(AccountId(which))
    return found


_HOLDERS = (
    select(message_copy.c.original, message.c.account)
    .join(message, message.c.id == message_copy.c.message)
    .where(any_of(message_copy.c.original))
    .order_by(message_copy.c.message)
)


def unread_like(tx: Tx, pairs: Iterable[tuple[MessageId, MessageId]]) -> None:
    """Whoever has not read the original has not read the copy either: (copy, original)."""
    behind: defaultdict[int, list[int]] = defaultdict(list)
    for one, of in pairs:
        behind[of].append(one)
    missed = select(unread.c.colleague, unread.c.message).where(any_of(unread.c.message))
    not_read = [
        (row.colleague, one)
        for row in tx.conn.execute(missed, {"wanted": list(behind)}).all()
        for one in behind[row.message]
    ]
    stand = select(message.c.id, message.c.conversation).where(any_of(message.c.id))
    where = {row.id: row.conversation for row in tx.conn.execute(stand, {"wanted": [one for _, one in not_read]})}
    rows = [{"colleague": who, "message": one, "conversation": where[one]} for who, one in not_read]
    if rows:
        tx.conn.execute(insert_or(tx.conn.dialect.name, unread).on_conflict_do_nothing(), rows)
