"""Keeps what is written: drafts saved at each pause, sent once, taken back whole; each belongs to one conversation.

No event from outside touches the text: it changes by the person's hand, by turning to another conversation, by the
commit of a send and by taking one back. That hand may be in another window: where nothing was written here since, what
was written there is shown; where something was, both are kept and the person chooses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from inbox_app.actions import templating
from inbox_app.actions import writing as actions
from inbox_app.actions.lettering import recipients_of
from inbox_app.actions.writing import NO_CHOICE, Answer, Files, Letter
from inbox_app.contract.limits import Limits
from inbox_app.domain.abilities import Ability
from inbox_app.domain.beside import Beside, Words, words
from inbox_app.domain.errors import Refused, UserFacingError
from inbox_app.domain.ids import ConversationId, DraftId, MessageId, TemplateId
from inbox_app.domain.inbox import MessageRow, OutboxRow, Thread
from inbox_app.domain.senders import own_addresses, senders_of
from inbox_app.domain.words import AccountState, Action, Kind, Quoting
from inbox_app.i18n import _
from inbox_app.queries import writing as queries
from inbox_app.queries.writing import Draft
from ui.asking import Asking
from ui.composer.composer import Composer
from ui.composer.enclosing import Enclosing
from ui.composer.files_row import Attached, of_draft, together
from ui.conversation.titles import speaker_of
from ui.core import Core
from ui.tasks import Tasks

PAUSE = timedelta(milliseconds=800)
"""How long nothing was typed before the draft is saved."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the composer."""

    text: str = ""
    target: MessageId | None = None
    files: tuple[Attached, ...] = ()
    dropped: tuple[str, ...] = ()
    """Ids of files that are not to go along."""
    letter: Letter = NO_CHOICE

    @property
    def words(self) -> Words:
        """What is written, whatever goes along."""
        return words(self.text, self.letter.subject)


@dataclass(frozen=True, slots=True)
class _When:
    """When a reply leaves, if not soon, and whether the conversation is done then."""

    at: datetime | None = None
    finishes: bool = False


NOTHING = Written()
Consent = Callable[[ConversationId, Written], Awaitable[bool]]
"""Asked before a text goes; False keeps it."""


