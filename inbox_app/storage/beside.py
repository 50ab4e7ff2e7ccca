"""What a window would have written over unseen stands beside the draft, whole, until the person decides about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, delete, select, update

from inbox_app.domain.beside import Beside, Words, is_unseen, words
from inbox_app.domain.ids import ColleagueId, DraftId, new_id
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.storage import draft_files
from inbox_app.storage.schema import account, colleague, draft, message
from inbox_app.storage.transaction import Tx

_KEY = "beside"
_COLUMNS = ("text", "title", "reply_to", "account")


def alone(tx: Tx, me: ColleagueId) -> None:
    """Let nobody else write this colleague's drafts until this is committed: two desks of a team write at once."""
    tx.conn.execute(select(colleague.c.id).where(colleague.c.id == me).with_for_update(key_share=True))


def stored(detail: Mapping[str, Any]) -> tuple[Beside, ...]:
    """What stands beside a draft with this detail, the oldest first."""
    return tuple(Beside(one["id"], tuple(one["words"])) for one in detail.get(_KEY, ()))


def carried(row: Row[*tuple[Any, ...]] | None, wanted: Words, based: Words | None) -> JsonObject:
    """What the draft's detail keeps beside it when `wanted` is written: what was not known stays, and comes to it."""
    if row is None:
        return {}
    detail: dict[str, Any] = json.loads(row.detail)
    others: list[JsonValue] = [
        one for one in detail.get(_KEY, ()) if based is None or tuple(one["words"]) not in (wanted, based)
    ]
    if is_unseen(_words(row, detail), wanted, based):
        others.append(_whole(row, detail))
    return {_KEY: others} if others else {}


def together(detail: str, more: str) -> str:
    """The detail of a draft that another one was added to: what stood beside either stands beside it."""
    mine, theirs = json.loads(detail), json.loads(more)
    others = [*mine.get(_KEY, ()), *theirs.get(_KEY, ())]
    return json.dumps(mine | ({_KEY: others} if others else {}))


def decide(tx: Tx, me: ColleagueId, of: DraftId, wanted: str, *, take: bool) -> None:
    """Let a draft go on with what stands beside it, and keep there what it said; or throw that away."""
    alone(tx, me)
    row = tx.conn.execute(select(draft).where(draft.c.id == of, draft.c.colleague == me)).one_or_none()
    detail: dict[str, Any] = {} if row is None else json.loads(row.detail)
    others: list[dict[str, Any]] = detail.pop(_KEY, [])
    chosen = next((one for one in others if one["id"] == wanted), None)
    if row is None or chosen is None:
        return
    others.remove(chosen)
    mine = draft.c.id == of
    tx.about("drafts")
    if not take and not others and not _words(row, detail) and not draft_files.is_left(tx, of):
        tx.conn.execute(delete(draft).where(mine))
        return
    if take and _words(row, detail):
        others.append(_whole(row, detail))
    says = _said(tx, row, chosen) if take else {}
    kept = chosen["detail"] if take else detail
    written = json.dumps(kept | ({_KEY: others} if others else {}))
    tx.conn.execute(update(draft).where(mine).values(detail=written, changed_at=tx.now, **says))


def _said(tx: Tx, row: Row[*tuple[Any, ...]], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft says by what stood beside it; an account or a message that is gone since is not named again."""
    here = {
        "account": tx.conn.execute(select(account.c.id).where(account.c.id == chosen["account"])).scalar()
        or row.account,
        "reply_to": tx.conn.execute(select(message.c.id).where(message.c.id == chosen["reply_to"])).scalar(),
    }
    return {name: chosen[name] for name in _COLUMNS} | here


def _whole(row: Row[*tuple[Any, ...]], detail: Mapping[str, Any]) -> JsonObject:
    said: list[JsonValue] = [*_words(row, detail)]
    columns: JsonObject = {name: getattr(row, name) for name in _COLUMNS}
    return columns | {"id": new_id(), "words": said, "detail": {k: v for k, v in detail.items() if k != _KEY}}


def _words(row: Row[*tuple[Any, ...]], detail: Mapping[str, Any]) -> Words:
    """What is written in a draft of any kind: an answer, a mail with its subject, a post with its wordings."""
    if row.conversation is not None or row.account is not None:
        return words(row.text, detail.get("subject", ""))
    return words(row.text, row.title, *(part for both in detail.get("own", {}).values() for part in both))
