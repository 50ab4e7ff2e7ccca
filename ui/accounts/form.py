"""A sign-in's form: one widget per field, the rare ones behind a switch, secrets masked and never kept."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from inbox_app.contract.login import Field, FieldType, Form
from inbox_app.i18n import _
from ui.theme.forms import FormSentence, add_field
from ui.theme.theme import Theme
from ui.theme.widgets import ChoiceBox, ToolButton


class FormFields(QWidget):
    """Shows a `Form` and gives its answers; what was typed stays when the same form comes back."""

    submitted = Signal()
    """Enter was pressed in a field."""
    edited = Signal()
    """Something was typed or chosen."""

    def __init__(self, theme: Theme, form: Form, typed: Mapping[str, str]) -> None:
        super().__init__()
        self._fields = form.fields
        self._typed = frozenset(typed)
        self._rows: list[tuple[Field, QFormLayout, QWidget]] = []
        self._inputs = {field.name: _input(theme, field, typed.get(field.name, "")) for field in form.fields}
        simple = [field for field in form.fields if not field.advanced]
        rare = [field for field in form.fields if field.advanced]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._block(theme, simple))
        self._more = ToolButton(theme, "caret-down", _("Server settings and more"), "link")
        self._more.setCheckable(True)
        self._rare = self._block(theme, rare)
        self._more.toggled.connect(self._rare.setVisible)
        self._more.toggled.connect(lambda opened: self._more.show_icon("caret-up" if opened else "caret-down"))
        self._rare.hide()
        column.addWidget(self._more)
        # Not before it has its place: until then it would open as a window of its own and take the keys.
        if not rare:
            self._more.hide()
        column.addWidget(self._rare)
        column.addStretch()
        self._align()
        self._shown = self.answers()
        for box in self._inputs.values():
            if isinstance(box, QComboBox):
                box.currentTextChanged.connect(self._show_asked)
                box.currentTextChanged.connect(self.edited)
        self._show_asked()

    @property
    def shows_all(self) -> bool:
        """Whether the rare fields are in sight."""
        return self._more.isChecked()

    def show_all(self) -> None:
        """Show the rare fields too."""
        self._more.setChecked(True)

    def answers(self) -> dict[str, str]:
        """What stands in the fields; an untouched default is left to the channel."""
        return {name: _value(widget) for name, widget in self._inputs.items()}

    def changed(self) -> dict[str, str]:
        """What the person typed or chose, without what stood there before."""
        typed = self._typed | {name for name, value in self.answers().items() if value != self._shown[name]}
        return {name: value for name, value in self.answers().items() if name in typed}

    def missing(self) -> str:
        """A sentence about the first required field that is empty; empty when all are there."""
        for field in self._fields:
            if field.required and field.is_asked(self.answers()) and not _value(self._inputs[field.name]).strip():
                if field.advanced:
                    self.show_all()
                self._inputs[field.name].setFocus()
                return _("Fill in “{field}”.").format(field=field.label)
        return ""

    def field(self, name: str) -> QWidget:
        """The widget of a field."""
        return self._inputs[name]

    def focus(self) -> None:
        """Begin at the first field in sight that must be answered, else at a secret: it is what was refused, mostly.

        A secret never lands in a field beside it, where it could be read: one that need not be answered comes last.
        """
        shown = [(field, self._inputs[field.name]) for field in self._fields]
        shown = [(field, one) for field, one in shown if one.isVisibleTo(self)]
        needed = [one for field, one in shown if field.required and not _value(one)]
        secret = [one for field, one in shown if field.type is FieldType.SECRET and not field.advanced]
        offered = [one for field, one in shown if not field.advanced and not _value(one)]
        for one in (*needed, *secret, *offered, *(one for _field, one in shown))[:1]:
            one.setFocus()
            if isinstance(one, QLineEdit):
                one.selectAll()

    def _block(self, theme: Theme, fields: list[Field]) -> QWidget:
        block = QWidget()
        rows = QFormLayout(block)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for field in fields:
            widget = self._inputs[field.name]
            add_field(rows, str(field.label), widget)
            self._rows.append((field, rows, widget))
            if said := str(field.hint):
                hint = FormSentence(theme, said)
                rows.addRow("", hint)
                self._rows.append((field, rows, hint))
            if isinstance(widget, QLineEdit):
                widget.returnPressed.connect(self.submitted)
                widget.textEdited.connect(self.edited)
        return block

    def _align(self) -> None:
        """The fields of both blocks begin below each other."""
        names = [
            rows.labelForField(widget)
            for _field, rows, widget in self._rows
            if isinstance(widget, QLineEdit | QComboBox)
        ]
        widest = max((name.sizeHint().width() for name in names), default=0)
        for name in names:
            name.setMinimumWidth(widest)

    def _show_asked(self) -> None:
        """What another choice leaves no need for is out of sight."""
        answers = self.answers()
        for field, rows, widget in self._rows:
            rows.setRowVisible(widget, field.is_asked(answers))


def _input(theme: Theme, field: Field, typed: str) -> QWidget:
    value = typed or ("" if field.type is FieldType.SECRET else field.default)
    widget: QWidget
    if field.type is FieldType.CHOICE:
        widget = ChoiceBox(theme)
        for choice, words in zip(field.choices, field.words or field.choices, strict=True):
            widget.addItem(str(words), choice)
        widget.setCurrentIndex(max(widget.findData(value or field.default), 0))
    else:
        widget = QLineEdit(value)
        if field.type is FieldType.SECRET:
            widget.setEchoMode(QLineEdit.EchoMode.Password)
    widget.setAccessibleName(str(field.label))
    widget.setAccessibleDescription(str(field.hint))
    widget.setObjectName(field.name)
    return widget


def _value(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return str(widget.currentData())
    return widget.text() if isinstance(widget, QLineEdit) else ""
