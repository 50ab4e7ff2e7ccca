"""Ask your community: one post on several accounts at once, each in its own form and length, also from a template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QTextCursor
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inbox_app.contract.limits import Limits
from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.placeholders import refuse_holes
from inbox_app.domain.templates import Family
from inbox_app.domain.tone_places import Place
from inbox_app.i18n import _, ngettext
from ui.commands import Does, keys_of, with_key
from ui.composer.beside_bar import BesideBar
from ui.composer.files_row import FilesRow
from ui.composer.ring import CountRing
from ui.composer.text_field import TextField
from ui.composer.tone_bar import ToneBar
from ui.ctrl_enter import CtrlEnter
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.numbers import number
from ui.theme.paper import paper
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.tokens import LOW_WINDOW
from ui.theme.widgets import CheckBox, ChoiceBox, Label, PushButton, ToolButton
from ui.wordings import Post, Wordings

_SIZE: Final = QSize(820, 520)
_NARROW, _LEAST, _LOW, _INDENT = 680, 400, 52, 22
_CLOSE, _APART = 4, 8
_BESIDE_NAME, _SHARE = 40, 0.45
"""Room for a tick and the scroll bar, and how much of the dialog names of accounts may take."""
_NO_LIMIT: Final = 16_777_215
"""Qt's own word for no limit."""
_MIDDLE: Final = Qt.TextElideMode.ElideMiddle


