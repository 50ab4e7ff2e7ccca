"""Drafts: one a colleague and conversation, saved at each pause, touched by no outside event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from inbox_app.domain.beside import Beside, Words, words
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, DraftId, MessageId, TemplateId, new_id
from inbox_app.domain.inbox import DraftFile
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.recipients import Recipient
from inbox_app.domain.timecode import from_ms
from inbox_app.i18n import _
from inbox_app.storage import attachments, beside, draft_files
from inbox_app.storage.draft_files import UNCHANGED, Enclosed
from inbox_app.storage.schema import draft
from inbox_app.storage.transaction import Tx

_CHOSEN = ("everybody", "quotes", "subject", "forwards", "leaves", "template", "sender", "privately")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a draft holds besides its text, as far as the person chose it; None is left to the rules.

    All but `template`, which the text was made from, and `privately` is of mails alone.
    """

    recipients: tuple[Recipient, ...] | None = None
    everybody: bool = False
    quotes: bool | None = None
    subject: str = ""
    forwards: MessageId | None = None
    leaves: tuple[str, ...] = ()
    """Ids of files of the mail that is passed on which do not go along."""
    template: TemplateId | None = None
    sender: str = ""
    """The address of ours to write from."""
    privately: bool = False
    """What was said in public is answered in a private conversation with its author."""

    def to_json(self) -> JsonObject:
        """Only what was chosen."""
        chosen = {name: getattr(self, name) for name in _CHOSEN}
        found: JsonObject = {
            name: value for name, value in chosen.items() if value or (value is False and name == "quotes")
        }
        if self.recipients is not None:
            found["recipients"] = [[*one] for one in self.recipients]
        return found

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Letter:
        """The inverse of `to_json`."""
        recipients, forwards = stored.get("recipients") or None, stored.get("forwards")
        template = stored.get("template")
        return cls(
            recipients=None
            if recipients is None
            else tuple((role, address, name) for role, address, name in recipients),
            everybody=bool(stored.get("everybody")),
            quotes=stored.get("quotes"),
            subject=str(stored.get("subject", "")),
            forwards=None if forwards is None else MessageId(forwards),
            leaves=tuple(stored.get("leaves", ())),
            template=None if template is None else TemplateId(template),
            sender=str(stored.get("sender", "")),
            privately=bool(stored.get("privately")),
        )


NO_CHOICE = Letter()


@dataclass(frozen=True, slots=True)
class Draft:
    """Text not yet sent, and the files that go with it."""

    id: DraftId
    conversation: ConversationId | None
    reply_to: MessageId | None
    text: str
    changed_at: datetime
    files: tuple[DraftFile, ...] = ()
    account: AccountId | None = None
    """Of a draft that begins a conversation."""
    letter: Letter = NO_CHOICE
    beside: tuple[Beside, ...] = ()
    """What another window wrote meanwhile."""

    @property
    def words(self) -> Words:
        """What a window that shows it has seen."""
        return words(self.text, self.letter.subject)


def save(
    tx: Tx,
    me: ColleagueId,
    conversation: ConversationId,
    text: str,
    reply_to: MessageId | None,
    letter: Letter | None = None,
    files: Enclosed = UNCHANGED,
    based: Words | None = None,
) -> DraftId | None:
    """Keep a colleague's text for a conversation, and its files as changed; with neither there is no draft.

    `based` is what the draft said when it was last seen: what it says by now stands beside it, and a draft that is
    gone, sent or thrown away elsewhere, comes back only with something new. Without it, all that it says is replaced.
    """
    beside.alone(tx, me)
    row = _row_of(tx.conn, me, conversation)
    known = None if row is None else _draft(tx.conn, row)
    if known is not None:
        draft_files.change(tx, known.id, files)
    is_left = bool(draft_files.unknown(tx, files.new)) if known is None else draft_files.is_left(tx, known.id)
    wanted = (known.letter if known is not None else NO_CHOICE) if letter is None else letter
    said = words(text, wanted.subject)
    aside = beside.carried(row, said, based)
    if not is_left and not aside and (not said or (known is None and said == based)):
        if known is not None:
            discard(tx, me, known.id)
        return None
    if known is not None and _is_same(known, text, reply_to, wanted, beside.stored(aside)):
        return known.id
    detail = json.dumps(wanted.to_json() | aside)
    values = {"text": text, "reply_to": reply_to, "detail": detail, "changed_at": tx.now}
    kept = known.id if known is not None else DraftId(new_id())
    if known is None:
        tx.conn.execute(insert(draft).values(id=kept, colleague=me, conversation=conversation, **values))
        draft_files.change(tx, kept, files)
    else:
        tx.conn.execute(update(draft).where(draft.c.id == kept).values(**values))
    tx.about("drafts")
    return kept


