"""Mails that begin a conversation: written anew, or passing on what somebody sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from inbox_app.actions import lettering, macros, own_files
from inbox_app.actions.lettering import recipients_of
from inbox_app.actions.own_files import NO_FILES, Files, OwnFile, keep_files
from inbox_app.domain.abilities import Abilities
from inbox_app.domain.beside import Words, words
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, DraftId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.placeholders import ready
from inbox_app.domain.senders import addresses_of, wanted_sender
from inbox_app.domain.timecode import in_ms
from inbox_app.domain.words import AccountState, Action, ActKind, Kind
from inbox_app.i18n import _
from inbox_app.storage import accounts, attachments, drafts, outbox, outbox_rows, template_facts
from inbox_app.storage.drafts import Letter
from inbox_app.storage.outbox import Decision
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

__all__ = ["Letter", "NewMail", "begin", "recipients_of", "save_draft"]


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail as a person gives it: recipients and subject in `letter`, and there what it passes on."""

    account: AccountId
    text: str
    undo: timedelta
    letter: Letter
    files: Sequence[OwnFile] = ()
    draft: DraftId | None = None


async def begin(store: Store, me: ColleagueId, mail: NewMail) -> OutboxRow:
    """Commit a mail to be sent exactly once; it starts a conversation of its own.

    A mail that passes something on does so too: whoever wrote to us still waits for an answer.

    Raises:
        NotFound: there is no such account, or no such message to pass on.
        Refused: this account cannot write to addresses, a variable has no value, or the draft says something else now.
        WrongUse: there is nothing to send, or nobody to send it to.
    """

    def work(tx: Tx) -> OutboxRow:
        account = accounts.get(tx.conn, mail.account)
        ability = Abilities.from_json(account.abilities).of(Action.WRITE)
        if account.state is AccountState.REMOVED or not ability.possible:
            raise Refused(ability.reason or _("{handle} cannot write to addresses.").format(handle=account.handle))
        if wanted_sender(addresses_of(account), mail.letter.sender) is None:
            raise WrongUse(
                _("{address} is no address of {handle}.").format(address=mail.letter.sender, handle=account.handle)
            )
        if mail.draft is not None:
            drafts.refuse_unseen(tx, me, mail.draft, words(mail.text, mail.letter.subject))
        kept = () if mail.draft is None else attachments.of_draft(tx.conn, mail.draft)
        if not (mail.text.strip() or mail.files or kept or mail.letter.forwards):
            raise WrongUse(_("There is nothing to send: the mail is empty."))
        decided = Decision(
            account=account.id,
            kind=ActKind.NEW,
            colleague=me,
            undo_ms=in_ms(mail.undo),
            conversation_kind=Kind.MAIL,
            text=ready(mail.text),
            written=mail.text,
            files=keep_files(tx, store.blobs, mail.files),
            draft=mail.draft,
        )
        decided = lettering.as_new(
            tx.conn, me, account, decided, replace(mail.letter, subject=ready(mail.letter.subject))
        )
        made = outbox.queue(tx, decided)
        if mail.letter.template is not None:
            to = next(iter(mail.letter.recipients or ()), None)
            person = template_facts.of_letter(tx.conn, me, account.id, to, mail.letter.subject).member
            macros.go_along(tx, me, mail.letter.template, made.id, made.conversation, person)
        return outbox_rows.one(tx.conn, made.id)

    return await store.write(work)


async def save_draft(
    store: Store,
    me: ColleagueId,
    known: DraftId | None,
    account: AccountId,
    text: str,
    letter: Letter,
    files: Files = NO_FILES,
    based: Words | None = None,
) -> DraftId:
    """Keep a mail that is being written, and the draft's files as changed; the draft's id.

    `based` is what the draft said when it was last seen; what it says by now stands beside it.
    """
    laid = await own_files.lay_down(store, files)

    def work(tx: Tx) -> DraftId:
        changed = own_files.enclosed(tx, store.blobs, files, laid)
        return drafts.save_new(tx, me, known, account, text, letter, changed, based)

    return await store.write(work)
