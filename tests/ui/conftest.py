"""A dressed theme for widgets under test."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inbox_app.settings import Theme as Wanted
from ui.theme.theme import Theme


@pytest.fixture
def theme(qapp: QApplication, qtbot: QtBot) -> Theme:
    made = Theme(Wanted.LIGHT)
    made.dress(qapp)
    return made
