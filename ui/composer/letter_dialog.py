"""A mail that begins a conversation: written anew or passing something on; kept as a draft at each pause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QWidget

from inbox_app.actions import letters, templating
from inbox_app.actions import writing as drafts
from inbox_app.actions.letters import Letter, NewMail
from inbox_app.actions.writing import Files, OwnFile
from inbox_app.contract.limits import Limits
from inbox_app.domain.beside import Beside, Words, words
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, DraftId, MessageId, TemplateId
from inbox_app.domain.inbox import AccountRow, DraftFile, OutboxRow
from inbox_app.domain.placeholders import refuse_holes
from inbox_app.domain.senders import addresses_of
from inbox_app.domain.tone_places import Place
from inbox_app.i18n import _
from inbox_app.queries import writing as queries
from inbox_app.queries.templates import Envelope
from inbox_app.queries.writing import Draft
from ui import dialogs
from ui.asking import Asking
from ui.commands import Does, keys_of, with_key
from ui.composer.address_line import AddressLine
from ui.composer.beside_bar import BesideBar
from ui.composer.enclosing import Enclosing
from ui.composer.files_row import Attached, FilesRow, of_draft
from ui.composer.pasted import Pasted
from ui.composer.text_field import TextField
from ui.composer.tone_bar import ToneBar
from ui.core import Core
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.tokens import LOW_WINDOW
from ui.theme.widgets import ChoiceBox, Label, PushButton, ToolButton

_PAUSE_MS = 800
_THEIRS = "theirs:"
"""Before the ids of files that are not ours yet."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the dialog opens with: a draft, or nothing but a subject and what is passed on."""

    text: str = ""
    letter: Letter = Letter()  # noqa: RUF009 - frozen, so that it can be shared
    draft: DraftId | None = None
    files: tuple[DraftFile, ...] = ()
    passed_on: str = ""
    """Whose mail is passed on, in words."""
    their_files: tuple[tuple[str, str, str, int], ...] = ()
    """Of what is passed on: id, name, media type and size."""
    beside: tuple[Beside, ...] = ()
    """What another window wrote meanwhile."""

    @classmethod
    def of(cls, kept: Draft) -> Begun:
        """What was begun before."""
        return cls(kept.text, kept.letter, kept.id, kept.files, beside=kept.beside)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the draft would hold if it were kept now."""

    account: AccountId
    letter: Letter
    text: str
    files: tuple[Attached, ...]
    dropped: tuple[str, ...]

    @property
    def words(self) -> Words:
        """All that is written."""
        return words(self.text, self.letter.subject)


Consent = Callable[["LetterDialog"], Awaitable[bool]]
"""Asked before a mail goes; False keeps it."""


class LetterDialog(QDialog):
    """Closed, it keeps what was written; sent, it leaves nothing behind but the outbox row."""

    sent = Signal(OutboxRow)
    template_wanted = Signal()
    read_in = Signal(object)
    """The places in which it will be read are others now."""

    def __init__(
        self,
        core: Core,
        tasks: Tasks,
        theme: Theme,
        accounts: Sequence[AccountRow],
        begun: Begun,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._begun, self._draft = begun, begun.draft
        # Each address of ours is a line of its own; the first of an account is the account's.
        self._from = [(account, one.address) for account in accounts for one in addresses_of(account)]
        self._sending = False
        self._template = begun.letter.template
        self.consent: Consent = _always
        self._pasted = Pasted()
        self._enclosing = Enclosing()
        self._saved: Standing | None = None
        self._last: Standing | None = None
        self._order = asyncio.Lock()
        self._completing = Asking(tasks, "addresses")
        self._looking = Asking(tasks, "draft of the mail")
        self._based = () if begun.draft is None else words(begun.text, begun.letter.subject)
        self.setWindowTitle(_("Forward") if begun.letter.forwards else _("New mail"))
        self.account = ChoiceBox(theme)
        self.addresses = AddressLine(theme)
        self.subject = QLineEdit()
        self.field = TextField(theme)
        self.files = FilesRow(theme)
        self.beside = BesideBar(theme)
        self.tone = ToneBar(theme)
        self._problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.send = PushButton(theme, _("Send"), "primary", "paper-plane-tilt")
        self.discard = PushButton(theme, _("Discard"), "plain")
        self._attach = ToolButton(theme, "paperclip", with_key(_("Attach files"), Does.ATTACH))
        self.spelling = ToolButton(theme, "text-aa", _("Spelling"))
        self._insert = ToolButton(theme, "notebook", with_key(_("Insert a template"), Does.TEMPLATE))
        self._rest = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._lay_out()
        self._fill()
        self._connect()
        self._weigh()

    @property
    def letter(self) -> Letter:
        """Recipients and subject as they stand, and what is passed on."""
        return Letter(
            recipients=self.addresses.recipients,
            subject=self.subject.text(),
            forwards=self._begun.letter.forwards,
            leaves=self._left_out(),
            sender=self._from[max(self.account.currentIndex(), 0)][1],
            template=self._template,
        )

    @property
    def envelope(self) -> Envelope:
        """The account that writes, whom it goes to first, and the subject."""
        return Envelope(self._account().id, next(iter(self.addresses.recipients), None), self.subject.text())

    @property
    def channel(self) -> str:
        """The channel of the account that writes."""
        return self._account().channel

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it will be read: by mail, under the hat of the account that writes."""
        account = self._account()
        return (Place(account.channel, account.hat),)

    def insert(self, text: str, template: TemplateId) -> None:
        """Put a template's text where the cursor is, and select the first value that is missing in it."""
        self.field.insert_filled(text)
        self._template = template
        self._rest.start()

    async def borrow(self, template: TemplateId) -> None:
        """The mail has a template's files too."""
        await self.keep()
        async with self._order:
            if self._draft is not None:
                files = await templating.lend_files_to(self._core.store, template, self._draft)
                self.files.keep([*map(of_draft, files)])
        self._weigh()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way in or out."""
        return not (self._rest.isActive() or self._order.locked() or self._sending) and self._looking.is_idle

    async def keep(self, *, insist: bool = False) -> None:
        """Keep what is written, unless it was sent or nothing changed."""
        if self._last is not None:  # closed, and its widgets may be gone already
            await self.finish()
            return
        self._rest.stop()
        await self._save(self._now(), insist=insist)

    def done(self, result: int) -> None:
        """However it is closed, what stands in it is not forgotten."""
        self._rest.stop()
        self._last = self._now()
        super().done(result)

    async def finish(self) -> None:
        """Keep what stood in it when it was closed, unless it was sent or thrown away."""
        if not self._sending and self._last is not None:
            await self._save(self._last)
        self._pasted.forget()

    async def _save(self, now: Standing, *, insist: bool = False) -> None:
        """Asks no widget: the dialog may be gone by now."""
        async with self._order:
            if now == self._saved:
                return
            await self._enclosing.keep(now.files, now.dropped, partial(self._keep_draft, now), insist=insist)
            self._saved = now

    async def _keep_draft(self, now: Standing, files: Files) -> None:
        self._draft = await letters.save_draft(
            self._core.store, self._core.me, self._draft, now.account, now.text, now.letter, files, self._based
        )
        self._based = now.words

    def look_again(self) -> None:
        """The draft was changed, maybe by another window: where nothing was written here, it is shown as it is now."""
        self._looking.ask(self._look)

    async def _look(self) -> None:
        async with self._order:
            if self._draft is not None and not self._is_over:
                kept = await queries.draft_of(self._core.store, self._core.me, self._draft)
                if not self._is_over:
                    self._follow(kept)

    @property
    def _is_over(self) -> bool:
        return self._sending or self._last is not None

    def _follow(self, kept: Draft | None) -> None:
        is_unchanged = not self._rest.isActive() and self._now().words == self._based
        if kept is None and is_unchanged:
            self._sending = True
            self._tasks.take(Refused(_("Another window sent this mail or threw it away.")))
            self.reject()
        elif kept is None:
            self._draft, self._based = None, ()
            self.files.keep([])
        else:
            if kept.words != self._based and is_unchanged:
                self._take_over(kept)
            self.files.keep([*map(of_draft, kept.files)])
            self.beside.show_texts(kept.beside)
            self._weigh()

    def _take_over(self, kept: Draft) -> None:
        self._begun = replace(self._begun, letter=kept.letter)
        self._template, self._based = kept.letter.template, kept.words
        self._show_letter()
        self.field.become(kept.text)
        left = {_THEIRS + one for one in kept.letter.leaves}
        self.files.show_files([one for one in self.files.all if one.id not in left], self.files.dropped)
        self._rest.stop()
        self._saved = self._now()

    async def _choose(self, beside: str, *, take: bool) -> None:
        await self.keep()
        async with self._order:
            if self._draft is not None:
                await drafts.decide_beside(self._core.store, self._core.me, self._draft, beside, take=take)
        self.look_again()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        for account, address in self._from:
            main = account.name and address == account.handle
            self.account.addItem(f"{account.name} <{address}>" if main else address)
        self._show_letter()
        self.field.setPlainText(self._begun.text)
        self.beside.show_texts(self._begun.beside)
        kept = [*map(of_draft, self._begun.files)]
        theirs = [
            Attached(_THEIRS + id_, name, media, size, passed_on=id_)
            for id_, name, media, size in self._begun.their_files
        ]
        self.files.show_files([*kept, *theirs])
        self._saved = self._now()

    def _show_letter(self) -> None:
        lines = [address for _account, address in self._from]
        letter = self._begun.letter
        self.account.setCurrentIndex(lines.index(letter.sender) if letter.sender in lines else 0)
        self.addresses.show_recipients((), letter.recipients or ())
        self.subject.setText(letter.subject)

    def _now(self) -> Standing:
        return Standing(self._account().id, self.letter, self.field.toPlainText(), self.files.all, self.files.dropped)

    def _account(self) -> AccountRow:
        return self._from[max(self.account.currentIndex(), 0)][0]

    def _lay_out(self) -> None:
        self.resize(720, 520)
        self.account.setAccessibleName(_("From"))
        self.subject.setAccessibleName(_("Subject"))
        self.field.setAccessibleName(_("Text of the mail"))
        self.field.setPlaceholderText(_("Write…"))
        self.field.fill_room()
        form = QFormLayout()
        form.addRow(_("From"), self.account)
        form.addRow(self.addresses)
        form.addRow(_("Subject"), self.subject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._attach)
        buttons.addWidget(self._insert)
        buttons.addWidget(self.spelling)
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        buttons.addWidget(self.send)
        column = titled_column(self._theme, self)
        column.addWidget(self.beside)
        column.addLayout(form)
        column.addWidget(self.field, 1)
        column.addWidget(self.tone)
        if self._begun.passed_on:
            column.addWidget(Label(self._theme, self._begun.passed_on, size=fonts.META, tone="meta").eliding())
        column.addWidget(self.files)
        column.addWidget(self._problem)
        column.addLayout(buttons)

    def _connect(self) -> None:
        for signal in (
            self.account.currentIndexChanged,
            self.addresses.changed,
            self.subject.textChanged,
            self.field.textChanged,
            self.files.removed,
        ):
            signal.connect(self._changed)
        self.account.currentIndexChanged.connect(lambda: self.read_in.emit(self.places))
        self.field.rewritten.connect(self._forget_template)
        self.addresses.completion_wanted.connect(lambda typed: self._completing.ask(partial(self._complete, typed)))
        self.field.files_dropped.connect(self._add_files)
        self.field.picture_pasted.connect(lambda picture: self._tasks.start(self._paste(picture), "paste"))
        self.beside.taken.connect(lambda one: self._tasks.start(self._choose(one, take=True), "choose a text"))
        self.beside.dropped.connect(lambda one: self._tasks.start(self._choose(one, take=False), "choose a text"))
        self._rest.timeout.connect(lambda: self._tasks.start(self.keep(), "keep letter"))
        self._attach.clicked.connect(lambda: self._tasks.start(self._choose_files(), "attach"))
        self.send.clicked.connect(lambda: self._tasks.start(self._send(), "send"))
        self._insert.clicked.connect(self.template_wanted)
        self.discard.clicked.connect(lambda: self._tasks.start(self._throw_away(), "discard"))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.send.click)
        for does, button in ((Does.ATTACH, self._attach), (Does.TEMPLATE, self._insert)):
            for keys in (one for one in keys_of(does) if len(one) > 1):  # a letter alone is typed here
                QShortcut(QKeySequence(keys), self).activated.connect(button.click)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tone.be_low(self.height() < self._theme.scaled(LOW_WINDOW))

    def _changed(self) -> None:
        self._weigh()
        self._rest.start()

    def _forget_template(self) -> None:
        self._template = None

    def _weigh(self) -> None:
        holes = refuse_holes(f"{self.field.toPlainText()}\n{self.subject.text()}")
        problem = self.addresses.problem or self.files.problem(Limits(files=None)) or holes
        something = self.field.toPlainText().strip() or not self.files.is_empty or self._begun.letter.forwards
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        ready = bool(self.addresses.recipients) and not problem and bool(something) and not self._sending
        self.send.setEnabled(ready)

    async def _complete(self, typed: str) -> None:
        self.addresses.show_completions(await queries.known_addresses(self._core.store, self._account().channel, typed))

    async def _choose_files(self) -> None:
        self._add_files(await dialogs.choose_files(self, _("Attach files")))

    async def _paste(self, picture: QImage) -> None:
        file = await self._pasted.keep(picture)
        self._add_files([file])
        self.field.insertPlainText(f"![]({file.name})")

    def _add_files(self, files: Sequence[Path]) -> None:
        self.files.add(files)
        self._weigh()
        self._tasks.start(self.keep(), "keep files")

    async def _send(self) -> None:
        """Keep it, then commit it; where that is refused, the mail is still here."""
        if self._sending:
            return
        self._sending = True
        self._weigh()
        try:
            if not await self.consent(self):
                self._sending = False
                self._weigh()
                return
            await self.keep(insist=True)
            theirs = [await self._fetch(one) for one in self._their_files()]
            undo = timedelta(seconds=self._core.settings.current.undo_seconds)
            mail = NewMail(self._account().id, self.field.toPlainText(), undo, self.letter, theirs, self._draft)
            row = await letters.begin(self._core.store, self._core.me, mail)
        except BaseException:
            self._sending = False
            self._weigh()
            self.look_again()
            raise
        self.sent.emit(row)
        self.accept()

    def _their_files(self) -> list[str]:
        return [one[0] for one in self._begun.their_files if one[0] not in self._left_out()]

    def _left_out(self) -> tuple[str, ...]:
        """Files of the mail that is passed on which were taken off, now or before."""
        dropped = [one.removeprefix(_THEIRS) for one in self.files.dropped if one.startswith(_THEIRS)]
        return tuple(dict.fromkeys((*self._begun.letter.leaves, *dropped)))

    async def _fetch(self, file: str) -> OwnFile:
        fetched = await self._core.fetch_attachment(file)
        return OwnFile(fetched.name, fetched.media_type, fetched.data)

    async def _throw_away(self) -> None:
        """Nothing brings it back, so what somebody wrote is asked about first."""
        wrote = self.field.toPlainText().strip() or not self.files.is_empty
        sentence = _("What you wrote is gone then, and cannot be brought back.")
        if wrote and not await dialogs.confirm(self, _("Discard this mail?"), sentence, _("Discard")):
            return
        self._rest.stop()
        self._sending = True
        if self._draft is not None:
            await drafts.discard_draft(self._core.store, self._core.me, self._draft)
        self.reject()


async def _always(_dialog: LetterDialog) -> bool:
    return True


async def draft_for(core: Core, forwards: MessageId | None) -> Begun | None:
    """What was begun before: the last new mail, or the passing on of this message."""
    for draft in await queries.beginning(core.store, core.me):
        if draft.letter.forwards == forwards:
            return Begun.of(draft)
    return None
