"""Erasing a person: rows, index, files, what was begun for them, and the way back in; what others said stays, masked.

Everything is one transaction. The files whose digests it returns are removed after its commit, and `Store.scrub` then
sees to it that nothing stays in the database's own files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from inbox_app.domain.erasure import Erasing, Erasure, Extent
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import ConversationId, HandleId, MemberId, MessageId, new_id
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import Kind
from inbox_app.i18n import _
from inbox_app.storage import masking, picture_senders, recent_searches, recounting, search_index, suppression
from inbox_app.storage import schema as s
from inbox_app.storage.blobs import drop_unnamed
from inbox_app.storage.bulk import one_of
from inbox_app.storage.holders import known_as
from inbox_app.storage.parting import unescaped, without
from inbox_app.storage.people_before import touch
from inbox_app.storage.search_index import IndexedText
from inbox_app.storage.tracing import Person, Traces, find_owners, find_person, measure, trace
from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import is_coming_in

KIND = "erase"
"""What the record of an erasure is called among the operations."""
_NOBODY = "erased-"
"""What the handle of somebody anonymous begins with."""
_WORDS_GONE = "(erased)"
_ID = re.compile(r"[0-9A-Za-z_-]{6,}")


@dataclass(frozen=True, slots=True)
class Gone:
    """What an erasure leaves to be done outside of the database: `files` by digest, `marks` that logs may hold."""

    extent: Extent
    files: tuple[str, ...]
    marks: tuple[str, ...]


def preview(conn: Connection, wanted: MemberId) -> Extent:
    """How much of a member there is.

    Raises:
        NotFound: there is no such member.
    """
    return measure(conn, trace(conn, find_person(conn, wanted)))


def erase(tx: Tx, wanted: MemberId, how: Erasing, confirmed: str) -> Gone:
    """Erase a member, with every handle and record of theirs.

    Raises:
        NotFound: there is no such member.
        Refused: it is not the name of this member that was typed.
    """
    person = find_person(tx.conn, wanted)
    if " ".join(confirmed.split()).casefold() != " ".join(person.name.split()).casefold():
        raise Refused(
            _("“{typed}” is not the name of this member, so nothing was erased. Type “{name}”.").format(
                typed=confirmed, name=person.name
            )
        )
    gone = erase_person(tx, person, how)
    # A file of a draft that was discarded long ago may be theirs.
    loose = [] if is_coming_in(tx.conn) else drop_unnamed(tx)
    return replace(gone, files=(*gone.files, *loose))


def erase_person(tx: Tx, person: Person, how: Erasing) -> Gone:
    """Erase somebody, and let them not come back."""
    found = trace(tx.conn, person)
    extent = measure(tx.conn, found)
    _suppress(tx, found)
    said = list(
        tx.conn.execute(select(s.message_text.c.body).where(one_of(s.message_text.c.id, found.theirs))).scalars()
    )
    remote_ids = _mail_ids(tx.conn, found)
    files = _files(tx.conn, found)
    _note_changes(tx, found)
    recorded = _forget_operations(tx, found)
    recent_searches.forget_about(tx, person.near)
    _delete_what_hangs(tx, found)
    if how is Erasing.ANONYMISE:
        _anonymise(tx, found)
    else:
        _adopt_children(tx, found)
        _delete_messages(tx, found)
    masked = masking.mask(tx, found, remote_ids, said)
    suppression.suppress(tx, _names_of(tx.conn, masked.messages))
    picture_senders.forget(tx, person.marks)
    if how is Erasing.ERASE:
        _delete_person(tx, person)
    _forget_thread_keys(tx, remote_ids)
    _stand_again(tx, found)
    _record(tx, how, extent, recorded)
    return Gone(extent, tuple(_drop_files(tx, [*files, *masked.raw])), person.marks)


class GoneAgain(NamedTuple):
    """Who was erased again: how many people with how many messages, and the files to remove."""

    people: int = 0
    messages: int = 0
    files: tuple[str, ...] = ()


def erase_suppressed(tx: Tx) -> GoneAgain:
    """Erase again whoever is on the list and has something here from before.

    So it is after an older copy or an export was brought in, when nobody brings files that are yet to be named.
    """
    if suppression.is_empty(tx.conn):
        return GoneAgain()
    rows = tx.conn.execute(select(s.handle.c.id, s.handle.c.channel, s.handle.c.remote_id).where(~s.handle.c.own)).all()
    listed = suppression.suppressed(tx.conn, [(row.channel, row.remote_id) for row in rows])
    back = [HandleId(row.id) for row in rows if _is_back(tx.conn, row.id, listed.get((row.channel, row.remote_id)))]
    people = find_owners(tx.conn, back)
    gone = [erase_person(tx, person, Erasing.ERASE) for person in people]
    files = (*(digest for one in gone for digest in one.files), *drop_unnamed(tx))
    return GoneAgain(len(people), sum(one.extent.messages for one in gone), files)


@dataclass(frozen=True, slots=True)
class Anonymised:
    """Who is here without a name: what hung on them before must not be hung on them again."""

    members: frozenset[MemberId]
    conversations: frozenset[ConversationId]
    """Those with nobody else."""
    messages: frozenset[MessageId]
    until: int
    """When the last person was erased."""


def anonymised(conn: Connection) -> Anonymised:
    """All who were made anonymous."""
    h = s.handle.c
    named = select(h.id).where(h.handle == h.remote_id, h.handle.startswith(_NOBODY, autoescape=True), h.own.is_(False))
    people = find_owners(conn, [HandleId(one) for one in conn.execute(named).scalars()])
    traces = [trace(conn, one) for one in people]
    last = conn.execute(select(func.max(s.operation.c.at)).where(s.operation.c.kind == KIND)).scalar()
    return Anonymised(
        frozenset(member for one in people for member in one.members),
        frozenset(within for one in traces for within in one.alone),
        frozenset(said for one in traces for said in one.theirs),
        int(last or 0),
    )


def erasures(conn: Connection) -> list[Erasure]:
    """What was erased, newest first; nobody is named."""
    rows = conn.execute(select(s.operation).where(s.operation.c.kind == KIND).order_by(s.operation.c.at.desc()))
    said = [(row.at, json.loads(row.detail)) for row in rows]
    return [Erasure(at, Erasing(one["how"]), one["messages"], one["conversations"]) for at, one in said]


# --- before anything goes -------------------------------------------------------------------------------------------


def _is_back(conn: Connection, wanted: str, erased_at: int | None) -> bool:
    """Whether a handle that was erased holds something from before: or nothing, so that only the name came back."""
    if erased_at is None:
        return False
    first = conn.execute(select(func.min(s.message.c.id)).where(s.message.c.author == wanted)).scalar()
    return first is None or int(first) < first_id(erased_at + 1)


def _suppress(tx: Tx, found: Traces) -> None:
    names = []
    for one in found.person.handles:
        base, until = known_as(one.remote_id)
        called = [(one.channel, name) for name in {base, one.handle.lower()}]
        if until is None:
            names += called
        else:  # Somebody else has the handle now, who says what comes from then on.
            suppression.suppress(tx, called, until - 1)
    keys = (
        select(s.account.c.channel, s.thread_key.c.kind, s.thread_key.c.key)
        .join(s.account, s.account.c.id == s.thread_key.c.account)
        .join(s.thread, s.thread.c.id == s.thread_key.c.thread)
        .where(one_of(s.thread.c.conversation, found.alone))
    )
    threads = [suppression.thread_of(*row) for row in tx.conn.execute(keys).all()]
    suppression.suppress(tx, [*names, *threads])


def _names_of(conn: Connection, wanted: Collection[MessageId]) -> list[suppression.Name]:
    """What the services call these messages, which must not be told again in their old words."""
    named = select(s.account.c.channel, s.message.c.remote_id).join(s.account, s.account.c.id == s.message.c.account)
    rows = conn.execute(named.where(one_of(s.message.c.id, wanted), s.message.c.remote_id.is_not(None)))
    return [suppression.words_of(row.channel, row.remote_id) for row in rows]


def _mail_ids(conn: Connection, found: Traces) -> list[str]:
    """What their mails were called: a Message-ID names its sender's machine."""
    of_mail = s.conversation.c.kind == Kind.MAIL.value
    said = select(s.message.c.remote_id).join(s.conversation, s.conversation.c.id == s.message.c.conversation)
    return list(filter(None, conn.execute(said.where(of_mail, found.messages)).scalars()))


