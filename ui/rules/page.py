"""All rules in the order in which they run; one of them is written beside, and what it did is looked back at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from inbox_app.actions import rules
from inbox_app.domain.ids import RuleId
from inbox_app.domain.rules import Rule
from inbox_app.i18n import _, ngettext
from inbox_app.queries import rules as questions
from ui import dialogs
from ui.choices import Choice, Choices
from ui.core import Core
from ui.members.section import Flow
from ui.rules.editor import NEW, RuleEditor
from ui.rules.over_history import OverHistoryDialog
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.moments import at
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.tokens import LOW_WINDOW
from ui.theme.widgets import Label, PushButton, ToolButton
from ui.views.offers import Surroundings

_SIZE = QSize(960, 680)


class RulesPage(QDialog):
    """`load` before it is opened."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, there: Surroundings) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._rules: tuple[Rule, ...] = ()
        self._busy = 0
        self.setWindowTitle(_("Rules"))
        self.resize(_SIZE)
        self.editor = RuleEditor(core, tasks, theme, there)
        self.choices = Choices(theme, _("Find a rule"), _("Find a rule"), _("There is no rule yet."))
        self.new = PushButton(theme, _("New rule"), "plain")
        self.up, self.down = ToolButton(theme, "arrow-up", _("Earlier")), ToolButton(theme, "arrow-down", _("Later"))
        self.drop = PushButton(theme, _("Remove"), "plain")
        self.revoke = PushButton(theme, _("Take back all it did…"), "plain")
        self.over = PushButton(theme, _("Apply to what is there…"), "plain")
        self.log: QLabel = Label(theme, size=fonts.META, tone="meta").wrapping()
        self._deeds = Flow((self.over, self.revoke, self.drop), 8)
        self._log_place, self._foot, self._beside = QVBoxLayout(), QHBoxLayout(), QWidget()
        self._aside = QHBoxLayout(self._beside)
        self._aside.setContentsMargins(0, 0, 0, 0)
        self._low = False
        self._lay_out()
        self._connect()

    async def load(self, shown: str = "") -> None:
        """Read what there is; go to this rule, or to the first one; where there is none, one writes the first."""
        await self._read()
        found = next((one for one in self._rules if one.id == shown), self._rules[0] if self._rules else NEW)
        self._show(found)
        if not self._rules:
            self.editor.title.setFocus()
        await self._read_log(found)

    async def _read(self) -> None:
        self._rules = await questions.every(self._core.store)
        self._offer()

    async def _go_on(self, one: RuleId) -> None:
        """Say what there is by now around the rule that is being written, which stays as it stands there."""
        await self._read()
        for kept in self._rules:
            if kept.id == one == self._shown:
                self._allow(kept)
                await self._read_log(kept)

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is done."""
        return not self._busy and self.editor.is_settled

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self.editor.close_down()
        super().done(result)

    def _lay_out(self) -> None:
        for button in (self.new, self.drop, self.revoke, self.over, self.editor.save, self.editor.do):
            button.setAutoDefault(False)
        tools = QHBoxLayout()
        for one in (self.new, self.up, self.down):
            tools.addWidget(one)
        tools.addStretch(1)
        side, middle = QVBoxLayout(), QVBoxLayout()
        side.addWidget(self.choices, 1)
        side.addLayout(tools)
        middle.addWidget(self.editor, 1)
        middle.addLayout(self._log_place)
        middle.addLayout(self._foot)
        self._log_place.addWidget(self.log)
        self._foot.addWidget(self._deeds, 1)
        self._foot.addWidget(self.editor.save, 0, Qt.AlignmentFlag.AlignBottom)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(side, 2)
        row.addLayout(middle, 3)
        titled_column(self._theme, self, self._beside).addLayout(row, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the rule has the whole height: what it did goes below it, and it is saved from the title."""
        super().resizeEvent(event)
        low = self.height() < self._theme.scaled(LOW_WINDOW)
        if low == self._low:
            return
        self._low = low
        if low:
            self.editor.put_below(self.log, self._deeds)
            self._aside.addWidget(self.editor.save)
        else:
            self._log_place.addWidget(self.log)
            self._foot.addWidget(self._deeds, 1)
            self._foot.addWidget(self.editor.save, 0, Qt.AlignmentFlag.AlignBottom)

    def _connect(self) -> None:
        self.choices.typed.connect(lambda _words: self._offer())
        self.choices.chosen.connect(self._choose)
        self.new.clicked.connect(lambda: self._do(self._begin))
        self.drop.clicked.connect(lambda: self._do(self._remove))
        self.over.clicked.connect(lambda: self._do(self._look_over_history))
        self.revoke.clicked.connect(lambda: self._do(self._take_back))
        self.up.clicked.connect(lambda: self._do(partial(self._shift, -1)))
        self.down.clicked.connect(lambda: self._do(partial(self._shift, 1)))
        self.editor.kept.connect(lambda made: self._do(partial(self._go_on, RuleId(made))))

    def _offer(self) -> None:
        self.choices.field.setVisible(bool(self._rules))
        words = self.choices.field.text().casefold()
        found = [one for one in self._rules if words in one.name.casefold()]
        self.choices.offer(
            Choice(one, one.name, "" if one.enabled else _("off"), "check" if one.enabled else "x") for one in found
        )

    def _choose(self, one: object) -> None:
        if isinstance(one, Rule):
            self._do(partial(self._turn_to, one))

    async def _turn_to(self, one: Rule) -> None:
        if await self._may_leave():
            self._show(one)
            await self._read_log(one)

    async def _begin(self) -> None:
        await self._turn_to(NEW)
        self.editor.title.setFocus()

    async def _may_leave(self) -> bool:
        """Whether what was written is kept or may go."""
        async with self.editor.saving:
            if not self.editor.is_changed:
                return True
        sentence = _("“{name}” was changed and is not saved.").format(name=self.editor.written.name or _("New rule"))
        return await dialogs.confirm(self, _("Discard the changes?"), sentence, _("Discard"))

    def reject(self) -> None:
        """Closing asks about what is not saved."""
        self._do(self._close)

    async def _close(self) -> None:
        if await self._may_leave():
            super().reject()

    def _show(self, one: Rule) -> None:
        self.editor.show_rule(one)
        self._allow(one)

    def _allow(self, one: Rule) -> None:
        for button in (self.drop, self.revoke, self.over, self.up, self.down):
            button.setEnabled(bool(one.id))

    async def _read_log(self, of: Rule) -> None:
        if not of.id:
            self._tell("")
            return
        counted = await questions.tally(self._core.store, of.id)
        runs = await questions.runs(self._core.store, of.id, 1)
        met = ngettext("It met {count} message.", "It met {count} messages.", counted.met)
        last = _(" The last: {text} ({when}).").format(text=runs[0].snippet, when=at(runs[0].at)) if runs else ""
        self._tell(met.format(count=number(counted.met)) + last)
        self.revoke.setEnabled(counted.stands > 0)

    def _tell(self, sentence: str) -> None:
        self.log.setText(sentence)
        self.log.setVisible(bool(sentence))

    async def _remove(self) -> None:
        sentence = _("“{name}” is removed. What it did stays.").format(name=self.editor.written.name)
        if await dialogs.confirm(self, _("Remove the rule?"), sentence, _("Remove")):
            await rules.remove(self._core.store, self._shown)
            await self.load()

    async def _take_back(self) -> None:
        sentence = _("Everything that “{name}” did and nobody took back is taken back. The rule itself stays.")
        name = self.editor.written.name
        if await dialogs.confirm(self, _("Take back?"), sentence.format(name=name), _("Take back")):
            await rules.revoke(self._core.store, self._shown)
            await self._go_on(self._shown)

    async def _look_over_history(self) -> None:
        kept = next(one for one in self._rules if one.id == self._shown)
        dialog = OverHistoryDialog(self._core, self._tasks, self._theme, self, kept)
        await dialogs.ask(dialog)
        await self._read_log(kept)

    async def _shift(self, by: int) -> None:
        order = [one.id for one in self._rules]
        place = order.index(self._shown)
        to = min(max(place + by, 0), len(order) - 1)
        order.insert(to, order.pop(place))
        await rules.arrange(self._core.store, order)
        await self._go_on(self._shown)

    @property
    def _shown(self) -> RuleId:
        return self.editor.written.id

    def _do(self, deed: Callable[[], Awaitable[None]]) -> None:
        self._tasks.start(self._run(deed), "rules")

    async def _run(self, deed: Callable[[], Awaitable[None]]) -> None:
        self._busy += 1
        try:
            await deed()
        finally:
            self._busy -= 1
