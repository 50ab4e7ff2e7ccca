"""What is drawn to paper says what it is: there is no window around it any more."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from tests.servers.fixtures import skipped_without_program
from tests.servers.programs import find_program
from tests.ui.keeping import Keep
from ui.community.printing import print_widget
from ui.theme.theme import Theme

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
