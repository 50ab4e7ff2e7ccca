"""The tone sheet to be written: how the brand speaks everywhere, and what differs on a channel or under a hat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from inbox_app.actions import toning
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.tone import Rule, ToneSheet
from inbox_app.domain.tone_text import values_of
from inbox_app.domain.words import Hat
from inbox_app.i18n import LazyText, _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected
from inbox_app.queries import tone
from ui import dialogs
from ui.core import Core
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.paper import paper
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import ChoiceBox, Label, PushButton

_LINES: Final[Mapping[Rule, tuple[LazyText, LazyText]]] = {
    Rule.GREETING: (N_("Begins with one of"), N_("Hi, Hello – apart by commas, the usual one first")),
    Rule.CLOSING: (N_("Ends with one of"), N_("Warmly, The potters – apart by semicolons")),
    Rule.NEVER: (N_("Words we never use"), N_("synergy, asap – apart by commas")),
    Rule.EMOJI: (N_("Emoji at most"), N_("no limit")),
    Rule.EXCLAMATION: (N_("Exclamation marks at most"), N_("no limit")),
}
_LEAST_PAPER, _LINE = 96, 34
_APART: Final = {Rule.GREETING: ",", Rule.CLOSING: ";", Rule.NEVER: ",", Rule.EMOJI: ",", Rule.EXCLAMATION: ","}


class ToneDialog(QDialog):
    """`load` before it is opened."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._sheet = ToneSheet()
        self.setWindowTitle(_("Tone sheet"))
        self.resize(640, 720)
        self.place = _box(theme, _("Where these rules hold"), self._places())
        self.address = _box(
            theme,
            _("Form of address"),
            {"": _("not laid down"), "informal": _("informal (tu)"), "formal": _("formal (Lei)")},
        )
        self.question = _box(theme, _("Ends with a question"), {"": _("not laid down"), "yes": _("yes"), "no": _("no")})
        self.lines = {rule: _line(theme, str(name), str(hint)) for rule, (name, hint) in _LINES.items()}
        self.prefer = QPlainTextEdit()
        self.prefer.setAccessibleName(_("What we say instead"))
        self.prefer.setPlaceholderText(_("cheap = affordable – one a line"))
        self.prefer.setFont(theme.font(fonts.BODY))
        self.prefer.setTabChangesFocus(True)
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.keep = PushButton(theme, _("Save"), "primary")
        self.keep.setDefault(True)
        self.keep.clicked.connect(lambda: tasks.start(self._keep(), "tone sheet"))
        self.place.activated.connect(lambda: tasks.start(self._turn(), "tone sheet"))
        self._shown = ""
        self._lay_out()

    async def load(self) -> None:
        """Read the sheet and show what holds everywhere."""
        self._sheet = await tone.sheet(self._core.store)
        self._show("")

    def _places(self) -> dict[str, str]:
        channels = {key: str(one.name) for key, one in self._core.catalogue.items()}
        hats = {Hat.COMMUNITY.value: _("Under the community hat"), Hat.SOCIAL.value: _("Under the social hat")}
        return {"": _("Everywhere"), **hats, **channels}

    # --- what it holds ----------------------------------------------------------------------------------------------

    def _show(self, place: str) -> None:
        self._shown = place
        voice = self._sheet.of(place)
        self.place.setCurrentIndex(self.place.findData(place))
        for box, rule in ((self.address, Rule.ADDRESS), (self.question, Rule.QUESTION)):
            box.setCurrentIndex(box.findData("".join(values_of(voice, rule))))
        for rule, line in self.lines.items():
            line.setText(f"{_APART[rule]} ".join(values_of(voice, rule)))
            # What does not fit is cut at its end, and not at its beginning.
            line.setCursorPosition(0)
        self.prefer.setPlainText("\n".join(values_of(voice, Rule.PREFER)))
        self._tell("")

    def _rules(self) -> dict[Rule, list[str]]:
        written = {rule: line.text().split(_APART[rule]) for rule, line in self.lines.items()}
        return {
            **written,
            Rule.ADDRESS: [self.address.currentData()],
            Rule.QUESTION: [self.question.currentData()],
            Rule.PREFER: self.prefer.toPlainText().splitlines(),
        }

    def _is_changed(self) -> bool:
        voice = self._sheet.of(self._shown)
        return any(
            tuple(word.strip() for word in words if word.strip()) != values_of(voice, rule)
            for rule, words in self._rules().items()
        )

    def _tell(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    # --- doing ------------------------------------------------------------------------------------------------------

    async def _keep(self) -> None:
        if await self._save():
            self.accept()

    async def _save(self) -> bool:
        """Whether all that stands there is kept: what was written meanwhile is not, and stays."""
        written = self._rules()
        try:
            self._sheet = await toning.lay_down(self._core.store, self._shown, written)
        except UserFacingError as refused:
            self._tell(refused.message)
            return False
        return self._rules() == written

    async def _turn(self) -> None:
        """To another place; what was changed here is kept, or what makes no sense is said."""
        wanted = self.place.currentData()
        if wanted == self._shown:
            return
        if self._is_changed() and not await self._save():
            self.place.setCurrentIndex(self.place.findData(self._shown))
            return
        self._show(wanted)

    def reject(self) -> None:
        """Closing asks about what is not saved."""
        self._tasks.start(self._close(), "tone sheet")

    async def _close(self) -> None:
        sentence = _("The rules were changed and are not saved.")
        if not self._is_changed() or await dialogs.confirm(self, _("Discard the changes?"), sentence, _("Discard")):
            super().reject()

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        about = _("Each text is checked against these rules while it is written, on this computer and by them alone.")
        form = QFormLayout()
        form.setContentsMargins(0, 0, 8, 0)
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows: list[QWidget] = [self.place, self.address, *self.lines.values()]
        sheet = paper(self.prefer)
        sheet.setAccessibleName(self.prefer.accessibleName())
        sheet.setMinimumHeight(self._theme.scaled(_LEAST_PAPER))
        for widget in (*rows, sheet, self.question):
            label = Label(self._theme, widget.accessibleName(), tone="second")
            if widget is not sheet:
                label.setMinimumHeight(self._theme.scaled(_LINE))
            form.addRow(label, widget)
        room = QWidget()
        room.setProperty("plain", True)
        room.setLayout(form)
        area = scrolling(room)
        foot = QHBoxLayout()
        foot.addWidget(self.problem, 1)
        foot.addStretch()
        foot.addWidget(self.keep)
        column = titled_column(self._theme, self)
        column.addWidget(Label(self._theme, about, tone="second").wrapping())
        column.addWidget(area, 1)
        column.addLayout(foot)


def _box(theme: Theme, name: str, choices: Mapping[str, str]) -> ChoiceBox:
    made = ChoiceBox(theme)
    made.setAccessibleName(name)
    made.setFont(theme.font(fonts.BODY))
    for value, shown in choices.items():
        made.addItem(shown, value)
    return made


def _line(theme: Theme, name: str, hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    made.setFont(theme.font(fonts.BODY))
    return made
