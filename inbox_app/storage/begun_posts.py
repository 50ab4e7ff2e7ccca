"""The post that a colleague has begun: a draft without conversation and account, saved at each pause like all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from inbox_app.domain.beside import Beside, Words, words
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId, DraftId, TemplateId, new_id
from inbox_app.domain.inbox import DraftFile
from inbox_app.i18n import _
from inbox_app.storage import attachments, beside, draft_files
from inbox_app.storage.draft_files import UNCHANGED, Enclosed
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
    files: tuple[DraftFile, ...] = ()
    """What goes to every place. Changed by `save`, not by what stands here."""
    id: DraftId | None = None
    beside: tuple[Beside, ...] = ()
    """What another window wrote meanwhile."""

    @property
    def words(self) -> Words:
        """All that is written."""
        return words(self.text, self.title, *(part for both in self.own.values() for part in both))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written."""
        return not self.words


def save(tx: Tx, me: ColleagueId, begun: BegunPost, files: Enclosed = UNCHANGED, based: Words | None = None) -> None:
    """Keep it, instead of what was kept, and its files as changed; with neither text nor files it is no draft.

    `based` is what it said when it was last seen: what it says by now stands beside it, and one that is gone comes back
    only with something new.
    """
    beside.alone(tx, me)
    row = _row(tx.conn, me)
    if row is None and begun.words == based and not draft_files.unknown(tx, files.new):
        return
    tx.about("drafts")
    kept = DraftId(new_id() if row is None else row.id)
    own = {one: [*said] for one, said in begun.own.items()}
    aside = beside.carried(row, begun.words, based)
    detail = {"own": own, "places": begun.places, "template": begun.template} | aside
    values = {"text": begun.text, "title": begun.title, "detail": json.dumps(detail), "changed_at": tx.now}
    if row is None:
        tx.conn.execute(insert(draft).values(id=kept, colleague=me, **values))
    else:
        tx.conn.execute(update(draft).where(draft.c.id == kept).values(**values))
    draft_files.change(tx, kept, files)
    if begun.is_empty and not aside and not draft_files.is_left(tx, kept):
        tx.conn.execute(delete(draft).where(draft.c.id == kept))


def use(tx: Tx, me: ColleagueId, said: Words) -> BegunPost:
    """What was begun, which is begun no more. Raises `Refused` where it says something else by now, or is gone."""
    beside.alone(tx, me)
    begun = find(tx.conn, me)
    if begun.id is None:
        raise Refused(_("Another window published this or threw it away. Nothing was published again."))
    if begun.words != said or begun.beside:
        raise Refused(_("Another window wrote something else here. Choose which text goes on, then publish it."))
    tx.conn.execute(delete(draft).where(draft.c.id == begun.id))
    tx.about("drafts")
    return begun


def find(conn: Connection, me: ColleagueId) -> BegunPost:
    """What was begun; empty where nothing was."""
    row = _row(conn, me)
    if row is None:
        return BegunPost()
    detail: dict[str, Any] = json.loads(row.detail)
    own = {AccountId(one): (title, text) for one, (title, text) in detail.get("own", {}).items()}
    places = tuple(map(AccountId, detail.get("places", ())))
    files = attachments.of_draft(conn, DraftId(row.id))
    template = detail.get("template")
    return BegunPost(row.text, row.title, own, places, template, files, DraftId(row.id), beside.stored(detail))


def put_back(tx: Tx, me: ColleagueId, place: AccountId, text: str, title: str, files: Sequence[DraftFile] = ()) -> None:
    """What was to be published there is begun again; in that place it stands above what was begun since.

    What went to several places went with the same files, and has them once.
    """
    begun = find(tx.conn, me)
    there = {(one.digest, one.name) for one in begun.files}
    if begun.is_empty:
        begun = BegunPost(text, title, places=begun.places)
    known_title, known = begun.own.get(place, (begun.title, begun.text))
    own = dict(begun.own)
    if known != text:
        own[place] = (title or known_title, "\n\n".join(one for one in (text, known) if one.strip()))
    back = Enclosed([one for one in files if (one.digest, one.name) not in there])
    save(tx, me, replace(begun, own=own, places=tuple(dict.fromkeys((*begun.places, place)))), back)


def _row(conn: Connection, me: ColleagueId) -> Row[*tuple[Any, ...]] | None:
    mine = (draft.c.colleague == me, draft.c.conversation.is_(None), draft.c.account.is_(None))
    found: Row[*tuple[Any, ...]] | None = conn.execute(
        select(draft).where(*mine).order_by(draft.c.changed_at.desc()).limit(1)
    ).one_or_none()
    return found
