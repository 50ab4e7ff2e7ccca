"""One rule being written: when it holds, what it does, and what it would have met, before it is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFormLayout,
    QLineEdit,
    QListWidget,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from inbox_app.actions import rules
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.filters import EVERYTHING, for_a_rule
from inbox_app.domain.ids import RuleId
from inbox_app.domain.rules import DryRun, Rule, RuleDeed, RuleStep
from inbox_app.domain.words import Hat
from inbox_app.i18n import _, ngettext
from inbox_app.queries import rules as questions
from ui import dialogs
from ui.asking import Asking
from ui.core import Core
from ui.line_dialog import Wanted, ask_words
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.forms import add_field
from ui.theme.numbers import number
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.widgets import CheckBox, Label, PushButton, ToolButton
from ui.views.filter_fields import FilterFields
from ui.views.flow import Flow
from ui.views.offers import Surroundings, message_groups
from ui.views.sections import WIDEST

_PAUSE_MS = 200
NEW = Rule(RuleId(""), "", EVERYTHING, ())


class RuleEditor(QWidget):
    """Tries the rule over the last messages whenever it changes; `save` is allowed once that was seen.

    Signals:
        kept: the id of a rule that was saved; what was written since stands there, and is not kept.
    """

    kept = Signal(str)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, there: Surroundings) -> None:
        super().__init__()
        self._core, self._tasks, self._theme, self._there = core, tasks, theme, there
        self._of = NEW
        self._steps: list[RuleStep] = []
        self._tried: Rule | None = None
        self.title = QLineEdit()
        self.fields = FilterFields(theme, tasks, message_groups(there), for_a_rule)
        self.do = PushButton(theme, _("Add what it does"))
        self.stop = CheckBox(_("No later rule for what this one meets"))
        self.enabled = CheckBox(_("Switched on"))
        self.tried = Label(theme, tone="second", weight=fonts.BOLD).wrapping()
        self.met = QListWidget()
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.save = PushButton(theme, _("Save"), "primary")
        self._done = QWidget()
        self._chips, self._below = Flow(self._done), QVBoxLayout()
        self._asking = Asking(tasks, "dry run")
        self.saving = asyncio.Lock()
        """One save after the other; whoever wants to leave waits for its end."""
        self._last_save: asyncio.Task[None] | None = None
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._lay_out(theme)
        self._connect()
        self.show_rule(NEW)

    @property
    def is_settled(self) -> bool:
        """Whether what is written was tried."""
        is_saved = self._last_save is None or self._last_save.done()
        return is_saved and not self._soon.isActive() and self._asking.is_idle

    @property
    def written(self) -> Rule:
        """The rule as it stands there."""
        return Rule(
            self._of.id,
            self.title.text(),
            self.fields.filter,
            tuple(self._steps),
            self.enabled.isChecked(),
            self.stop.isChecked(),
            self._of.position,
        )

    @property
    def is_changed(self) -> bool:
        """Whether something was written that is not kept."""
        return self.written != self._begun or bool(self.fields.problem)

    def show_rule(self, of: Rule) -> None:
        """Show a rule, to be changed."""
        self._of, self._steps = of, list(of.steps)
        self.title.setText(of.name)
        self.fields.show_filter(of.condition)
        self.stop.setChecked(of.stop)
        self.enabled.setChecked(of.enabled)
        self._begun = self.written
        self._show_steps()
        self._try()

    def close_down(self) -> None:
        """Ask nothing more."""
        self._soon.stop()
        self._asking.forget()

    def put_below(self, *parts: QWidget) -> None:
        """Take in what else is said and done about the rule, to be scrolled with it."""
        for part in parts:
            self._below.addWidget(part)

    def take(self, step: RuleStep) -> None:
        """One more thing to do."""
        if step not in self._steps:
            self._steps.append(step)
            self._show_steps()
            self._try()

    def _lay_out(self, theme: Theme) -> None:
        self.title.setAccessibleName(_("Name of the rule"))
        self.title.setFont(theme.font(fonts.BODY))
        self.met.setAccessibleName(_("What it would have met"))
        self.met.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.met.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.met.setMaximumHeight(theme.scaled(120))
        form = QFormLayout()
        add_field(form, _("Name"), self.title)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.fields)
        column.addWidget(Label(theme, _("Then"), size=fonts.META, weight=fonts.BOLD))
        column.addWidget(self._done)
        column.addWidget(self.tried)
        column.addWidget(self.met)
        column.addWidget(self.enabled)
        column.addWidget(self.stop)
        column.addLayout(self._below)
        column.addStretch(1)
        area = scrolling(body, _("Rule"), sideways=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(area, 1)
        whole.addWidget(self.problem)
        self.setTabOrder(self.enabled, self.stop)

    def _connect(self) -> None:
        self.do.clicked.connect(lambda: self._tasks.start(self._offer(), "steps"))
        self.title.textChanged.connect(lambda _text: self._try())
        self.fields.changed.connect(self._try)
        self.stop.toggled.connect(lambda _on: self._try())
        self.enabled.toggled.connect(lambda _on: self._try())
        self._soon.timeout.connect(lambda: self._asking.ask(partial(self._dry_run, self.written)))
        self.save.clicked.connect(self._begin_save)

    async def _offer(self) -> None:
        menu = QMenu(self.do)
        menu.setAccessibleName(_("What the rule does"))
        offers: dict[QAction, RuleStep] = {}
        tags, off = menu.addMenu(_("Tag")), menu.addMenu(_("Take off the tag"))
        off.setEnabled(bool(self._there.tags))
        for deed, offered in ((RuleDeed.TAG, tags), (RuleDeed.UNTAG, off)):
            for tag in self._there.tags:
                offers[offered.addAction(tag.name.replace("&", "&&"))] = RuleStep(deed, tag.name)
        another = tags.addAction(_("Another tag…"))
        hats = menu.addMenu(_("Hat"))
        for hat, name in ((Hat.COMMUNITY, _("Community")), (Hat.SOCIAL, _("Social"))):
            offers[hats.addAction(name)] = RuleStep(RuleDeed.HAT, hat.value)
        if len(self._there.colleagues) > 1:
            people = menu.addMenu(_("Assign to"))
            for one in self._there.colleagues:
                offers[people.addAction(one.name.replace("&", "&&"))] = RuleStep(RuleDeed.ASSIGN, one.id)
        for deed in (RuleDeed.PRIORITY, RuleDeed.DONE, RuleDeed.HIDE, RuleDeed.SPAM):
            offers[menu.addAction(self._name(RuleStep(deed)))] = RuleStep(deed)
        chosen = await dialogs.choose_from(menu, self.do.mapToGlobal(QPoint(0, self.do.height())))
        if chosen in offers:
            self.take(offers[chosen])
        elif chosen is another:
            await self._ask_tag()
        self.do.setFocus()

    async def _ask_tag(self) -> None:
        sentence = _("It is made when the rule first puts it on.")
        name = await ask_words(self._theme, self.window(), Wanted(_("Another tag"), sentence, _("Add")))
        if name:
            self.take(RuleStep(RuleDeed.TAG, " ".join(name.split())))

    def _name(self, step: RuleStep) -> str:
        colleagues = {str(one.id): one.name for one in self._there.colleagues}
        hats = {Hat.COMMUNITY.value: _("Community"), Hat.SOCIAL.value: _("Social")}
        names = {
            RuleDeed.TAG: _("Tag: {name}").format(name=step.value),
            RuleDeed.UNTAG: _("Take off the tag: {name}").format(name=step.value),
            RuleDeed.HAT: _("Hat: {name}").format(name=hats.get(step.value, "")),
            RuleDeed.ASSIGN: _("Assign to: {name}").format(name=colleagues.get(step.value, step.value)),
            RuleDeed.PRIORITY: _("Mark as important"),
            RuleDeed.DONE: _("Done"),
            RuleDeed.HIDE: _("Hide on the service"),
            RuleDeed.SPAM: _("Mark as spam on the service"),
        }
        return names[step.deed]

    def _show_steps(self) -> None:
        for chip in self._done.findChildren(ToolButton):
            self._chips.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips.removeWidget(self.do)
        before: QWidget = self.fields.words
        for step in self._steps:
            chip = ToolButton(self._theme, "x", self._name(step), "link").cut(self._name(step), WIDEST)
            chip.setAccessibleName(_("Take away: {condition}").format(condition=self._name(step)))
            chip.clicked.connect(lambda _checked=False, one=step: self._drop(one))
            self._chips.addWidget(chip)
            self.setTabOrder(before, chip)
            before = chip
            chip.show()
        self._chips.addWidget(self.do)
        self.setTabOrder(before, self.do)
        self._done.updateGeometry()

    def _drop(self, step: RuleStep) -> None:
        self._steps.remove(step)
        self._show_steps()
        self._try()

    def _try(self) -> None:
        """What stands there is tried in a moment; until then it cannot be kept."""
        self._tried = None
        self.save.setEnabled(False)
        self._say(self.fields.problem)
        self._soon.start()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    async def _dry_run(self, wanted: Rule) -> None:
        if wanted.condition == EVERYTHING or self.fields.problem:
            self._show_met(None)
            return
        self._show_met(await questions.dry_run(self._core.store, wanted))
        self._tried = wanted
        self.save.setEnabled(bool(wanted.name.strip() and wanted.steps))

    def _show_met(self, found: DryRun | None) -> None:
        self.met.clear()
        self.met.setVisible(bool(found and found.met))
        if found is None:
            self.tried.setText(_("Say when the rule holds; what it would have met is shown before you save."))
            return
        said = ngettext(
            "It would have met {count} of the last {all} message.",
            "It would have met {count} of the last {all} messages.",
            found.looked_at,
        )
        self.tried.setText(said.format(count=number(found.count), all=number(found.looked_at)))
        self.met.addItems([f"{one.author}: {one.snippet}" for one in found.met])

    def _begin_save(self) -> None:
        self._last_save = self._tasks.begin(self._save(), "save a rule")

    async def _save(self) -> None:
        async with self.saving:
            of, wanted = self._of, self.written
            if wanted != self._tried:
                return
            try:
                made = await rules.save(self._core.store, wanted)
            except UserFacingError as problem:
                self._say(problem.message)
                return
            if self._of is of:
                # It is not shown anew: what was written since would go, and the cursor with it.
                self._of = self._begun = replace(wanted, id=made)
                self._try()
        self.kept.emit(made)
