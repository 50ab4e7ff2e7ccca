"""Forms: names at the left, fields at the right, each name level with the first line of its field.

Qt sets a name a little above the middle of what it belongs to, as if every field were as low as a line of text.
https://doc.qt.io/qt-6/qformlayout.html
"""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label

_NAMES, _FIELDS = QFormLayout.ItemRole.LabelRole, QFormLayout.ItemRole.FieldRole
_ONE_LINE = 3.0
"""What is higher than so many times its name has several lines, and the name stands at the first."""


def add_field(form: QFormLayout, name: str, field: QWidget) -> None:
    """One more row: a field with its name."""
    label = QLabel(name)
    label.setBuddy(field)
    for one in (label, field):
        one.ensurePolished()
    _level(label, field)
    form.addRow(label, field)


def stand_above(form: QFormLayout, above: bool) -> None:
    """In a narrow window each name stands above its field, as near to it as every other; or at its left again."""
    wraps = QFormLayout.RowWrapPolicy
    form.setRowWrapPolicy(wraps.WrapAllRows if above else wraps.DontWrapRows)
    for row in range(form.rowCount()):
        label, field = (form.itemAt(row, role) for role in (_NAMES, _FIELDS))
        name, beside = (item and item.widget() for item in (label, field))
        if isinstance(name, QLabel) and isinstance(beside, QWidget):
            name.setMinimumHeight(0)
            if not above:
                _level(name, beside)


class FormSentence(Label):
    """A sentence below a field: as high as its lines are at its width, for which this layout does not ask."""

    def __init__(self, theme: Theme, text: str = "", tone: str = "meta") -> None:
        super().__init__(theme, text, size=fonts.META, tone=tone)
        self.wrapping()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


def _level(name: QLabel, field: QWidget) -> None:
    low, high = name.sizeHint().height(), field.sizeHint().height()
    if low < high < low * _ONE_LINE:
        name.setMinimumHeight(high)
