"""The welcome desk: each newcomer with the first words, welcomed by one key, and nobody offered twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.actions import triage, welcoming, writing
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import MemberId, OperationId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.report_words import duration_text
from inbox_app.domain.welcomes import Greeting, Newcomer, Welcomes
from inbox_app.i18n import _, ngettext
from inbox_app.queries import community, templates
from inbox_app.queries.templates import Prepared
from ui.asking import Asking
from ui.commands import Does, first_key
from ui.community.lines import Entry, Lines
from ui.community.newcomer import NewcomerView
from ui.core import Core
from ui.foremost import hear_once
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.moments import short_date
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.tokens import LOW_WINDOW
from ui.theme.widgets import ChoiceBox, Label, PushButton

_SIZE = QSize(980, 680)
_STAYS = 6


class WelcomePage(QDialog):
    """`load` before it is opened. `line_asked` leads away from it."""

    line_asked = Signal(object)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._preparing, self._refreshing, self._likening = (Asking(tasks, "welcome") for _asking in range(3))
        self._prepared: Prepared | None = None
        self._busy = self._is_over = False
        self._told = self._counted = ""
        self._silence = QTimer(self, singleShot=True)
        self._silence.timeout.connect(self._fall_silent)
        self.setWindowTitle(_("Welcome desk"))
        self.resize(_SIZE)
        self.waiting = Label(theme, size=fonts.META, tone="second")
        self.figures = Label(theme, size=fonts.META, tone="meta").wrapping()
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.problem.hide()
        self.list = Lines(theme, _("Newcomers"), _("Nobody waits."))
        self._waiting: list[Newcomer] = []
        self._dealt: list[tuple[Newcomer, OutboxRow | OperationId | None]] = []
        self.template = ChoiceBox(theme)
        self.newcomer = NewcomerView(theme)
        self.answer = QFrame()
        self._choice, self._inside = QWidget(), QVBoxLayout(self.answer)
        self._beside = QWidget()
        self._aside = QHBoxLayout(self._beside)
        self._low = False
        self.preview = Label(theme, size=fonts.MESSAGE).wrapping()
        self.welcome = PushButton(theme, _("Welcome (W)"), "primary")
        self.greeted = PushButton(theme, _("Is welcomed (D)"))
        self.passed = PushButton(theme, _("Pass over (P)"))
        self.opening = PushButton(theme, _("Open (O)"))
        self._lay_out()
        self._wire()

    @property
    def is_settled(self) -> bool:
        """Whether the newcomer on screen can be welcomed."""
        asking = (self._preparing, self._refreshing, self._likening)
        return all(one.is_idle for one in asking) and not self._busy

    async def load(self) -> None:
        """Read who is new and what can be said."""
        every = await templates.families(self._core.store, self._core.me)
        families = [one for one in every if one.says_something]
        self.template.clear()
        for family in families:
            self.template.addItem(family.first.name, family.first.id)
        place = next((at for at, one in enumerate(families) if _is_greeting(one.first.name, one.first.folder)), 0)
        self.template.setCurrentIndex(place if families else -1)
        await self._reload()

    async def _reload(self, at: MemberId | None = None) -> None:
        found = await community.waiting(self._core.store)
        self._waiting = [*found]
        self.list.show_entries(map(_entry, found))
        places = [place for place, each in enumerate(found) if each.member.id == at]
        self.list.setCurrentRow(*places or (0,))
        self._show(self.current)
        await self._count()

    @property
    def current(self) -> Newcomer | None:
        """The newcomer on screen."""
        place = self.list.currentRow()
        return self._waiting[place] if 0 <= place < len(self._waiting) else None

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._is_over = True
        for asking in (self._preparing, self._refreshing, self._likening):
            asking.forget()
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window what was said first has the room, and the template stands in the title."""
        super().resizeEvent(event)
        low = self.height() < self._theme.scaled(LOW_WINDOW)
        if low != self._low:
            self._low = low
            layout = self._aside if low else self._inside
            layout.insertWidget(0, self._choice)
        self._settle()

    def _settle(self) -> None:
        said = self._told or self._counted
        self.figures.setText(said)
        self.figures.setVisible(bool(said) and (bool(self._told) or not self._low))

    def _tell(self, sentence: str, seconds: int = _STAYS) -> None:
        """A sentence about what was done, for a while in the place of the figures."""
        self._told = sentence
        self._silence.start(seconds * 1_000)
        self._settle()

    def _fall_silent(self) -> None:
        self._told = ""
        self._settle()

    def _show(self, one: Newcomer | None) -> None:
        for button in (self.welcome, self.greeted, self.passed, self.opening):
            button.setEnabled(one is not None)
        self._prepared = None
        self.newcomer.show_one(one)
        self.answer.setVisible(one is not None)
        if one is None:
            self._likening.forget()
            return
        self._likening.ask(partial(self._liken, one))
        self._look_at_text()

    async def _liken(self, one: Newcomer) -> None:
        """Whom somebody resembles is looked for when they come into sight: for all at once it takes too long."""
        found = await community.resembling(self._core.store, one.member.id)
        if self.current == one:
            self.newcomer.show_likeness(found)

    def _look_at_text(self) -> None:
        self._prepared = None
        self.preview.setText("")
        self.welcome.setEnabled(False)
        if self.current is not None and self.template.currentData():
            self._preparing.ask(self._prepare)
        elif self.current is not None:
            said = _("Make a template first ({key}): it is what newcomers are welcomed with.")
            self._say(said.format(key=first_key(Does.TEMPLATES)), lacks=True)

    async def _prepare(self) -> None:
        one = self.current
        if one is None:
            return
        first = one.first
        key = first.channel
        name = str(self._core.catalogue[key].name) if key in self._core.catalogue else key
        limits = await self._core.limits(first.conversation)
        made = await templates.prepare(
            self._core.store,
            self._core.me,
            str(self.template.currentData()),
            first.conversation,
            first.message,
            channel_name=name,
            allows=limits.allows_text,
        )
        missing = made.filled.missing
        told = _("{names}: unknown here. Open the conversation (O) and fill it in.")
        self._say(told.format(names=", ".join(map(str, missing))) if missing else made.filled.text, lacks=bool(missing))
        self._prepared = None if missing else made
        self.welcome.setEnabled(self._prepared is not None)

    def _say(self, text: str, *, lacks: bool) -> None:
        """The text as it will be sent, or what is lacking, in another colour."""
        self.preview.setProperty("tone", "warn" if lacks else "")
        self.preview.style().polish(self.preview)
        self.preview.setText(text)

    def _do(self, deed: Callable[[Newcomer], object]) -> None:
        """One deed at a time, and then the next newcomer: a key pressed twice welcomes nobody twice."""
        one = self.current
        if one is not None and not self._busy:
            deed(one)

    def _begin(self, one: Newcomer, how: Greeting | None) -> None:
        if how is None and self._prepared is None:
            return
        self._busy = True
        self._tasks.start(self._greet(one, how), "welcome")

    async def _greet(self, one: Newcomer, how: Greeting | None) -> None:
        try:
            if how is None:
                deed: OutboxRow | OperationId | None = await self._reply(one)
            else:
                deed = await welcoming.greet(self._core.store, self._core.me, [one.member.id], how)
            self._dealt.append((one, deed))
            self.problem.hide()
        except Refused as refused:
            # Dealt with at another desk meanwhile, or nothing can be said there now: what is true now is shown.
            self.problem.setText(f"{one.member.name}: {refused.message}")
            self.problem.show()
            if not self._is_over:
                self._refreshing.ask(self._reload)
            return
        finally:
            self._busy = False
        if not self._is_over:
            self._go_on(one)

    def _go_on(self, one: Newcomer) -> None:
        place = self._waiting.index(one)
        del self._waiting[place]
        self.list.show_entries(map(_entry, self._waiting))
        self.list.setCurrentRow(min(place, self.list.count() - 1))
        self._show(self.current)
        self._refreshing.ask(self._count)

    async def _count(self) -> None:
        found = await community.welcomes(self._core.store, community.DAYS)
        left = len(self._waiting)
        said = ngettext("{count} newcomer waits", "{count} newcomers wait", left)
        self.waiting.setText(said.format(count=number(left)))
        self._counted = _figures(found)
        self._settle()

    async def _reply(self, one: Newcomer) -> OutboxRow | None:
        made, first = self._prepared, one.first
        if made is None:
            return None
        files = await templates.files(self._core.store, made.family)
        own = [writing.OwnFile(each.name, each.media_type, data, each.description) for each, data in files]
        seconds = self._core.settings.current.undo_seconds
        undo = timedelta(seconds=seconds)
        letter = writing.Letter(template=made.template.id)
        answer = writing.Answer(first.conversation, made.filled.text, undo, to=first.message, files=own, letter=letter)
        sent = await welcoming.welcome(self._core.store, self._core.me, one.member.id, answer)
        said = _("The welcome to {name} leaves when its time to undo is over; Z takes it back.")
        self._tell(said.format(name=one.member.name), seconds)
        return sent

    async def _take_back(self) -> None:
        """The last that was done on this page, a welcome that has not left too; never what was decided elsewhere."""
        if not self._dealt:
            self._tell(_("Nothing was done here that could be taken back."))
            return
        one, deed = self._dealt.pop()
        try:
            await self._undo(deed)
        except Refused as too_late:
            self._tell(too_late.message)
            return
        self._fall_silent()
        if not self._is_over:
            self._refreshing.ask(partial(self._reload, one.member.id))

    async def _undo(self, deed: OutboxRow | OperationId | None) -> None:
        if isinstance(deed, OutboxRow):
            draft = await writing.undo(self._core.store, deed.id)
            if draft is not None:
                # The text is the template's: it is offered again, and no draft needs to keep it.
                await writing.discard_draft(self._core.store, self._core.me, draft)
        elif deed is not None:
            await triage.undo_one(self._core.store, deed)

    def _lay_out(self) -> None:
        self._aside.setContentsMargins(0, 0, 0, 0)
        self._aside.setSpacing(16)
        self._aside.addWidget(self.waiting)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.newcomer, 1)
        right.addWidget(self.answer)
        self._lay_out_answer()
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addWidget(self.list, 3)
        body.addLayout(right, 5)
        column = titled_column(self._theme, self, self._beside)
        column.addWidget(self.figures)
        column.addWidget(self.problem)
        column.addLayout(body, 1)

    def _lay_out_answer(self) -> None:
        """What will be said, and the four things that can be done."""
        self.template.setAccessibleName(_("Template to welcome with"))
        self.answer.setProperty("card", "composer")
        head = QHBoxLayout(self._choice)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(Label(self._theme, _("Welcome with"), size=fonts.META, tone="second"))
        head.addWidget(self.template, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.passed, self.greeted, self.opening):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.welcome)
        inside = self._inside
        inside.setContentsMargins(14, 12, 12, 12)
        inside.setSpacing(12)
        inside.addWidget(self._choice)
        inside.addWidget(self.preview)
        inside.addLayout(buttons)

    def _wire(self) -> None:
        self.list.currentItemChanged.connect(lambda _new, _old: self._show(self.current))
        self.template.activated.connect(lambda _place: self._look_at_text())
        deeds: list[tuple[str, PushButton | None, Callable[[], None]]] = [
            ("W", self.welcome, lambda: self._do(lambda one: self._begin(one, None))),
            ("D", self.greeted, lambda: self._do(lambda one: self._begin(one, Greeting.WELCOMED))),
            ("P", self.passed, lambda: self._do(lambda one: self._begin(one, Greeting.PASSED))),
            ("O", self.opening, self._open),
            ("Z", None, lambda: self._tasks.start(self._take_back(), "undo")),
        ]
        for key, button, deed in deeds:
            hear_once(self, key, deed)
            if button is not None:
                button.clicked.connect(deed)
        for key, by in (("J", 1), ("K", -1)):
            QShortcut(QKeySequence(key), self).activated.connect(partial(self._step, by))
        self.list.line_asked.connect(lambda _line: self._open())

    def _step(self, by: int) -> None:
        self.list.setCurrentRow(min(max(self.list.currentRow() + by, 0), self.list.count() - 1))

    def _open(self) -> None:
        if self.current is not None:
            self.line_asked.emit(self.current.first)
            self.accept()


def _entry(one: Newcomer) -> Entry:
    first = one.first
    member = one.member
    return Entry(member.name, first.text, short_date(first.said_at), first, (member.name, member.picture))


def _is_greeting(*said: str) -> bool:
    words = " ".join(said).casefold()
    return any(word in words for word in ("welcome", "benvenut"))


def _figures(found: Welcomes) -> str:
    """How welcoming went lately."""
    if not found.newcomers:
        return ""
    told = ngettext(
        "{all} newcomer in 30 days: {welcomed} % welcomed{hours}, {again} % spoke again another day.",
        "{all} newcomers in 30 days: {welcomed} % welcomed{hours}, {again} % spoke again another day.",
        found.newcomers,
    )
    after = "" if found.hours is None else _(" (half of them within {time})").format(time=duration_text(found.hours))
    return told.format(
        all=number(found.newcomers),
        hours=after,
        welcomed=round(100 * found.welcomed / found.newcomers),
        again=round(100 * found.spoke_again / found.newcomers),
    )
