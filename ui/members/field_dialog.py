"""A field that the workspace wants to know of every member: its name, what it holds, whether it comes first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from inbox_app.domain.people import FieldType
from inbox_app.domain.people_words import field_type_name
from inbox_app.i18n import _
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import CheckBox, ChoiceBox, Label, PushButton


class FieldDialog(QDialog):
    """`name`, `type` and `key` are what was decided."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Add a field"))
        self.resize(400, 200)
        self.field = QLineEdit()
        self.field.setAccessibleName(_("Name of the field"))
        self.field.setPlaceholderText(_("Name of the field"))
        self.kind = ChoiceBox(theme)
        self.kind.setAccessibleName(_("What it holds"))
        for one in FieldType:
            self.kind.addItem(field_type_name(one), one.value)
        self._key = CheckBox(_("Show it first"))
        self.problem = Label(theme, tone="red").wrapping()
        self.problem.hide()
        add = PushButton(theme, _("Add the field"), "primary")
        add.clicked.connect(self.accept)
        column = titled_column(theme, self)
        column.addWidget(
            Label(theme, _("Every member of this workspace has it from then on."), tone="second").wrapping()
        )
        column.addWidget(self.field)
        column.addWidget(self.kind)
        column.addWidget(self._key, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addWidget(add, 0, Qt.AlignmentFlag.AlignRight)

    @property
    def name(self) -> str:
        """How it is called."""
        return " ".join(self.field.text().split())

    @property
    def type(self) -> FieldType:
        """What it holds."""
        return FieldType(str(self.kind.currentData()))

    @property
    def key(self) -> bool:
        """Whether it is shown before the others."""
        return self._key.isChecked()

    def accept(self) -> None:
        """A field without a name is none."""
        if self.name:
            super().accept()
