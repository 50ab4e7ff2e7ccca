"""When to come back to conversations: put off, or reminded of; moments and rules in words, shown while one types."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QWidget

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.recurrence import Occurrence
from inbox_app.domain.reminders import Plan, readings
from inbox_app.i18n import _
from ui.choices import Choice, Choices
from ui.inbox.segments import Segments
from ui.theme import fonts
from ui.theme.moments import at, in_full
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import CheckBox, Label, PushButton

_PRESETS = ("in 3 hours", "tonight", "tomorrow", "monday", "in 1 week")
_RULES = ("every workday", "every monday", "every first monday", "every last day of the month", "every year")


class Deed(Enum):
    """What is to happen at the moment that is chosen."""

    SNOOZE = auto()
    IF_SILENT = auto()
    REGARDLESS = auto()
    REPEAT = auto()


class SnoozeDialog(QDialog):
    """`plan` is what was chosen, None when the person gave up; `deed` says what for.

    `known` is a reminder that is to be changed, `about` a member to be reminded of: then putting off is not offered.
    """

    def __init__(
        self, theme: Theme, parent: QWidget, now: datetime, known: Plan | None = None, about: str = ""
    ) -> None:
        super().__init__(parent)
        self._now = now
        self.plan: Plan | None = None
        self.setWindowTitle(_("Snooze or remind") if known is None else _("Change the reminder"))
        if about:
            self.setWindowTitle(_("Remind me about {name}").format(name=about))
        self.resize(600, 470)
        names = {
            Deed.SNOOZE: _("Snooze"),
            Deed.IF_SILENT: _("Remind if silent"),
            Deed.REGARDLESS: _("Remind regardless"),
            Deed.REPEAT: _("Repeat"),
        }
        self._offered = [deed for deed in names if not (known or about) or deed is not Deed.SNOOZE]
        self.deeds: Segments[Deed] = Segments(theme, _("What for"), [(deed, names[deed]) for deed in self._offered])
        self.choices = Choices(theme, _("Until when"), "", "")
        self.text = QLineEdit(known.text if known else "")
        self.text.setPlaceholderText(_("What to be reminded of, if anything"))
        self.text.setAccessibleName(_("What to be reminded of, if anything"))
        self.text.setFont(theme.font(fonts.BODY))
        self.regardless = CheckBox(_("Stay away even when something new arrives"))
        self.meant = Label(theme, tone="second").wrapping()
        self.go = PushButton(theme, "", "primary")
        self._lay_out(theme)
        self._connect()
        if known is not None:
            self.deeds.choose(_deed_of(known))
        elif about:
            # A word about something else would end the other kind.
            self.deeds.choose(Deed.REGARDLESS)
        self._turn()
        self.choices.setFocus()

    @property
    def deed(self) -> Deed:
        """What the moment is for."""
        return self.deeds.value

    @property
    def until(self) -> datetime | None:
        """The moment that was chosen."""
        return None if self.plan is None else self.plan.due

    def _lay_out(self, theme: Theme) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.meant, 1)
        foot.addWidget(self.go, 0, Qt.AlignmentFlag.AlignBottom)
        column = titled_column(theme, self)
        column.addWidget(self.deeds)
        column.addWidget(self.choices, 1)
        column.addWidget(self.text)
        column.addWidget(self.regardless)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.choices.typed.connect(self._understand)
        self.choices.chosen.connect(self._choose)
        self.choices.list.currentRowChanged.connect(self._explain)
        self.deeds.chosen.connect(self._turn)
        self.text.returnPressed.connect(self.choices.choose)
        self.go.clicked.connect(self.choices.choose)
        self.go.setDefault(False)
        self.go.setAutoDefault(False)
        for deed, button in self.deeds.buttons.items():
            # Each keeps its key where putting off is not offered: the hand knows it.
            key = QShortcut(QKeySequence(f"Alt+{deed.value}"), self)
            button.setToolTip(f"{button.text()} ({key.key().toString(QKeySequence.SequenceFormat.NativeText)})")
            key.activated.connect(lambda deed=deed: self._turn_to(deed))

    def _turn_to(self, deed: Deed) -> None:
        self.deeds.choose(deed)
        self._turn()

    def _turn(self, _deed: object = None) -> None:
        """Offer what belongs to the deed; what was typed stays."""
        repeats, snoozes = self.deed is Deed.REPEAT, self.deed is Deed.SNOOZE
        examples = _("“every first monday 9”, “ogni giorno alle 9”…")
        self.choices.field.setPlaceholderText(examples if repeats else _("“in 3 days”, “fri 9”, “domani alle 9”…"))
        no_rule = _("That repeats nothing to come. Write “every first monday 9” or “ogni giorno alle 9”.")
        no_moment = _("That is no moment to come. Write “in 3 days”, “fri 9” or “domani alle 9”.")
        self.choices.nothing.setText(no_rule if repeats else no_moment)
        self.choices.at_once = not repeats
        self.text.setVisible(not snoozes)
        self.regardless.setVisible(snoozes)
        self.go.setText(_("Snooze") if snoozes else _("Remind me"))
        self._understand(self.choices.field.text())
        self.choices.setFocus()

    def _understand(self, words: str) -> None:
        if words.strip():
            self.choices.offer(
                Choice(plan, in_full(plan.due), _("repeats") if plan.rule else "") for plan in self._plans(words)
            )
        else:
            self.choices.offer(self._presets())
        self._explain()

    def _plans(self, words: str) -> list[Plan]:
        """What the words can mean for this deed: one plan as a rule, two where they have two meanings."""
        try:
            found = readings(words, self._now, repeats=self.deed is Deed.REPEAT)
        except WrongUse:
            return []
        return [one for one in found if one.due > self._now and not (self.deed is Deed.SNOOZE and one.rule)]

    def _presets(self) -> list[Choice]:
        names = {
            "in 3 hours": _("In three hours"),
            "tonight": _("This evening"),
            "tomorrow": _("Tomorrow morning"),
            "monday": _("On Monday morning"),
            "in 1 week": _("In a week"),
            "every workday": _("Every working day"),
            "every monday": _("Every Monday"),
            "every first monday": _("Every first Monday of the month"),
            "every last day of the month": _("Every last day of the month"),
            "every year": _("Every year"),
        }
        offered = _RULES if self.deed is Deed.REPEAT else _PRESETS
        return [Choice(plan, names[words], at(plan.due)) for words in offered for plan in self._plans(words)[:1]]

    def _explain(self, _row: int = 0) -> None:
        """The date that is meant, with its zone; of a rule the next three."""
        item = self.choices.list.currentItem()
        plan = item.data(Qt.ItemDataRole.UserRole).value if item is not None else None
        self.go.setEnabled(plan is not None)
        if not isinstance(plan, Plan):
            self.meant.setText("")
            return
        times = plan.next_times or (Occurrence(plan.due.replace(tzinfo=None), plan.due),)
        told = "\n".join(in_full(one.moment) for one in times)
        self.meant.setText(f"{told}\n{plan.zone}" if plan.rule else f"{told} ({plan.zone})")

    def _choose(self, plan: object) -> None:
        if isinstance(plan, Plan):
            silent = self.deed is Deed.IF_SILENT
            self.plan = replace(plan, text=self.text.text().strip(), if_no_reply=silent)
            self.accept()


def _deed_of(plan: Plan) -> Deed:
    if plan.rule:
        return Deed.REPEAT
    return Deed.IF_SILENT if plan.if_no_reply else Deed.REGARDLESS
