"""Forms: names at the left, fields at the right, each name level with the first line of its field.

Qt sets a name a little above the middle of what it belongs to, as if every field were as low as a line of text.
https://doc.qt.io/qt-6/qformlayout.html
"""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

_ONE_LINE = 3.0
"""What is higher than so many times its name has several lines, and the name stands at the first."""


def add_field(form: QFormLayout, name: str, field: QWidget) -> None:
    """One more row: a field with its name."""
    label = QLabel(name)
    label.setBuddy(field)
    for one in (label, field):
        one.ensurePolished()
    low, high = label.sizeHint().height(), field.sizeHint().height()
    if low < high < low * _ONE_LINE:
        label.setMinimumHeight(high)
    form.addRow(label, field)
