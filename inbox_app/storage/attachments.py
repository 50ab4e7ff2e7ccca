"""Files of messages, as they arrive, and of drafts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import Connection, bindparam, select, update

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, DraftId, MessageId
from inbox_app.domain.inbox import DraftFile
from inbox_app.i18n import _
from inbox_app.storage.bulk import any_of, insert_rows
from inbox_app.storage.schema import attachment, blob, message
from inbox_app.storage.transaction import Tx


@dataclass(slots=True)
class StoredAttachment:
    """A file of a message; `blob` is the digest of its bytes once they are here."""

    id: str
    message: MessageId
    remote_id: str
    position: int
    name: str
    media_type: str
    size: int
    description: str
    url: str
    content_id: str
    inline: bool
    part: int | None
    blob: str | None


_NAMES = tuple(part.name for part in fields(StoredAttachment))
_CHANGING = _NAMES[3:]
_SELECT = (
    select(*(attachment.c[name] for name in _NAMES))
    .where(any_of(attachment.c.message))
    .order_by(attachment.c.message, attachment.c.position)
)


def attachments(conn: Connection, messages: Collection[MessageId]) -> dict[MessageId, dict[str, StoredAttachment]]:
    """The stored files of these messages, by remote id."""
    found: defaultdict[MessageId, dict[str, StoredAttachment]] = defaultdict(dict)
    if messages:
        for row in conn.execute(_SELECT, {"wanted": messages}):
            found[row[1]][row[2]] = StoredAttachment(*row)
    return found


def add_attachments(tx: Tx, new: Sequence[StoredAttachment]) -> None:
    """Insert files."""
    insert_rows(tx.conn, attachment, [{name: getattr(one, name) for name in _NAMES} for one in new])


_UPDATE = (
    update(attachment)
    .where(attachment.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}", type_=attachment.c[name].type) for name in _CHANGING})
)


def change_attachments(tx: Tx, changed: Sequence[StoredAttachment]) -> None:
    """Store files that look different now."""
    if changed:
        tx.conn.execute(
            _UPDATE, [{"of": one.id} | {f"new_{name}": getattr(one, name) for name in _CHANGING} for one in changed]
        )
        tx.messages.update(one.message for one in changed)


def of_draft(conn: Connection, draft: DraftId) -> tuple[DraftFile, ...]:
    """A draft's files in their order."""
    part = attachment.c
    wanted = select(part.id, part.name, part.media_type, part.size, part.description, part.blob)
    return tuple(
        DraftFile(*row) for row in conn.execute(wanted.where(part.draft == draft).order_by(part.position, part.id))
    )


def here(conn: Connection, wanted: str, most: int) -> str | None:
    """The digest of a file whose bytes are here, and no more than that many."""
    size = select(blob.c.size).where(blob.c.digest == attachment.c.blob).scalar_subquery()
    found = select(attachment.c.blob).where(attachment.c.id == wanted, size <= most)
    digest: str | None = conn.execute(found).scalar_one_or_none()
    return digest


@dataclass(frozen=True, slots=True)
class FileSource:
    """A message's file, and where its bytes may be: here, in the raw mail, or on the service."""

    id: str
    message: MessageId
    account: AccountId
    name: str
    media_type: str
    blob: str | None
    part: int | None
    raw: str | None
    remote_message: str | None
    remote_id: str | None


def source(conn: Connection, wanted: str) -> FileSource:
    """One file of a message. Raises `NotFound`."""
    part, of = attachment.c, message.c
    facts = [part.id, of.id, of.account, part.name, part.media_type]
    places = [part.blob, part.part, of.raw, of.remote_id, part.remote_id]
    found = select(*facts, *places).join_from(attachment, message, part.message == of.id)
    row = conn.execute(found.where(part.id == wanted)).one_or_none()
    if row is None:
        raise NotFound(_("There is no attachment {id} in this workspace.").format(id=wanted))
    return FileSource(*row)


def keep_content(tx: Tx, of: FileSource, digest: str, size: int) -> None:
    """The file's bytes are here now."""
    tx.conn.execute(update(attachment).where(attachment.c.id == of.id).values(blob=digest, size=size))
    tx.messages.add(of.message)