class Writing(QObject):
    """Moves text between the composer and the database, one step at a time."""

    queued = Signal(OutboxRow)
    """A reply was committed to be sent."""
    brought = Signal(str)
    """The composer holds the draft of this conversation now."""

    def __init__(self, core: Core, tasks: Tasks, composer: Composer, *, pause: timedelta = PAUSE) -> None:
        super().__init__(composer)
        self._core, self._tasks, self._composer = core, tasks, composer
        self.consent: Consent = _always
        self._of: ConversationId | None = None
        self._is_closed = False
        self._heading: ConversationId | None = None
        self._saved = NOTHING
        self._unsaved: dict[ConversationId, Written] = {}
        self._based: dict[ConversationId, Words] = {}
        """What each draft said when it was last seen here."""
        self._enclosing = Enclosing()
        self._sending: ConversationId | None = None
        self._returning = False
        self._order = asyncio.Lock()
        self._saves: set[asyncio.Task[None]] = set()
        self._turning = Asking(tasks, "draft")
        self._completing = Asking(tasks, "addresses")
        self._weighing = Asking(tasks, "limits")
        self._looking = Asking(tasks, "files of the draft")
        self._rest = QTimer(self, singleShot=True, interval=round(pause.total_seconds() * 1000))
        self._rest.timeout.connect(self.save_soon)
        composer.edited.connect(self._note)
        composer.enclosed.connect(self.save_soon)
        composer.privacy_changed.connect(self._turn_private)
        composer.beside.taken.connect(partial(self._decide, take=True))
        composer.beside.dropped.connect(partial(self._decide, take=False))
        composer.hold(True)

    @property
    def composer(self) -> Composer:
        """Where it is written."""
        return self._composer

    @property
    def conversation(self) -> ConversationId | None:
        """Whose text the composer holds; None while it holds none."""
        return self._of

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way in or out."""
        busy = self._returning or self._order.locked() or self._saves or self._sending or self._rest.isActive()
        return self._turning.is_idle and self._weighing.is_idle and self._looking.is_idle and not busy

    # --- turning to a conversation ----------------------------------------------------------------------------------

    def turn_to(self, wanted: ConversationId | None) -> None:
        """Keep what is written, and bring what was written there."""
        if wanted == self._of and wanted is not None:
            return
        self.leave()
        self._heading = wanted
        if wanted is None:
            self._turning.forget()
        else:
            self._turning.ask(partial(self._bring, wanted))

    def leave(self) -> None:
        """Keep what is written and empty the composer."""
        self.save_soon()
        self._of = None
        self._composer.clear()
        self._composer.hold(True)

    def take_note(self, thread: Thread) -> None:
        """A conversation is shown: what it allows, and whom the reply in the composer answers."""
        if thread.row.id != self._of:
            return
        archived = all(one.state is AccountState.ARCHIVE for one in thread.ours or (thread.account,))
        self._composer.only_read(_("An archive: read and search only.") if archived else "")
        chosen = next((one for one in thread.messages if one.id == self._composer.target), None)
        answered = chosen or thread.to_answer
        refusal = self._refusal(thread, answered)
        self._composer.allow(self._composer.limits, refusal)
        self._composer.offer(thread)
        self._composer.private.offer(_in_private(answered))
        self._tell_window(thread, refusal)
        if thread.row.kind is Kind.MAIL and answered is not None:
            usual = recipients_of(answered, own_addresses(thread.ours), everybody=self._composer.everybody)
            self._composer.show_mail(
                usual, senders_of(answered, thread.ours), quotes=thread.account.quoting is Quoting.BELOW
            )

    def _refusal(self, thread: Thread, answered: MessageRow | None) -> str:
        if self._composer.privately:
            private = _in_private(answered)
            usual = _("This cannot be answered in private.")
            return usual if private is None else "" if private.possible else private.reason or usual
        ability = thread.abilities.by_action.get(Action.REPLY)
        return "" if ability is None or ability.possible else ability.reason

    def _tell_window(self, thread: Thread, refusal: str) -> None:
        """How long an answer is taken here; where it is refused already, there is nothing to count down."""
        until = thread.reply_until
        if until is None or refusal or self._composer.privately:
            self._composer.close_at(None)
        else:
            self._composer.close_at(until, thread.abilities.closed_since(until).of(Action.REPLY).reason)

    def answer(
        self, message: MessageRow, thread: Thread, *, everybody: bool = False, privately: bool | None = None
    ) -> None:
        """Answer this message of the conversation on screen."""
        if message.conversation == self._of:
            self._composer.answer(message, speaker_of(thread), everybody=everybody, privately=privately)
            self.take_note(thread)

    def complete(self, typed: str, channel: str) -> None:
        """Offer the addresses that begin so."""
        self._completing.ask(partial(self._complete, typed, channel))

    async def _complete(self, typed: str, channel: str) -> None:
        found = await queries.known_addresses(self._core.store, channel, typed)
        self._composer.addresses.show_completions(found)

    async def _bring(self, wanted: ConversationId) -> None:
        await self._settle()
        async with self._order:
            kept = await queries.draft(self._core.store, self._core.me, wanted)
        of_draft = _files_of(kept)
        self._saved = _written_in(kept)
        if wanted not in self._unsaved:
            self._based[wanted] = self._saved.words
        shown = self._unsaved.get(wanted, self._saved)
        files = together(shown.files, of_draft, shown.dropped)
        limits = await self._limits(wanted, privately=shown.letter.privately)
        if self._is_closed:
            return
        self._of = wanted
        self._composer.fill(shown.text, shown.target, files, shown.dropped, shown.letter)
        self._composer.beside.show_texts(_beside(kept))
        self._composer.allow(limits)
        self._composer.hold(wanted == self._sending)
        self.brought.emit(wanted)

    def _turn_private(self) -> None:
        if self._of is not None:
            self._weighing.ask(partial(self._weigh_anew, self._of))

    async def _weigh_anew(self, wanted: ConversationId) -> None:
        limits = await self._limits(wanted, privately=self._composer.privately)
        if self._of == wanted:
            self._composer.allow(limits, self._composer.refusal)

    async def _limits(self, wanted: ConversationId, *, privately: bool) -> Limits:
        """What the channel takes; where that cannot be known now, writing goes on all the same."""
        try:
            return await self._core.limits(wanted, privately=privately)
        except UserFacingError as unknown:
            self._tasks.take(unknown)
            return Limits(files=None)

    # --- saving -----------------------------------------------------------------------------------------------------

    def save_soon(self) -> None:
        """Save what changed, in the order in which it was written."""
        self._rest.stop()
        wanted, written = self._of, self._written()
        if wanted is None or wanted == self._sending or written == self._saved:
            return
        self._unsaved[wanted] = written
        task = self._tasks.begin(self._save(wanted, written), "save draft")
        self._saves.add(task)
        task.add_done_callback(self._saves.discard)

    async def save(self) -> None:
        """Save what changed and wait until it is kept: before the program ends."""
        self.save_soon()
        await self._settle()

    async def _settle(self) -> None:
        while self._saves:
            await asyncio.wait(self._saves)

    async def _save(self, wanted: ConversationId, written: Written) -> None:
        async with self._order:
            await self._keep(wanted, written)
        if self._of == wanted:
            self._saved = written
        if self._unsaved.get(wanted) == written:
            del self._unsaved[wanted]

    async def _keep(self, wanted: ConversationId, written: Written, *, insist: bool = False) -> DraftId | None:
        kept = await self._enclosing.keep(
            written.files, written.dropped, partial(self._keep_text, wanted, written), insist=insist
        )
        self._show_kept(wanted, await self._kept(wanted))
        return kept

    async def _keep_text(self, wanted: ConversationId, written: Written, files: Files) -> DraftId | None:
        said, based = (written.text, written.target, written.letter), self._based.get(wanted, ())
        kept = await actions.save_draft(self._core.store, self._core.me, wanted, *said, files, based)
        if kept is not None or not written.words:
            self._based[wanted] = written.words
        return kept

    async def _kept(self, wanted: ConversationId) -> Draft | None:
        return await queries.draft(self._core.store, self._core.me, wanted)

    async def close_down(self) -> None:
        """Keep what is written, and show nothing more: the composer may be gone from now on."""
        await self.save()
        self._is_closed, self._of = True, None

    def look_again(self) -> None:
        """The draft was changed, maybe by another window: where nothing was written here, it is shown as it is now."""
        if self._of is not None:
            self._looking.ask(partial(self._look, self._of))

    async def _look(self, wanted: ConversationId) -> None:
        async with self._order:
            self._follow(wanted, await self._kept(wanted))

    def _follow(self, wanted: ConversationId, kept: Draft | None) -> None:
        said = _written_in(kept)
        if said.words != self._based.get(wanted, ()) and self._is_unchanged(wanted):
            self._saved, self._based[wanted] = said, said.words
            self._composer.follow(said.text, said.target, said.letter)
            self.brought.emit(wanted)
        self._show_kept(wanted, kept)

    def _is_unchanged(self, wanted: ConversationId) -> bool:
        """Whether nothing was written here since the draft was last seen."""
        if self._of != wanted or wanted == self._sending or wanted in self._unsaved or self._rest.isActive():
            return False
        return self._written().words == self._based.get(wanted, ())

    def _show_kept(self, wanted: ConversationId, kept: Draft | None) -> None:
        """Its files, and what another window wrote."""
        if self._of == wanted:
            self._composer.take_files(_files_of(kept))
            self._composer.beside.show_texts(_beside(kept))

    def _decide(self, beside: str, *, take: bool) -> None:
        if self._of is not None and self._sending is None:
            self.save_soon()
            self._tasks.start(self._choose(self._of, beside, take=take), "choose a text")

    async def _choose(self, wanted: ConversationId, beside: str, *, take: bool) -> None:
        await self._settle()
        async with self._order:
            kept = await self._kept(wanted)
            if kept is not None:
                await actions.decide_beside(self._core.store, self._core.me, kept.id, beside, take=take)
            self._follow(wanted, await self._kept(wanted))

    def _note(self) -> None:
        if self._of is not None:
            self._rest.start()

    def _written(self) -> Written:
        composer = self._composer
        return Written(composer.text, composer.target, composer.files.all, composer.files.dropped, composer.letter)

    def lend(self, template: TemplateId) -> None:
        """The reply has a template's files too; a send that is asked for now waits for them."""
        if self._of is not None:
            task = self._tasks.begin(self._lend(self._of, template, self._written()), "template files")
            self._saves.add(task)
            task.add_done_callback(self._saves.discard)

    async def _lend(self, wanted: ConversationId, template: TemplateId, written: Written) -> None:
        async with self._order:
            await self._keep(wanted, written)
            await templating.lend_files(self._core.store, self._core.me, template, wanted)
            self._show_kept(wanted, await self._kept(wanted))

    # --- sending and taking back ------------------------------------------------------------------------------------

    def send(
        self, then: Callable[[], object] | None = None, at: datetime | None = None, *, finishes: bool = False
    ) -> None:
        """Commit the reply, to leave soon or at a moment; then the composer empties, and `then` is called.

        With `finishes` the conversation is done. Who has gone elsewhere meanwhile is left there: `then` is not called.
        """
        if self._of is not None and not self._composer.is_ready:
            self._composer.field.go_to_hole()
        elif self._of is not None and self._sending is None:
            self._rest.stop()
            self._sending = self._of
            self._composer.hold(True)
            written = replace(self._written(), target=self._composer.named)
            self._tasks.start(self._send(self._of, written, then, _When(at, finishes=finishes)), "send")

    async def _send(
        self, wanted: ConversationId, written: Written, then: Callable[[], object] | None, when: _When
    ) -> None:
        try:
            if not await self.consent(wanted, written):
                return
            async with self._order:
                row = await self._commit(wanted, written, when)
            self._sending = None
            self._forget(wanted)
            self.queued.emit(row)
            if then is not None and self._of == wanted:
                then()
        except Refused:
            self.look_again()
            raise
        finally:
            self._sending = None
            if self._of == wanted:
                self._composer.hold(False)

    async def _commit(self, wanted: ConversationId, written: Written, when: _When) -> OutboxRow:
        store, me = self._core.store, self._core.me
        self._unsaved[wanted] = written
        shown = self._composer.files.all if self._of == wanted else None
        draft = await self._keep(wanted, written, insist=True)
        self._unsaved.pop(wanted, None)
        if draft is None:
            raise Refused(_("Another window sent this or threw it away. Nothing was sent again."))
        if shown is not None and self._of == wanted and set(shown) != set(self._composer.files.all):
            raise Refused(_("Another window changed the files of this answer. Look at them, then send it again."))
        undo = timedelta(seconds=self._core.settings.current.undo_seconds)
        if when.at is not None:
            undo = max(undo, when.at - datetime.now(UTC))
        said = Answer(
            wanted, written.text, undo, written.target, draft=draft, letter=written.letter, finishes=when.finishes
        )
        return await actions.reply(store, me, said)

    def _forget(self, wanted: ConversationId) -> None:
        self._based.pop(wanted, None)
        if self._of == wanted:
            self._saved = NOTHING
            self._composer.clear()

    def take_back(self, sent: OutboxRow, then: Callable[[], None] | None = None) -> None:
        """Undo a send: its text and its files are a draft again, in front of what was begun since."""
        self.save_soon()
        self._returning = True
        self._composer.hold(True)
        self._tasks.start(self._take_back(sent, then), "take back")

    async def _take_back(self, sent: OutboxRow, then: Callable[[], None] | None) -> None:
        try:
            await self._settle()
            async with self._order:
                await actions.undo(self._core.store, sent.id)
        except UserFacingError:
            self._composer.hold(self._of is None)
            raise
        finally:
            self._returning = False
        if sent.written_in is not None and sent.written_in == self._heading:
            # What is on its way into the composer may have been read before.
            self._of = None
            self._turning.ask(partial(self._bring, sent.written_in))
        else:
            self._composer.hold(self._of is None)
        if then is not None:
            then()


async def _always(_wanted: ConversationId, _written: Written) -> bool:
    return True


def _in_private(answered: MessageRow | None) -> Ability | None:
    return None if answered is None else answered.abilities.by_action.get(Action.REPLY_PRIVATELY)


def _files_of(kept: Draft | None) -> tuple[Attached, ...]:
    return () if kept is None else tuple(map(of_draft, kept.files))


def _written_in(kept: Draft | None) -> Written:
    return NOTHING if kept is None else Written(kept.text, kept.reply_to, _files_of(kept), letter=kept.letter)


def _beside(kept: Draft | None) -> tuple[Beside, ...]:
    return () if kept is None else kept.beside
