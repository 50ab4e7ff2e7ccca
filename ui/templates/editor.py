"""One text of a template, to be written: what it says, where it fits, what goes along and what is done after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFormLayout,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inbox_app.actions.templating import steps_of
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.placeholders import described
from inbox_app.domain.templates import Family, Template
from inbox_app.domain.wording import Wording, wording_of
from inbox_app.domain.words import Hat
from inbox_app.i18n import _
from ui.composer.files_row import Attached, FilesRow
from ui.composer.text_field import HoleMarks
from ui.theme import fonts
from ui.theme.forms import FormSentence, add_field, stand_above
from ui.theme.paper import paper
from ui.theme.theme import Theme
from ui.theme.widgets import CheckBox, ChoiceBox, Label, ToolButton

_NARROW = 440
_STEPS = "tag thanks\nsnooze in 3 days\ndone"


class TemplateEditor(QScrollArea):
    """Shows a text and holds what is typed; whoever opened it keeps that."""

    edited = Signal()
    files_wanted = Signal()

    def __init__(self, theme: Theme, channels: Mapping[str, str], me: ColleagueId, *, in_team: bool) -> None:
        super().__init__()
        self._theme, self._me, self._shown = theme, me, Wording("", "")
        self._form, self._pairs, self._between = QFormLayout(), list[QBoxLayout](), list[Label]()
        self.name, self.folder = _field(_("Name")), _field(_("Folder"))
        self.shortcut, self.keywords = _field(_("Shortcut"), "/thanks"), _field(_("Keywords"))
        self.language, self.title = _field(_("Language"), _("any, or it, en, …")), _field(_("Title of a post"))
        self.text, self.steps = _area(theme, _("Text")), _area(theme, _("Steps"))
        self.text.setPlaceholderText(_("Hi {example}, …").format(example="{member.first|friend}"))
        self.steps.setPlaceholderText(_STEPS)
        self._marks = HoleMarks(theme, self.text.document())
        self.channel = _box(theme, _("Channel"), {"": _("any"), **channels})
        self.hat = _box(theme, _("Hat"), {"": _("any"), Hat.COMMUNITY: _("Community"), Hat.SOCIAL: _("Social")})
        self.question = CheckBox(_("It asks the community: count the answers"))
        self.personal = CheckBox(_("Only I see it"))
        if not in_team:
            self.personal.hide()
        self.files = FilesRow(theme)
        self.attach = ToolButton(theme, "paperclip", _("Add a picture or another small file"), "link")
        self.did = FormSentence(theme, tone="second")
        self._of_family: Sequence[QWidget] = (
            self.shortcut,
            self.folder,
            self.hat,
            self.question,
            self.steps,
            self.attach,
        )
        self._lay_out(theme)
        self._connect()

    # --- what it holds ----------------------------------------------------------------------------------------------

    def show_text(self, one: Template | None, family: Family | None, wording: Wording | None = None) -> None:
        """Show a text of a family, or begin one."""
        self._shown = wording or (Wording("", "") if one is None else wording_of(one))
        shown = self._shown
        blocked = self.blockSignals(True)
        for field, value in self._texts(shown).items():
            field.setText(value)
            field.setCursorPosition(0)
        self.text.setPlainText(shown.text)
        self.steps.setPlainText("\n".join(map(str, shown.steps)))
        self.channel.setCurrentIndex(max(self.channel.findData(shown.channel), 0))
        self.hat.setCurrentIndex(max(self.hat.findData(shown.hat.value if shown.hat else ""), 0))
        self.question.setChecked(shown.question)
        self.personal.setChecked(shown.owner is not None)
        self.files.show_files(_attached(one) if one else ())
        self._allow(is_variant=one is not None and family is not None and one is not family.first)
        self.blockSignals(blocked)

    def _allow(self, *, is_variant: bool) -> None:
        for part in self._of_family:
            part.setEnabled(not is_variant)
            part.setToolTip(_("This is set on the first text.") if is_variant else "")

    @property
    def shown(self) -> Wording:
        """What it began with, or was kept last: another one for each text that is shown."""
        return self._shown

    @property
    def written(self) -> tuple[object, ...]:
        """All that stands there, as it stands there: of two, whether something was changed in between."""
        lines = [field.text() for field in self._texts(self._shown)]
        areas = [area.toPlainText() for area in (self.text, self.steps)]
        ticks = [tick.isChecked() for tick in (self.question, self.personal)]
        boxes = [box.currentData() for box in (self.channel, self.hat)]
        return (*lines, *areas, *ticks, *boxes, self.files.all)

    def go_on(self, one: Template, family: Family, files: Sequence[Attached]) -> None:
        """What stood there with these files is kept as this text: what was written since, and the cursor, stay."""
        self._shown = wording_of(one)
        self.files.go_on(files, _attached(one))
        self._allow(is_variant=one is not family.first)

    def wording(self, now: int) -> Wording:
        """What is written. Raises `WrongUse` where a step is not understood."""
        return replace(
            self._shown,
            name=self.name.text(),
            text=self.text.toPlainText(),
            folder=self.folder.text(),
            shortcut=self.shortcut.text(),
            keywords=self.keywords.text(),
            language=self.language.text(),
            channel=self.channel.currentData() or "",
            owner=self._me if self.personal.isChecked() else None,
            hat=Hat(self.hat.currentData()) if self.hat.currentData() else None,
            title=self.title.text(),
            steps=steps_of(self.steps.toPlainText().splitlines(), now),
            question=self.question.isChecked(),
        )

    def _texts(self, shown: Wording) -> dict[QLineEdit, str]:
        return {
            self.name: shown.name,
            self.folder: shown.folder,
            self.shortcut: shown.shortcut,
            self.keywords: shown.keywords,
            self.language: shown.language,
            self.title: shown.title,
        }

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        for field in (self.name, self.folder, self.shortcut, self.keywords, self.language, self.title):
            field.textEdited.connect(self._changed)
        for area in (self.text, self.steps):
            area.textChanged.connect(self._changed)
        for box in (self.channel, self.hat):
            box.activated.connect(self._changed)
        for tick in (self.question, self.personal):
            tick.clicked.connect(self._changed)
        self.files.removed.connect(self._changed)
        self.attach.clicked.connect(self.files_wanted)

    def _changed(self) -> None:
        self.edited.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window what stands side by side stands one below the other."""
        super().resizeEvent(event)
        narrow = self.viewport().width() < self._theme.scaled(_NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        for pair in self._pairs:
            pair.setDirection(way)
        stand_above(self._form, narrow)
        # Qt lays the name of a high field into 7/4 of its own height: so it is level with the first line.
        for area in self._framed:
            name = self._form.labelForField(area)
            name.setMinimumHeight(0 if narrow else self.name.sizeHint().height() * 4 // 7)

    def _lay_out(self, theme: Theme) -> None:
        form = self._form
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(8)
        rows = (
            (_("Name"), self.name, _("Folder"), self.folder),
            (_("Shortcut"), self.shortcut, _("Keywords"), self.keywords),
            (_("Language"), self.language, _("Channel"), self.channel),
        )
        for label, field, other, beside in rows:
            add_field(form, label, self._beside(field, other, beside))
        self._framed = _framed(self.text, theme.scaled(128)), _framed(self.steps, theme.scaled(72))
        form.addRow(_("Text"), self._framed[0])
        form.addRow("", _hint(theme))
        add_field(form, _("Files"), _stacked(self.files, self.attach))
        form.addRow(_("Steps"), self._framed[1])
        add_field(form, _("Hat"), self._beside(self.hat, _("Title of a post"), self.title))
        widest = max(name.sizeHint().width() for name in self._between)
        for name in self._between:
            name.setMinimumWidth(widest)
        form.addRow("", _stacked(self.question, self.personal))
        form.addRow("", self.did)
        room = QWidget()
        room.setProperty("plain", True)
        column = QVBoxLayout(room)
        column.setContentsMargins(4, 4, 12, 4)
        column.addLayout(form)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(room)

    def _beside(self, field: QWidget, label: str, other: QWidget) -> QWidget:
        line = QWidget()
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        between = Label(self._theme, label)
        self._between.append(between)
        for part, stretch in ((field, 1), (between, 0), (other, 1)):
            row.addWidget(part, stretch)
        self._pairs.append(row)
        return line


def _attached(one: Template) -> list[Attached]:
    return [Attached(file.id, file.name, file.media_type, file.size) for file in one.files]


def _field(name: str, hint: str = "") -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    made.setMinimumWidth(60)
    return made


def _area(theme: Theme, name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setAccessibleName(name)
    made.setTabChangesFocus(True)
    made.setFont(theme.font(fonts.MESSAGE))
    return made


def _box(theme: Theme, name: str, choices: Mapping[str, str]) -> ChoiceBox:
    made = ChoiceBox(theme)
    made.setAccessibleName(name)
    for value, text in choices.items():
        made.addItem(text, str(value))
    return made


def _framed(area: QPlainTextEdit, height: int) -> QWidget:
    area.setFixedHeight(height)
    return paper(area)


def _stacked(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for part in parts:
        column.addWidget(part)
    return made


def _hint(theme: Theme) -> FormSentence:
    known = _("Variables: {first} and others; after | stands what is said where nothing is known.")
    made = FormSentence(theme, known.format(first="{member.first|friend}"))
    made.setToolTip("\n".join(f"{{{name}}}  {about}" for name, about in described()))
    return made