def _files(conn: Connection, found: Traces) -> list[str]:
    blobs = select(s.attachment.c.blob).where(found.files, s.attachment.c.blob.is_not(None))
    raw = select(s.message.c.raw).where(found.messages, s.message.c.raw.is_not(None))
    return [*conn.execute(blobs).scalars(), *conn.execute(raw).scalars()]


def _note_changes(tx: Tx, found: Traces) -> None:
    tx.conversations.update((*found.alone, *found.shared))
    tx.messages.update(found.theirs)
    tx.outbox.update(tx.conn.execute(select(s.outbox.c.id).where(found.acts)).scalars())
    tx.reminders.update(tx.conn.execute(select(s.reminder.c.id).where(found.reminders)).scalars())
    tx.about("drafts")
    touch(tx, found.person.members)


# --- going ----------------------------------------------------------------------------------------------------------


def _forget_operations(tx: Tx, found: Traces) -> int:
    """What could be taken back about them cannot be any more, for it holds how things stood; about others it can."""
    ids = _all_ids(tx.conn, found)
    about = select(s.operation_on.c.operation).where(one_of(s.operation_on.c.conversation, found.here))
    here = frozenset(tx.conn.execute(about).scalars())
    near, anywhere = _Naming(ids, found.person.near), _Naming(ids, found.person.marks)
    told = 0
    kept = select(s.operation.c.id, s.operation.c.detail).where(s.operation.c.kind != KIND)
    for row in tx.conn.execute(kept).all():
        is_named = near if row.id in here else anywhere
        # There may be very many, of which few name anybody: only what is written with escapes is read to know.
        if is_named(unescaped(json.loads(row.detail)) if "\\u" in row.detail else row.detail):
            detail = json.loads(row.detail)
            if (rest := without(detail, is_named)) != detail:
                told += 1
                _keep_of(tx, row.id, rest)
    tx.conn.execute(delete(s.operation_on).where(one_of(s.operation_on.c.conversation, found.alone)))
    return told


