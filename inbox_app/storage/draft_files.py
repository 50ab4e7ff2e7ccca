"""Files that go with a draft: each under an id made when it was attached, so that keeping it twice keeps it once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, func, insert, select, update

from inbox_app.domain.ids import DraftId, new_id
from inbox_app.domain.inbox import DraftFile
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.storage.schema import attachment, blob
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What becomes of a draft's files: those that are new, ids of those taken off, and what is said of each."""

    new: Sequence[DraftFile] = ()
    without: Collection[str] = ()
    described: Mapping[str, str] = field(default_factory=dict)


UNCHANGED = Enclosed()


def change(tx: Tx, draft: DraftId, wanted: Enclosed) -> None:
    """Take off, add and describe. Ids that are kept elsewhere by now, or of another draft, are passed over."""
    mine = attachment.c.draft == draft
    gone = tx.conn.execute(delete(attachment).where(mine, attachment.c.id.in_(wanted.without))).rowcount
    said = sum(
        tx.conn.execute(
            update(attachment)
            .where(mine, attachment.c.id == one, attachment.c.description != words)
            .values(description=words)
        ).rowcount
        for one, words in wanted.described.items()
    )
    if _add(tx, draft, wanted) or gone or said:
        tx.about("drafts")


def of_act(conn: Connection, act: JsonObject) -> list[DraftFile]:
    """The files that an act takes along, as files of a draft to be: each under an id of its own."""
    named = act.get("files")
    facts = [one for one in named if isinstance(one, dict)] if isinstance(named, list) else []
    digests = [str(one["digest"]) for one in facts]
    known = conn.execute(select(blob.c.digest, blob.c.size).where(blob.c.digest.in_(digests)))
    sizes: dict[str, int] = {row.digest: row.size for row in known}
    return [
        DraftFile(new_id(), str(one["name"]), str(one["media_type"]), sizes[digest], str(one["description"]), digest)
        for one, digest in zip(facts, digests, strict=True)
        if digest in sizes
    ]


def is_left(tx: Tx, draft: DraftId) -> bool:
    """Whether it has any file."""
    return tx.conn.execute(select(attachment.c.id).where(attachment.c.draft == draft).limit(1)).first() is not None


def unknown(tx: Tx, files: Sequence[DraftFile]) -> list[DraftFile]:
    """Those that were never kept: what was sent or taken off in another window does not come back."""
    wanted = [one.id for one in files]
    known = set(tx.conn.execute(select(attachment.c.id).where(attachment.c.id.in_(wanted))).scalars()) if wanted else ()
    return [one for one in files if one.id not in known]


def _add(tx: Tx, draft: DraftId, wanted: Enclosed) -> bool:
    new = [one for one in unknown(tx, wanted.new) if one.id not in wanted.without]
    last = select(func.coalesce(func.max(attachment.c.position), -1)).where(attachment.c.draft == draft)
    first = tx.conn.execute(last).scalar_one() + 1 if new else 0
    attach(tx, new, first, draft=draft)
    return bool(new)


def attach(tx: Tx, files: Iterable[DraftFile], first: int, **owner: str) -> None:
    """Add files to a draft or a template, the first of them at this place."""
    rows = [
        {
            "id": one.id,
            "position": place,
            "name": one.name,
            "media_type": one.media_type,
            "size": one.size,
            "description": one.description,
            "blob": one.digest,
            **owner,
        }
        for place, one in enumerate(files, first)
    ]
    if rows:
        tx.conn.execute(insert(attachment), rows)
