"""Acting on a service: moderation, reactions, edits, deletions, read marks and posts, each through the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from inbox_app.actions import macros, own_files
from inbox_app.actions.own_files import NO_FILES, Files, OwnFile, keep_files
from inbox_app.domain.abilities import Abilities
from inbox_app.domain.beside import Words
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, MessageId, TemplateId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.placeholders import ready
from inbox_app.domain.timecode import in_ms
from inbox_app.domain.words import Action, ActKind
from inbox_app.i18n import _
from inbox_app.storage import acts, begun_posts, messages, outbox, outbox_rows
from inbox_app.storage.begun_posts import BegunPost
from inbox_app.storage.outbox import Decision, File
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

__all__ = ["ELSEWHERE", "BegunPost", "Deed", "Posting", "act", "keep_begun", "post"]

ELSEWHERE = frozenset({Action.REPLY, Action.REPLY_PRIVATELY, Action.WRITE, Action.POST, Action.STAR})
"""What is written (see `actions.writing`), or follows a decision about the conversation (`triage.rank`)."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person does to a message. `value` is the emoji of a reaction (with "-" before it to take it back), the
    new text of an edit, or the reason for a moderation. `undo` is how long it can be taken back before it leaves."""

    message: MessageId
    action: Action
    undo: timedelta
    value: str = ""


async def act(store: Store, me: ColleagueId, deed: Deed) -> OutboxRow:
    """Commit an act to be done exactly once.

    Raises:
        NotFound: there is no such message, or not on the service yet.
        Refused: it cannot be done with this message now; the sentence says why.
        WrongUse: the action needs a value.
    """
    return await store.write(lambda tx: _act(tx, me, deed))


@dataclass(frozen=True, slots=True)
class Posting:
    """A post on one account, under which comments can hang."""

    account: AccountId
    text: str
    title: str = ""
    template: TemplateId | None = None
    files: Sequence[OwnFile] = ()


async def post(
    store: Store, me: ColleagueId, posts: Sequence[Posting], undo: timedelta, *, begun: Words | None = None
) -> tuple[OutboxRow, ...]:
    """Commit posts, each in its account's own form: all of them or none. With `begun` they are what was kept as begun
    with these words, and its files go before their own.

    Raises:
        NotFound: there is no such account.
        Refused: one is no longer connected or takes no posts, a variable has no value, or another window changed it.
        WrongUse: a post is empty.
    """

    def work(tx: Tx) -> tuple[OutboxRow, ...]:
        lent = () if begun is None else begun_posts.use(tx, me, begun).files
        kept = [File(one.digest, one.name, one.media_type, one.size, one.description) for one in lent]
        return tuple(_post(tx, me, one, undo, (*kept, *keep_files(tx, store.blobs, one.files))) for one in posts)

    return await store.write(work)


async def keep_begun(
    store: Store, me: ColleagueId, begun: BegunPost, files: Files = NO_FILES, based: Words | None = None
) -> None:
    """Keep the post that this colleague has begun, instead of the one that was kept, and its files as changed.

    `based` is what that one said when it was last seen; what it says by now stands beside it.
    """
    laid = await own_files.lay_down(store, files)

    def work(tx: Tx) -> None:
        begun_posts.save(tx, me, begun, own_files.enclosed(tx, store.blobs, files, laid), based)

    await store.write(work)


def _post(tx: Tx, me: ColleagueId, wanted: Posting, undo: timedelta, files: tuple[File, ...]) -> OutboxRow:
    if not wanted.text.strip():
        raise WrongUse(_("There is nothing to publish: the post is empty."))
    on = acts.connected(tx, wanted.account)
    refusal = Abilities.from_json(on.abilities).by_action.get(Action.POST)
    if refusal is not None and not refusal.possible:
        raise Refused(refusal.reason or _("{handle} does not offer this here.").format(handle=on.handle))
    said = Decision(
        account=on.id,
        kind=ActKind.POST,
        colleague=me,
        undo_ms=in_ms(undo),
        text=ready(wanted.text),
        written=wanted.text,
        title=ready(wanted.title),
        files=files,
    )
    made = outbox.queue(tx, said)
    if wanted.template is not None:
        macros.go_along(tx, me, wanted.template, made.id, None)
    return outbox_rows.one(tx.conn, made.id)


def _act(tx: Tx, me: ColleagueId, deed: Deed) -> OutboxRow:
    messages.one(tx.conn, me, deed.message)
    wanted = acts.Wanted(deed.message, deed.action, in_ms(deed.undo), ready(deed.value))
    return outbox_rows.one(tx.conn, acts.do(tx, me, wanted))