class PublishDialog(QDialog):
    """`wordings` and `places` are what was decided, once it was accepted.

    Signals:
        template_chosen: the id of a template whose texts shall stand here.
    """

    template_chosen = Signal(str)
    files_wanted = Signal()
    enclosed = Signal()
    """Files were attached or taken off."""
    edited = Signal()
    """What is said, or where, is another now."""
    read_in = Signal(object)
    """In which places the wording that is shown will be read."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        accounts: Sequence[AccountRow],
        limits: Mapping[AccountId, Limits],
        families: Sequence[Family],
    ) -> None:
        super().__init__(parent)
        self._theme, self._accounts, self._limits = theme, accounts, limits
        self._row, self._main = QBoxLayout(QBoxLayout.Direction.LeftToRight), QVBoxLayout()
        self.wordings = self._typed = Wordings()
        self._shown: AccountId | None = None
        self._departs: Callable[[str, str, Place], bool] = lambda _text, _title, _place: False
        self.setWindowTitle(_("Ask your community"))
        self.resize(_SIZE.boundedTo(parent.size()))
        # Else what stands side by side would keep it from ever becoming so narrow that it stands one below the other.
        self.setMinimumWidth(theme.scaled(_LEAST))
        self.template = _templates(theme, families)
        self.boxes = {one.id: self._box(one) for one in accounts}
        self._said = {one.id: Label(theme, size=fonts.META, tone="meta").wrapping() for one in accounts}
        self.which = ChoiceBox(theme)
        self.which.setAccessibleName(_("Whose wording is shown"))
        self.which.setFont(theme.font(fonts.BODY))
        self.title = QLineEdit()
        self.title.setAccessibleName(_("Title of the post"))
        self.title.setPlaceholderText(_("Title, where posts have one"))
        self.title.setFont(theme.font(fonts.BODY))
        self.field = TextField(theme)
        self.field.fill_room()
        self.field.setAccessibleName(_("Text of the post"))
        self.field.setPlaceholderText(_("What do you want to tell or to ask?"))
        self.beside, self.tone, self.files, self.ring = (
            BesideBar(theme),
            ToneBar(theme),
            FilesRow(theme),
            CountRing(theme),
        )
        self.files.ask_descriptions(any(one.descriptions for one in limits.values()))
        self.attach = ToolButton(theme, "image", with_key(_("Add pictures"), Does.ATTACH))
        self.spelling = ToolButton(theme, "text-aa", _("Spelling"))
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.go = PushButton(theme, _("Publish"), "primary")
        self.go.setToolTip("Ctrl+Enter")
        self._lay_out()
        self._connect()
        self._offer_places()
        self._settle()
        self.field.setFocus()

    # --- what it holds ----------------------------------------------------------------------------------------------

    @property
    def places(self) -> list[AccountId]:
        """Where it is published, in the order shown."""
        return [one for one, box in self.boxes.items() if box.isChecked()]

    @property
    def readers(self) -> tuple[Place, ...]:
        """Where the wording that is shown will be read: in its one place, or in all that have none of their own."""
        there = [self._shown] if self._shown else [one for one in self.places if one not in self.wordings.own]
        heard = [one for one in self._accounts if one.id in there]
        channels = Counter(one.channel for one in heard)
        return tuple(
            Place(one.channel, one.hat, one.handle if channels[one.channel] > 1 else channel_name(one.channel))
            for one in heard
        )

    def fill(self, wordings: Wordings, places: Sequence[AccountId]) -> None:
        """Show what was begun."""
        self.wordings = self._typed = wordings
        self.template.setCurrentIndex(max(self.template.findData(wordings.template), 0))
        for one, box in self.boxes.items():
            box.setChecked(one in places)
        self._offer_places()
        self._show(None)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def take(self, wordings: Wordings) -> None:
        """Show other texts for the same places: those of a template, above what the person has written."""
        self.wordings = replace(wordings.above(self._typed), template=wordings.template)
        self._show(self._shown)
        self.edited.emit()

    def add_files(self, paths: Sequence[Path]) -> None:
        """These go along too, to every place."""
        self.files.add(paths)
        self._settle()
        self.enclosed.emit()

    def judge_by(self, departs: Callable[[str, str, Place], bool]) -> None:
        """Say of each wording that is not in sight, too, whether it departs from the tone sheet."""
        self._departs = departs
        self._settle()

    def problem_of(self, place: AccountId) -> str:
        """Why it cannot be published there as it stands; empty where it can."""
        post, limits = self.wordings.of(place), self._limits[place]
        if limits.text is not None and not limits.allows_text(post.text):
            surplus = limits.length(post.text) - limits.text
            return ngettext("{count} character too many", "{count} characters too many", surplus).format(
                count=number(surplus)
            )
        return self.files.problem(limits) or refuse_holes(f"{post.text}\n{post.title}")

    def _show(self, place: AccountId | None) -> None:
        self._shown = place
        post = self.wordings.of(place)
        blocked = (self.field.blockSignals(True), self.title.blockSignals(True))
        self.field.setPlainText(post.text)
        self.title.setText(post.title)
        self.field.blockSignals(blocked[0])
        self.title.blockSignals(blocked[1])
        self.which.setCurrentIndex(max(self.which.findData(place or ""), 0))
        self._settle()

    def _take_typed(self) -> None:
        self.wordings = self.wordings.saying(self._shown, Post(self.field.toPlainText(), self.title.text()))
        self._typed = self.wordings
        self._settle()
        self.edited.emit()

    # --- what it may ------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        places = self.places
        for account in self._accounts:
            here = [channel_name(account.channel), *([self._state(account.id)] if account.id in places else [])]
            self._said[account.id].setText(" · ".join(filter(None, here)))
        strictest = self._strictest(places)
        self.ring.count(self.wordings.of(self._shown).text, strictest)
        missing = "" if places else _("Choose at least one account to publish on.")
        problem = missing if not self.wordings.is_empty else ""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        ready = all(self.wordings.of(one).text.strip() and not self.problem_of(one) for one in places)
        self.go.setEnabled(bool(places) and ready)
        count = len(places)
        said = ngettext("Publish on {count} account", "Publish on {count} accounts", count).format(count=count)
        self.go.setText(said if count else _("Publish"))
        self.go.setAccessibleName(self.go.text())
        self.read_in.emit(self.readers)

    def _strictest(self, places: Sequence[AccountId]) -> Limits:
        """The limits of the place that is shown; of all, those that leave least."""
        if self._shown is not None:
            return self._limits[self._shown]
        shared = [self._limits[one] for one in places if one not in self.wordings.own]
        return min((one for one in shared if one.text is not None), key=lambda one: one.text or 0, default=Limits())

    def _state(self, place: AccountId) -> str:
        """How it stands there: its own wording, how much room is left, or what is wrong."""
        problem, limits = self.problem_of(place), self._limits[place]
        parts = [_("its own wording")] if place in self.wordings.own else []
        said = self.wordings.of(place)
        if parts and place != self._shown and self._departs(said.text, said.title, self._place(place)):
            parts.append(_("departs from the tone sheet"))
        if problem:
            parts.append(problem)
        elif limits.text is not None:
            used = limits.length(self.wordings.of(place).text)
            parts.append(_("{used} of {most} characters").format(used=number(used), most=number(limits.text)))
        return " · ".join(parts)

    def _place(self, wanted: AccountId) -> Place:
        account = next(one for one in self._accounts if one.id == wanted)
        return Place(account.channel, account.hat)

    def _offer_places(self) -> None:
        """One may look at, and change, what is said in each place alone."""
        shown = self._shown if self._shown in self.places else None
        self.which.clear()
        self.which.addItem(_("The wording for all accounts"), "")
        for one in self._accounts:
            if one.id in self.places:
                self.which.addItem(_("Only for {account}").format(account=_name(one)), one.id)
        self._show(shown)

    # --- doing ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.field.rewritten.connect(self._forget_template)
        self.field.textChanged.connect(self._take_typed)
        self.title.textEdited.connect(self._take_typed)
        self.which.activated.connect(lambda: self._show(AccountId(self.which.currentData()) or None))
        self.template.activated.connect(self._choose_template)
        self.go.clicked.connect(self.accept)
        self.files.removed.connect(self._settle)
        self.files.removed.connect(self.enclosed)
        self.files.described.connect(self.edited)
        self.field.files_dropped.connect(self.add_files)
        self.attach.clicked.connect(self.files_wanted)
        for keys in keys_of(Does.ATTACH):
            QShortcut(QKeySequence(keys), self).activated.connect(self.attach.click)
        CtrlEnter(self.field, self.accept)
        for box in self.boxes.values():
            box.toggled.connect(self._offer_places)
            box.clicked.connect(self.edited)

    def _choose_template(self) -> None:
        if self.template.currentData():
            self.template_chosen.emit(self.template.currentData())
        else:
            self._typed = replace(self._typed, template=None)
            self.take(Wordings())

    def _forget_template(self) -> None:
        """The wording for all was written over: it is no template's any more."""
        if self._shown is None:
            self.template.setCurrentIndex(0)
            self.wordings = replace(self.wordings, template=None)

    def accept(self) -> None:
        """What is empty, too long or goes nowhere is not published."""
        if self.go.isEnabled():
            super().accept()

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _box(self, account: AccountRow) -> CheckBox:
        box = CheckBox(account.handle)
        box.setAccessibleName(_name(account))
        box.setToolTip(_name(account))
        return box

    def _lay_out(self) -> None:
        where = QWidget()
        where.setProperty("plain", True)
        side = QVBoxLayout(where)
        side.setContentsMargins(0, 0, 8, 0)
        side.setSpacing(2)
        side.addWidget(Label(self._theme, _("Where"), size=fonts.META, weight=fonts.MEDIUM, tone="meta"))
        side.addSpacing(6)
        for one, box in self.boxes.items():
            side.addWidget(box, 0, Qt.AlignmentFlag.AlignLeft)
            self._said[one].setContentsMargins(self._theme.scaled(_INDENT), 0, 0, 6)
            side.addWidget(self._said[one])
        side.addStretch(1)
        area = scrolling(where)
        main = self._main
        main.setSpacing(_APART)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.template, 1)
        head.addWidget(self.which, 1)
        main.addLayout(head)
        sheet = paper(self.field)
        for part, stretch in ((self.beside, 0), (self.title, 0), (sheet, 1), (self.tone, 0), (self.files, 0)):
            main.addWidget(part, stretch)
        main.addLayout(self._foot())
        self._where = area
        self._row.addWidget(area, 2)
        self._row.addLayout(main, 5)
        titled_column(self._theme, self).addLayout(self._row, 1)

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.attach)
        foot.addWidget(self.spelling)
        foot.addWidget(self.problem, 1)
        foot.addStretch()
        foot.addWidget(self.ring)
        foot.addWidget(self.go)
        return foot

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the places stand above what is written, and low."""
        super().resizeEvent(event)
        low = self.height() < self._theme.scaled(LOW_WINDOW)
        self.tone.be_low(low)
        self.field.be_low(low)
        self._main.setSpacing(_CLOSE if low else _APART)
        narrow = self.width() < self._theme.scaled(_NARROW)
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(16 if not narrow else _CLOSE if low else _APART)
        self._where.setMaximumHeight(self._theme.scaled(_LOW) if narrow else _NO_LIMIT)
        self._fit_names(self.width() if narrow else int(self.width() * _SHARE), beside=not narrow)

    def _fit_names(self, room: int, *, beside: bool) -> None:
        """The names of accounts get the room that they need; what is longer still is cut in the middle."""
        extra = self._theme.scaled(_BESIDE_NAME)
        metrics = next(iter(self.boxes.values())).fontMetrics()
        names = {one.id: metrics.elidedText(one.handle, _MIDDLE, room - extra) for one in self._accounts}
        for one, name in names.items():
            self.boxes[one].say(name)
        self._where.setMinimumWidth(max(map(metrics.horizontalAdvance, names.values())) + extra if beside else 0)


def _templates(theme: Theme, families: Sequence[Family]) -> ChoiceBox:
    """Questions first: they are what one asks with."""
    made = ChoiceBox(theme)
    made.setAccessibleName(_("Template of the post"))
    made.setFont(theme.font(fonts.BODY))
    made.addItem(_("Without a template"), "")
    for family in sorted(families, key=lambda one: not one.first.question):
        name = _("Question: {name}").format(name=family.first.name) if family.first.question else family.first.name
        made.addItem(name, family.first.id)
    made.setVisible(bool(families))
    return made


def _name(account: AccountRow) -> str:
    return _("{account} on {channel}").format(account=account.handle, channel=channel_name(account.channel))
