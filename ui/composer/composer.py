"""The composer: a reply's text, whom it answers, its files, how long it may be, and the button that sends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.actions.writing import NO_CHOICE, Letter
from inbox_app.contract.limits import Limits
from inbox_app.domain.ids import MessageId, TemplateId
from inbox_app.domain.inbox import MessageRow, Thread
from inbox_app.domain.placeholders import refuse_holes
from inbox_app.domain.recipients import Recipient
from inbox_app.domain.senders import Sender
from inbox_app.domain.titles import snippet_of
from inbox_app.i18n import _, ngettext
from ui.commands import Does, with_key
from ui.composer.address_line import AddressLine
from ui.composer.beside_bar import BesideBar
from ui.composer.files_row import Attached, FilesRow
from ui.composer.private_box import PrivateBox
from ui.composer.reply_window import ReplyWindow
from ui.composer.ring import CountRing
from ui.composer.target_line import TargetLine
from ui.composer.text_field import TextField
from ui.composer.tone_bar import ToneBar
from ui.conversation.titles import speaker_of
from ui.theme import fonts
from ui.theme.numbers import number
from ui.theme.paper import Lamp
from ui.theme.theme import Theme
from ui.theme.widgets import CheckBox, Label, PushButton, ToolButton

_SNIPPET = 120
_INSET = (4, 0, 0, 0)
"""What stands around the text begins where it does: a little inside its field."""
_ROOM_FOR_NAMES = 540
"""A narrower composer names its templates by their icon alone, so that “Privately” is whole."""


class Composer(QFrame):
    """Shows and asks; what it holds is kept by `Writing`."""

    edited = Signal()
    """The person changed the text, whom it answers, or the files."""
    enclosed = Signal()
    """Files were attached or taken off."""
    target_dropped = Signal()
    """What usually is answered shall be named again."""
    send_asked = Signal()
    later_asked = Signal()
    files_wanted = Signal()
    template_wanted = Signal()
    picture_pasted = Signal(QImage)
    privacy_changed = Signal()
    """The answer shall go to its author alone, or to everybody again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._limits = Limits(files=None)
        self._target: MessageId | None = None
        self._named: MessageId | None = None
        self._usual: MessageId | None = None
        self._refusal = self._closed = ""
        self._held = self._low = False
        self._letter = NO_CHOICE
        self.setProperty("card", "composer")
        self.setAccessibleName(_("Composer"))
        self.field = TextField(theme)
        Lamp(self, self.field)
        self.ring = CountRing(theme)
        self.window_left = ReplyWindow(theme)
        self.files = FilesRow(theme)
        self.addresses = AddressLine(theme)
        self.tone = ToneBar(theme)
        self._quotes = CheckBox(_("Quote the original"))
        self._quotes.setToolTip(_("Whether the mail that is answered stands below the answer"))
        self._quotes_by_habit = self._everybody = self._is_mail = False
        self._desk = QWidget()
        self._quiet = Label(theme, size=fonts.META, tone="meta").wrapping()
        self._to = TargetLine(theme)
        self._problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.private = PrivateBox()
        self.beside = BesideBar(theme)
        self._make_buttons(theme)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._lay_out()
        self._connect()
        self.only_read("")
        self.clear()

    def _make_buttons(self, theme: Theme) -> None:
        self._clear = ToolButton(theme, "x", _("Answer what asks for a reply instead"))
        self._attach = ToolButton(theme, "paperclip", with_key(_("Attach files"), Does.ATTACH))
        self._template = ToolButton(theme, "notebook", _("Templates"), "link")
        self._template.setToolTip(with_key(_("Insert a template"), Does.TEMPLATE))
        self.spelling = ToolButton(theme, "text-aa", _("Spelling"))
        self._later = ToolButton(theme, "clock", with_key(_("Send later"), Does.SEND_LATER))
        self._send = PushButton(theme, _("Send"), "primary", "paper-plane-tilt")
        self._send.setToolTip(with_key(_("Send"), Does.SEND))

    def _connect(self) -> None:
        self.field.textChanged.connect(self._changed)
        self.field.rewritten.connect(self._forget_template)
        self.window_left.ended.connect(self._close)
        self.field.files_dropped.connect(self.add_files)
        self.field.picture_pasted.connect(self.picture_pasted)
        self.field.entered_or_left.connect(self._arrange)
        self.files.removed.connect(self._changed)
        self.files.removed.connect(self.enclosed)
        self.files.described.connect(self._changed)
        self.addresses.changed.connect(self._changed)
        self._quotes.clicked.connect(self._changed)
        self.private.clicked.connect(self._turn_private)
        self._clear.clicked.connect(self._drop_target)
        self._attach.clicked.connect(self.files_wanted)
        self._template.clicked.connect(self.template_wanted)
        self._send.clicked.connect(self.send_asked)
        self._later.clicked.connect(self.later_asked)

    # --- what it holds ----------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What was written."""
        return self.field.toPlainText()

    @property
    def target(self) -> MessageId | None:
        """The message this answers, chosen or fixed by the first letter; None while nothing is written."""
        return self._target

    @property
    def named(self) -> MessageId | None:
        """The message that is named above the text; nothing else is answered, whatever arrives meanwhile."""
        return self._target or self._named

    @property
    def letter(self) -> Letter:
        """By mail: the recipients and the quote, as far as they were chosen."""
        if not self._is_mail:
            return replace(self._letter, privately=self.privately)
        quotes = self._quotes.isChecked()
        return Letter(
            recipients=self.addresses.chosen,
            everybody=self._everybody,
            quotes=None if quotes == self._quotes_by_habit else quotes,
            sender=self.addresses.chosen_sender,
            template=self._letter.template,
        )

    @property
    def privately(self) -> bool:
        """Whether the answer goes to its author alone."""
        return self.private.isChecked()

    @property
    def limits(self) -> Limits:
        """What the conversation's channel allows."""
        return self._limits

    def fill(
        self,
        text: str,
        target: MessageId | None,
        files: Sequence[Attached] = (),
        dropped: Sequence[str] = (),
        letter: Letter = NO_CHOICE,
    ) -> None:
        """Show a draft, as if it had been typed just now; `dropped` are files that were taken off it."""
        self.files.show_files(files, dropped)
        self.beside.show_texts(())
        self._put(partial(self.field.setPlainText, text), target, letter)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)

    def follow(self, text: str, target: MessageId | None, letter: Letter) -> None:
        """The same person wrote on in another window: show it, as a change that Ctrl+Z takes back."""
        self._put(partial(self.field.become, text), target, letter)

    def _put(self, write: Callable[[], object], target: MessageId | None, letter: Letter) -> None:
        self._everybody, self._is_mail = letter.everybody, False
        self.addresses.forget()
        self.private.setChecked(letter.privately)
        blocked = self.blockSignals(True)
        write()
        self._letter, self._target = letter, target
        self.blockSignals(blocked)
        self._weigh()

    def insert(self, text: str, template: TemplateId) -> None:
        """Put a template's text where the cursor is, and select the first value that is missing in it."""
        self.field.insert_filled(text)
        self._letter = replace(self._letter, template=template)
        self.edited.emit()

    def clear(self) -> None:
        """Show nothing."""
        self.fill("", None)
        self._usual = None
        self.show_target(None)
        self.close_at(None)

    def answer(
        self, message: MessageRow, account: str, *, everybody: bool = False, privately: bool | None = None
    ) -> None:
        """Answer this message, and write; what was begun in private goes on so unless `privately` says otherwise."""
        self._target = message.id
        if privately is None:
            privately = self.privately and bool(self.text.strip())
        if privately != self.privately:
            self.private.setChecked(privately)
            self.privacy_changed.emit()
        self._everybody = everybody
        self.show_target(message, account)
        self.field.setFocus()
        self.edited.emit()

    def offer(self, thread: Thread) -> None:
        """Name what is answered in this conversation: what was chosen, else what it usually is."""
        self._usual = thread.to_answer.id if thread.to_answer else None
        chosen = next((row for row in thread.messages if row.id == self._target), None)
        self.show_target(chosen if self._target else thread.to_answer, speaker_of(thread))

    def show_target(self, message: MessageRow | None, account: str = "") -> None:
        """Name the message that is answered, and as whom."""
        self._named = message.id if message else None
        self._addressee = (message, account)
        self._to.setVisible(message is not None)
        self._clear.setVisible(message is not None and message.id != self._usual)
        if message is not None:
            words = snippet_of(message.unasked or message.title or _("(no text)"))[:_SNIPPET]
            who = message.author.name or message.author.handle
            said = _("Replying to {name} as {account}: {words}") if account else _("Replying to {name}: {words}")
            if self.privately:
                said = _("Privately to {name} alone, as {account}: {words}")
            self._to.say_with(said, {"name": who, "account": account, "words": words}, ("name", "account"))

    def _turn_private(self) -> None:
        self.show_target(*self._addressee)
        self.privacy_changed.emit()
        self._changed()
        self.field.setFocus()

    def show_mail(self, recipients: tuple[Recipient, ...], senders: Sequence[Sender], *, quotes: bool) -> None:
        """The conversation is a mail: who gets the answer by the rules, as whom, and whether this account quotes."""
        self.addresses.show_senders(senders, self.letter.sender)
        if not self._is_mail:
            chosen = self._letter
            self._is_mail, self._quotes_by_habit = True, quotes
            self._quotes.setChecked(quotes if chosen.quotes is None else chosen.quotes)
            self.addresses.show_recipients(recipients, chosen.recipients)
        else:
            self.addresses.show_recipients(recipients)
        self._weigh()

    @property
    def everybody(self) -> bool:
        """Whether all who got the mail get the answer."""
        return self._everybody

    def paste_picture(self, file: Path) -> None:
        """Attach a pasted picture; in a mail it stands in the text, where the cursor is."""
        self.add_files([file])
        if self._is_mail:
            self.field.insertPlainText(f"![]({file.name})")

    def add_files(self, files: Sequence[Path]) -> None:
        """Attach these too."""
        self.files.add(files)
        self._changed()
        self.enclosed.emit()

    def take_files(self, kept: Sequence[Attached]) -> None:
        """The draft has these files now."""
        self.files.keep(kept)
        self._weigh()

    # --- what it may ------------------------------------------------------------------------------------------------

    def allow(self, limits: Limits, refusal: str = "") -> None:
        """What the channel takes; `refusal` says why nothing can be answered here now."""
        self._limits, self._refusal = limits, refusal
        self._attach.setVisible(limits.files is None or limits.files > 0)
        self.files.ask_descriptions(limits.descriptions)
        self._weigh()

    def close_at(self, moment: datetime | None, closed: str = "") -> None:
        """Until when the channel takes an answer here; `closed` is what is said from then on."""
        self._closed = closed
        self.window_left.watch(moment)

    def _close(self) -> None:
        """Nothing is sent any more; what was written stays, to be read and copied."""
        kept = _("What you wrote is kept as a draft.") if self.text.strip() else ""
        self._refusal = f"{self._closed} {kept}".strip()
        self._weigh()

    def only_read(self, sentence: str) -> None:
        """Nothing is ever written here, and the sentence says so; empty where something may be."""
        self._quiet.setText(sentence)
        self._quiet.setVisible(bool(sentence))
        self._desk.setVisible(not sentence)

    def hold(self, held: bool) -> None:
        """While a draft is on its way in or out, nothing can be typed into it."""
        self._held = held
        self._weigh()

    @property
    def problem(self) -> str:
        """Why this cannot be sent, in a sentence; empty when it can."""
        if self._refusal:
            return self._refusal
        if not self._limits.allows_text(self.text):
            surplus = -self.ring.left
            return ngettext(
                "This is {count} character too long for this channel.",
                "This is {count} characters too long for this channel.",
                surplus,
            ).format(count=number(surplus))
        mail = self.addresses.problem if self._is_mail else ""
        return mail or self.files.problem(self._limits) or refuse_holes(self.text)

    @property
    def refusal(self) -> str:
        """Why nothing can be answered here now; empty when it can."""
        return self._refusal

    @property
    def is_ready(self) -> bool:
        """Whether there is something that can be sent."""
        return (bool(self.text.strip()) or not self.files.is_empty) and not self.problem and not self._held

    def _changed(self) -> None:
        if self._target is None and (self.text or not self.files.is_empty):
            # From the first letter on it stays what was named then.
            self._target = self._named
        self._weigh()
        self.edited.emit()

    def _forget_template(self) -> None:
        """What is written now is no template's text: it does none of its steps and counts as no use of it."""
        self._letter = replace(self._letter, template=None)

    def _drop_target(self) -> None:
        self._target = None
        self.target_dropped.emit()
        self.field.setFocus()
        self.edited.emit()

    def _weigh(self) -> None:
        self._arrange()
        self.ring.count(self.text, self._limits)
        self.field.setReadOnly(self._held or bool(self._refusal))
        self.field.setEnabled(not self._refusal or bool(self.text))
        self.field.invite(*(() if self._refusal else (_("Write a reply…"), _("Write…"))))
        self._send.setEnabled(self.is_ready)
        self._later.setEnabled(self.is_ready)
        self._send.setText(_("Send privately") if self.privately else _("Send"))
        self.addresses.setVisible(self._is_mail and not self._refusal)
        problem = self.problem
        self._problem.say(problem)
        self._problem.setVisible(bool(problem))

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 8)
        whole.addWidget(self._quiet)
        whole.addWidget(self._desk)
        column = QVBoxLayout(self._desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(_row(self._to, None, self.window_left, self._clear, stretch=0))
        for part in (self.beside, self.addresses, self.files, self._problem):
            part.setContentsMargins(*_INSET)
            column.addWidget(part)
        self._body.setSpacing(4)
        self._body.addWidget(self.field, 1)
        self._body.addLayout(
            _row(
                self._template,
                self._attach,
                self.spelling,
                self._quotes,
                self.private,
                None,
                self.ring,
                self._later,
                self._send,
            )
        )
        column.addLayout(self._body)
        column.addWidget(self.tone)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def be_low(self, low: bool) -> None:
        """Whether the window is so low that the composer must leave the room to the messages."""
        if low != self._low:
            self._low = low
            self.field.be_low(low)
            self.tone.be_low(low)
            self._problem.fold(low)
            self._arrange()

    def _arrange(self) -> None:
        """In a low window, as long as nothing is written, the buttons that need no text stand beside the field."""
        beside = self._low and not self.field.hasFocus() and not self.text
        self._quotes.setVisible(self._is_mail and not self._refusal and not beside)
        self.spelling.setVisible(not beside)
        self._later.setVisible(not beside)
        unnamed = beside or self.width() < self._theme.scaled(_ROOM_FOR_NAMES)
        named = Qt.ToolButtonStyle.ToolButtonIconOnly if unnamed else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self._template.setToolButtonStyle(named)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._body.direction() is not way:
            self._body.setDirection(way)


def _row(*parts: QWidget | None, stretch: int | None = None) -> QHBoxLayout:
    """Widgets side by side; None is what gives way. `stretch` names the widget that takes the room instead."""
    row = QHBoxLayout()
    row.setContentsMargins(*_INSET)
    row.setSpacing(8)
    for place, part in enumerate(parts):
        if part is not None:
            row.addWidget(part, 1 if place == stretch else 0)
        elif stretch is None:
            row.addStretch(1)
    return row
