"""A selection as conditions on conversations and messages, and how much it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, true, union

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import ColleagueId, ConversationId
from inbox_app.domain.search_query import parse
from inbox_app.domain.selection import Extent, Selection
from inbox_app.domain.timecode import first_id, to_ms
from inbox_app.i18n import _
from inbox_app.storage import conversations, search
from inbox_app.storage.bulk import one_of
from inbox_app.storage.filters import SHOWN, where
from inbox_app.storage.schema import account, attachment, blob, conversation, handle, member, message, participant

_HITS = 1_000
_BYTES_A_MESSAGE = 900
"""What a message takes in an export, files apart; measured on mail and comments."""

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is chosen, as SQL. `whole` is everything, with what hangs on no conversation."""

    whole: bool
    conversations: Condition
    """On table `conversation`."""
    messages: Condition
    """On table `message`."""


def scope_of(conn: Connection, chosen: Selection, me: ColleagueId) -> Scope:
    """The conditions of a selection, as colleague `me` sees the inbox.

    Raises:
        NotFound: the account, the member or a conversation does not exist.
    """
    if chosen.is_everything:
        return Scope(True, true(), true())
    span = _span(chosen)
    wanted = and_(*SHOWN, *_conversations(conn, chosen, me))
    if span:
        wanted = and_(wanted, exists().where(message.c.conversation == conversation.c.id, *span))
    within = message.c.conversation.in_(select(conversation.c.id).where(wanted))
    return Scope(False, wanted, and_(within, *span))


def extent(conn: Connection, chosen: Selection, me: ColleagueId) -> Extent:
    """How much it is: counted by the database, nothing is read out.

    Raises:
        NotFound: the account, the member or a conversation does not exist.
    """
    scope = scope_of(conn, chosen, me)
    shown = select(func.count()).select_from(conversation).where(scope.conversations, *SHOWN)
    said = conn.execute(select(func.count()).select_from(message).where(scope.messages)).scalar_one()
    files, size = _files(conn, scope) if chosen.attachments else (0, 0)
    return Extent(conn.execute(shown).scalar_one(), said, files, size + _BYTES_A_MESSAGE * said)


def _files(conn: Connection, scope: Scope) -> tuple[int, int]:
    """How many attachments there are, and the bytes of all files that go along."""
    on_messages = attachment.join(message, message.c.id == attachment.c.message)
    count = select(func.count()).select_from(on_messages).where(scope.messages)
    kept = select(attachment.c.blob).select_from(on_messages).where(scope.messages, attachment.c.blob.is_not(None))
    raw = select(message.c.raw).where(scope.messages, message.c.raw.is_not(None))
    size = select(func.sum(blob.c.size)).where(blob.c.digest.in_(union(kept, raw)))
    return conn.execute(count).scalar_one(), int(conn.execute(size).scalar_one() or 0)


def _span(chosen: Selection) -> list[Condition]:
    limits: list[Condition] = []
    if chosen.since is not None:
        limits.append(message.c.id >= first_id(to_ms(chosen.since)))
    if chosen.until is not None:
        limits.append(message.c.id < first_id(to_ms(chosen.until)))
    return limits


def _conversations(conn: Connection, chosen: Selection, me: ColleagueId) -> list[Condition]:
    conditions = [where(chosen.filter, me)]
    if chosen.account is not None:
        if not conn.execute(select(account.c.id).where(account.c.id == chosen.account)).first():
            raise NotFound(_("There is no account {id} in this workspace.").format(id=chosen.account))
        conditions.append(conversation.c.account == chosen.account)
    if chosen.member is not None:
        if not conn.execute(select(member.c.id).where(member.c.id == chosen.member)).first():
            raise NotFound(_("There is no member {id} in this workspace.").format(id=chosen.member))
        theirs = select(handle.c.id).where(handle.c.member == chosen.member)
        conditions.append(
            conversation.c.id.in_(select(participant.c.conversation).where(participant.c.handle.in_(theirs)))
        )
    if chosen.conversations:
        named = {conversations.surviving(conn, one) for one in chosen.conversations}
        conditions.append(one_of(conversation.c.id, sorted(named)))
    if chosen.query:
        conditions.append(one_of(conversation.c.id, sorted(_found(conn, chosen.query, me))))
    return conditions


def _found(conn: Connection, text: str, me: ColleagueId) -> set[ConversationId]:
    """Where a search finds something; all hits are asked for, since an export must not end with the first page."""
    query = parse(text, datetime.now().astimezone())
    page = search.search(conn, query, me, None, _HITS)
    found = {hit.conversation for hit in page.hits}
    while page.older_than is not None:
        page = search.search(conn, page.query, me, page.older_than, _HITS)
        found |= {hit.conversation for hit in page.hits}
    return found
