"""The post that a colleague has begun: a draft without conversation and account, saved at each pause like all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from inbox_app.domain.ids import AccountId, ColleagueId, TemplateId, new_id
from inbox_app.storage.schema import draft
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class BegunPost:
    """What it says and where; `own` are title and text of the places that say it in their own way."""

    text: str = ""
    title: str = ""
    own: Mapping[AccountId, tuple[str, str]] = field(default_factory=dict)
    places: tuple[AccountId, ...] = ()
    template: TemplateId | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written."""
        said = (self.title, self.text, *(part for both in self.own.values() for part in both))
        return not any(part.strip() for part in said)


def save(tx: Tx, me: ColleagueId, begun: BegunPost) -> None:
    """Keep it, instead of what was kept; an empty one is no draft."""
    mine = (draft.c.colleague == me, draft.c.conversation.is_(None), draft.c.account.is_(None))
    tx.about("drafts")
    if begun.is_empty:
        tx.conn.execute(delete(draft).where(*mine))
        return
    own = {one: [*said] for one, said in begun.own.items()}
    detail = {"own": own, "places": begun.places, "template": begun.template}
    values = {"text": begun.text, "title": begun.title, "detail": json.dumps(detail), "changed_at": tx.now}
    if not tx.conn.execute(update(draft).where(*mine).values(**values)).rowcount:
        tx.conn.execute(insert(draft).values(id=new_id(), colleague=me, **values))


def find(conn: Connection, me: ColleagueId) -> BegunPost:
    """What was begun; empty where nothing was."""
    mine = (draft.c.colleague == me, draft.c.conversation.is_(None), draft.c.account.is_(None))
    row = conn.execute(select(draft).where(*mine).order_by(draft.c.changed_at.desc()).limit(1)).one_or_none()
    if row is None:
        return BegunPost()
    detail: dict[str, Any] = json.loads(row.detail)
    own = {AccountId(one): (title, text) for one, (title, text) in detail.get("own", {}).items()}
    places = tuple(map(AccountId, detail.get("places", ())))
    return BegunPost(row.text, row.title, own, places, detail.get("template"))


def put_back(tx: Tx, me: ColleagueId, place: AccountId, text: str, title: str) -> None:
    """What was to be published there is begun again; in that place it stands above what was begun since."""
    begun = find(tx.conn, me)
    if begun.is_empty:
        begun = BegunPost(text, title)
    known_title, known = begun.own.get(place, (begun.title, begun.text))
    own = dict(begun.own)
    if known != text:
        own[place] = (title or known_title, "\n\n".join(one for one in (text, known) if one.strip()))
    save(tx, me, replace(begun, own=own, places=tuple(dict.fromkeys((*begun.places, place)))))
