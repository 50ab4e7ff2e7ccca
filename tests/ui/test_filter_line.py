"""A filter as text is in sight whole, however narrow the dialog, and stays one line for whoever reads it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tests.ui.keeping import Keep
from tests.ui.patience import until
from ui.views.filter_line import FilterLine

pytestmark = pytest.mark.ui
LONG = "text:parcel (kind:comments or kind:direct or tag:vip) not hat:social state:open"


@pytest.mark.usefixtures("theme")
async def test_it_is_as_high_as_what_stands_in_it(keep: Keep) -> None:
    page = keep(QWidget())
    line = FilterLine()
    QVBoxLayout(page).addWidget(line)
    page.resize(900, 300)
    page.show()
    line.setText("tag:vip")
    await until(lambda: line.height() == line.sizeHint().height(), "one line")
    low = line.height()
    line.setText(LONG)
    page.resize(260, 300)
    await until(lambda: line.height() > low, "more lines")
    await until(lambda: line.verticalScrollBar().maximum() == 0, "all of it in sight")
    told: list[str] = []
    line.edited.connect(told.append)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert (line.text(), told) == (LONG, [])
    line.moveCursor(line.textCursor().MoveOperation.End)
    QTest.keyClicks(line, "x")
    assert told == [LONG + "x"]