class _Naming:
    """Whether a text names somebody: by an id, or by a mark as a whole word."""

    def __init__(self, ids: frozenset[str], marks: tuple[str, ...]) -> None:
        self._ids, self._masker = ids, masking.Masker(marks)
        # Looked for first: a search for whole words takes a hundred times as long.
        self._letters = frozenset(form.casefold() for mark in marks for form in (mark, unescaped(mark)[1:-1]))

    def __call__(self, text: str) -> bool:
        if self._ids.intersection(_ID.findall(text)):
            return True
        letters = text.casefold()
        return any(one in letters for one in self._letters) and self._masker(text) != text


def _all_ids(conn: Connection, found: Traces) -> frozenset[str]:
    """What everything that is theirs is called here, and everything about them."""
    ids = {*found.person.members, *found.person.ids, *found.alone}
    ids |= set(map(str, conn.execute(select(s.message.c.id).where(found.messages)).scalars()))
    for table, about in ((s.note, found.notes), (s.reminder, found.reminders), (s.outbox, found.acts)):
        ids |= set(conn.execute(select(table.c.id).where(about)).scalars())
    return frozenset(ids)


def _keep_of(tx: Tx, wanted: str, rest: dict[str, Any] | None) -> None:
    """Let an operation hold no more than this; without anything it goes."""
    if rest is None:
        tx.conn.execute(delete(s.operation).where(s.operation.c.id == wanted))
    else:
        shorter = update(s.operation).where(s.operation.c.id == wanted)
        tx.conn.execute(shorter.values(detail=json.dumps(rest)))


def _delete_what_hangs(tx: Tx, found: Traces) -> None:
    members = found.person.members
    tx.conn.execute(delete(s.outbox).where(found.acts))
    tx.conn.execute(delete(s.attachment).where(found.files))
    tx.conn.execute(delete(s.draft).where(found.drafts))
    tx.conn.execute(delete(s.note).where(found.notes))
    tx.conn.execute(delete(s.reminder).where(found.reminders))
    for table in (s.member_field, s.member_tag):
        tx.conn.execute(delete(table).where(one_of(table.c.member, members)))
    named = or_(one_of(s.member_link.c.from_member, members), one_of(s.member_link.c.to_member, members))
    tx.conn.execute(delete(s.member_link).where(named))
    posts = update(s.post).where(one_of(s.post.c.author, found.person.ids))
    tx.conn.execute(posts.values(title="", text="", url="", picture_url="", author=None, poll=None))


def _adopt_children(tx: Tx, found: Traces) -> None:
    """An answer to one of theirs hangs below what that one answered."""
    here = one_of(s.message.c.conversation, found.shared)
    parents = {row.id: row.parent for row in tx.conn.execute(select(s.message.c.id, s.message.c.parent).where(here))}
    gone = set(found.theirs)
    for child, parent in parents.items():
        if child in gone or parent not in gone:
            continue
        above, passed = parent, {child}
        while above in gone and above not in passed:
            passed.add(above)
            above = parents.get(above)
        above = None if above in passed else above  # A service may tell of messages each below the other.
        moved = update(s.message).where(s.message.c.id == child)
        tx.conn.execute(moved.values(parent=above, parent_remote_id=None))