def _is_same(known: Draft, text: str, reply_to: MessageId | None, letter: Letter, aside: tuple[Beside, ...]) -> bool:
    return (known.text, known.reply_to, known.letter, known.beside) == (text, reply_to, letter, aside)


def save_new(
    tx: Tx,
    me: ColleagueId,
    known: DraftId | None,
    account: AccountId,
    text: str,
    letter: Letter,
    files: Enclosed = UNCHANGED,
    based: Words | None = None,
) -> DraftId:
    """Keep a mail that begins a conversation: `known` where it was kept before, `based` as for `save`."""
    beside.alone(tx, me)
    mine = (draft.c.id == known, draft.c.colleague == me, draft.c.conversation.is_(None))
    row = tx.conn.execute(select(draft).where(*mine)).one_or_none()
    detail = letter.to_json() | beside.carried(row, words(text, letter.subject), based)
    values = {"account": account, "text": text, "detail": json.dumps(detail), "changed_at": tx.now}
    kept = DraftId(new_id()) if row is None else DraftId(row.id)
    if row is not None:
        tx.conn.execute(update(draft).where(draft.c.id == kept).values(**values))
    else:
        tx.conn.execute(insert(draft).values(id=kept, colleague=me, conversation=None, reply_to=None, **values))
    draft_files.change(tx, kept, files)
    tx.about("drafts")
    return kept


def discard(tx: Tx, me: ColleagueId, wanted: DraftId) -> bool:
    """Throw a draft of one's own away; False where there is none."""
    gone = tx.conn.execute(delete(draft).where(draft.c.id == wanted, draft.c.colleague == me)).rowcount
    tx.about("drafts")
    return gone > 0


def of_conversation(conn: Connection, me: ColleagueId, conversation: ConversationId) -> Draft | None:
    """The colleague's draft for a conversation."""
    row = _row_of(conn, me, conversation)
    return None if row is None else _draft(conn, row)


def one(conn: Connection, me: ColleagueId, wanted: DraftId) -> Draft | None:
    """A draft of the colleague's; None where it was sent or thrown away."""
    row = conn.execute(select(draft).where(draft.c.id == wanted, draft.c.colleague == me)).one_or_none()
    return None if row is None else _draft(conn, row)


def refuse_unseen(tx: Tx, me: ColleagueId, wanted: DraftId, said: Words) -> None:
    """Raise `Refused` where a draft that is to be sent as `said` is gone by now, or says something else too."""
    beside.alone(tx, me)
    known = one(tx.conn, me, wanted)
    if known is None:
        raise Refused(_("Another window sent this or threw it away. Nothing was sent again."))
    if known.words != said or known.beside:
        raise Refused(_("Another window wrote something else here. Choose which text goes on, then send it."))


def beginning(conn: Connection, me: ColleagueId) -> tuple[Draft, ...]:
    """The colleague's drafts that begin a conversation, the last touched first."""
    return tuple(one for one in every(conn, me) if one.conversation is None and one.account is not None)


def every(conn: Connection, me: ColleagueId) -> tuple[Draft, ...]:
    """All drafts of a colleague, the last touched first."""
    wanted = select(draft).where(draft.c.colleague == me).order_by(draft.c.changed_at.desc())
    return tuple(_draft(conn, row) for row in conn.execute(wanted).all())


def _row_of(conn: Connection, me: ColleagueId, conversation: ConversationId) -> Row[*tuple[Any, ...]] | None:
    wanted = select(draft).where(draft.c.colleague == me, draft.c.conversation == conversation)
    found: Row[*tuple[Any, ...]] | None = conn.execute(wanted).one_or_none()
    return found


def _draft(conn: Connection, row: Row[*tuple[Any, ...]]) -> Draft:
    detail = json.loads(row.detail)
    return Draft(
        DraftId(row.id),
        ConversationId(row.conversation) if row.conversation else None,
        MessageId(row.reply_to) if row.reply_to else None,
        row.text,
        from_ms(row.changed_at),
        attachments.of_draft(conn, DraftId(row.id)),
        AccountId(row.account) if row.account else None,
        Letter.from_json(detail),
        beside.stored(detail),
    )
