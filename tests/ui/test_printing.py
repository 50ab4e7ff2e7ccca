"""What is drawn to paper says what it is: there is no window around it any more."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from inbox_app.domain.report import Part
from inbox_app.settings import Theme as Wanted
from tests.servers.fixtures import skipped_without_program
from tests.servers.programs import find_program
from tests.ui.keeping import Keep
from ui.community.charts import Heat
from ui.community.printing import print_widget
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.widgets import Label, NameButton

pytestmark = pytest.mark.ui


def test_a_title_stands_above_the_first_page_alone_and_nothing_is_lost(
    theme: Theme, keep: Keep, tmp_path: Path
) -> None:
    sheet = keep(QLabel("\n".join(f"line {number}." for number in range(150))))
    sheet.resize(600, sheet.sizeHint().height())
    with skipped_without_program():
        program = find_program("pdftotext", "poppler-utils")
    print_widget(sheet, tmp_path / "sheet.pdf", "Report", "Bottega, in May", theme)
    read = [program, str(tmp_path / "sheet.pdf"), "-"]
    text = subprocess.run(read, check=True, capture_output=True, text=True, timeout=60).stdout
    first, *others = text.split("\f")[:-1]
    assert first.startswith("Report\nBottega, in May\n")
    assert others
    assert "Report" not in "".join(others)
    told = " ".join([first, *others])
    assert [number for number in range(150) if f"line {number}." not in told] == []


@pytest.fixture
def dark(theme: Theme) -> Iterator[Theme]:
    theme.wear(Wanted.DARK)
    yield theme
    theme.wear(Wanted.LIGHT)


def test_a_dark_window_prints_on_white_and_stays_dark(dark: Theme, keep: Keep, tmp_path: Path) -> None:
    # As the report has it: in an area, which has what is in it fill its ground.
    sheet = QWidget()
    area = keep(scrolling(sheet))
    column = QVBoxLayout(sheet)
    heat = Heat(dark, Part.HEAT, "When members write")
    column.addWidget(Label(dark, "Messages"))
    column.addWidget(NameButton(dark, "12", "Show them"))
    column.addWidget(heat)
    area.resize(600, 300)
    area.show()
    before = sheet.grab().toImage()
    with skipped_without_program():
        program = find_program("pdftoppm", "poppler-utils")
    print_widget(sheet, tmp_path / "sheet.pdf", "Report", "Bottega", dark)
    order = [program, "-r", "40", "-png", "-singlefile", str(tmp_path / "sheet.pdf"), str(tmp_path / "page")]
    subprocess.run(order, check=True, timeout=60)
    page = QImage(str(tmp_path / "page.png"))
    lights = [page.pixelColor(x, y).lightness() for x in range(page.width()) for y in range(page.height())]
    assert sum(one > 200 for one in lights) > 0.9 * len(lights), "white paper"
    assert min(lights) < 120, "dark letters"
    assert sheet.grab().toImage() == before