def _delete_messages(tx: Tx, found: Traces) -> None:
    tx.conn.execute(delete(s.message).where(found.messages))
    tx.conn.execute(delete(s.conversation).where(one_of(s.conversation.c.id, found.alone)))


def _delete_person(tx: Tx, person: Person) -> None:
    tx.conn.execute(delete(s.handle).where(one_of(s.handle.c.id, person.ids)))
    tx.conn.execute(delete(s.member).where(one_of(s.member.c.id, person.members)))


def _anonymise(tx: Tx, found: Traces) -> None:
    """The same rows without who and what; what we said to them loses their names like what others said."""
    theirs = one_of(s.message.c.id, found.theirs)
    texts = tx.conn.execute(select(s.message_text.c.id, s.message_text.c.facets).where(
        one_of(s.message_text.c.id, found.theirs)
    )).all()  # fmt: skip
    search_index.index_texts(tx, [IndexedText(row.id, _WORDS_GONE, "", row.facets) for row in texts])
    tx.conn.execute(delete(s.message_event).where(one_of(s.message_event.c.message, found.theirs)))
    nothing = {"html": None, "raw": None, "recipients": None, "extra": None, "marks": None}
    nothing |= {"copy_key": None, "remote_id": None}
    tx.conn.execute(update(s.message).where(theirs).values(title="", url="", parent_remote_id=None, **nothing))
    ours = one_of(s.message.c.conversation, found.alone)
    tx.conn.execute(update(s.message).where(ours).values(recipients=None, raw=None, html=None))
    tx.conn.execute(delete(s.location).where(one_of(s.location.c.message, found.theirs)))
    for one in found.person.handles:
        name = f"{_NOBODY}{new_id()}"
        said = {"remote_id": name, "handle": name, "name": "", "avatar_url": "", "profile_url": ""}
        tx.conn.execute(update(s.handle).where(s.handle.c.id == one.id).values(said))
    blank = {"preferred_name": "", "address_form": "", "language": "", "pronouns": "", "consent": ""}
    who = update(s.member).where(one_of(s.member.c.id, found.person.members))
    tx.conn.execute(who.values(name=_("Erased person"), **blank))


def _forget_thread_keys(tx: Tx, remote_ids: Collection[str]) -> None:
    tx.conn.execute(delete(s.thread_key).where(one_of(s.thread_key.c.key, remote_ids)))
    named = tx.conn.execute(select(s.thread.c.id).where(one_of(s.thread.c.key, remote_ids))).scalars().all()
    for one in named:
        tx.conn.execute(update(s.thread).where(s.thread.c.id == one).values(key=new_id()))


# --- afterwards -----------------------------------------------------------------------------------------------------


def _stand_again(tx: Tx, found: Traces) -> None:
    here = (*found.shared, *found.alone)
    there = tx.conn.execute(select(s.conversation.c.id).where(one_of(s.conversation.c.id, here))).scalars()
    wanted = [ConversationId(one) for one in there]
    recounting.recount(tx, wanted)
    for one in wanted:
        titles = select(s.message.c.title).where(s.message.c.conversation == one, s.message.c.title != "")
        first = tx.conn.execute(titles.order_by(s.message.c.id).limit(1)).scalar()
        titled = tx.conn.execute(select(s.conversation.c.titled).where(s.conversation.c.id == one)).scalar()
        if not titled or one in found.alone:
            tx.conn.execute(update(s.conversation).where(s.conversation.c.id == one).values(title=first or ""))


def _record(tx: Tx, how: Erasing, extent: Extent, operations: int) -> None:
    """That somebody was erased: when, how, how much. It is nobody's to take back."""
    detail = {
        "how": how.value,
        "messages": extent.messages,
        "conversations": extent.conversations,
        "attachments": extent.attachments,
        "notes": extent.notes,
        "operations": operations,
    }
    values = {"id": new_id(), "kind": KIND, "colleague": None, "detail": json.dumps(detail), "at": tx.now}
    tx.conn.execute(insert(s.operation).values(**values, undone_at=tx.now))


def _drop_files(tx: Tx, wanted: Collection[str]) -> list[str]:
    """Remove the rows of files that nothing names any more; the digests of those that lie beside the database."""
    named = set(tx.conn.execute(select(s.attachment.c.blob).where(one_of(s.attachment.c.blob, wanted))).scalars())
    named |= set(tx.conn.execute(select(s.message.c.raw).where(one_of(s.message.c.raw, wanted))).scalars())
    gone = sorted(set(wanted) - named)
    tx.conn.execute(delete(s.blob).where(one_of(s.blob.c.digest, gone)))
    return gone
