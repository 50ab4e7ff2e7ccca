"""How dialogs end: Enter in a field does what the dialog is for, and on what gives it up it gives up."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from tests.ui.keeping import Keep
from ui.line_dialog import LineDialog, Wanted
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui
DONE, GIVEN_UP = QDialog.DialogCode.Accepted.value, QDialog.DialogCode.Rejected.value


@pytest.mark.parametrize(
    ("typed", "on_cancel", "ends"), [("why", False, [DONE]), ("why", True, [GIVEN_UP]), ("", False, [])]
)
def test_enter_means_what_has_the_focus(theme: Theme, keep: Keep, typed: str, on_cancel: bool, ends: list[int]) -> None:
    dialog = keep(LineDialog(theme, keep(QWidget()), Wanted("Report", "Why?", "Report it")))
    ended: list[int] = []
    dialog.finished.connect(ended.append)
    dialog.show()
    dialog.field.setText(typed)
    (cancel,) = [one for one in dialog.findChildren(QPushButton) if one is not dialog.go]
    which: QWidget = cancel if on_cancel else dialog.field
    which.setFocus()
    QTest.keyClick(which, Qt.Key.Key_Return)
    assert ended == ends
