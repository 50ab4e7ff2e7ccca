"""What sends in the composer picks and sends in the picker, whatever key a person gave it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from inbox_app.domain.ids import TemplateId
from inbox_app.domain.macro import Deed, Step
from inbox_app.domain.templates import Family, Template
from tests.ui.keeping import Keep
from tests.unit.domain.test_templates import FAMILY, NOW
from ui.commands import wear_keys
from ui.templates.picker import Picker
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui
CONTROL = Qt.KeyboardModifier.ControlModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier


@pytest.fixture
def own_key() -> Iterator[None]:
    wear_keys({"send": "Ctrl+S"})
    yield
    wear_keys({})


@pytest.fixture
def window(keep: Keep) -> QWidget:
    shown = keep(QWidget())
    shown.resize(900, 600)
    shown.show()
    return shown


def opened(theme: Theme, window: QWidget) -> Picker:
    picker = Picker(theme, window, window, (FAMILY,))
    picker.start()
    picker.show()
    return picker


def line_of(picker: Picker) -> str:
    return next(one.text() for one in picker.findChildren(QLabel) if "Esc" in one.text())


@pytest.mark.parametrize(
    ("key", "held", "sends"),
    [
        (Qt.Key.Key_Return, CONTROL, True),
        (Qt.Key.Key_Enter, CONTROL | KEYPAD, True),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, False),
    ],
)
def test_enter_inserts_and_with_ctrl_it_sends(
    theme: Theme, window: QWidget, key: Qt.Key, held: Qt.KeyboardModifier, sends: bool
) -> None:
    picker = opened(theme, window)
    QTest.keyClick(picker.choices.field, key, held)
    assert (picker.chosen, picker.at_once) == (TemplateId(FAMILY.first.id), sends)


@pytest.mark.usefixtures("own_key")
def test_a_key_of_ones_own_is_named_and_holds(theme: Theme, window: QWidget) -> None:
    picker = opened(theme, window)
    assert "Ctrl+S sends" in line_of(picker)
    QTest.keyClick(picker.choices.field, Qt.Key.Key_Return, CONTROL)
    assert not picker.at_once
    picker = opened(theme, window)
    QTest.keyClick(picker.choices.field, Qt.Key.Key_S, CONTROL)
    assert picker.at_once
    assert picker.chosen is not None


def test_templates_that_say_something_stand_first(theme: Theme, window: QWidget) -> None:
    done = Template(TemplateId("done"), "Thanked and done", "", NOW, shortcut="/done", steps=(Step(Deed.DONE),))
    thanks = Template(TemplateId("thanks"), "Thanks", "Thank you!", NOW, steps=(Step(Deed.DONE),))
    picker = Picker(theme, window, window, (Family(done), Family(thanks)))
    picker.start()
    assert [one.name for one in picker.choices.offered] == ["Thanks", "Thanked and done"]
    picker.choices.field.setText("/done")
    assert [one.name for one in picker.choices.offered] == ["Thanked and done"]


def test_what_sends_says_nothing_while_nothing_fits(theme: Theme, window: QWidget) -> None:
    picker = opened(theme, window)
    QTest.keyClicks(picker.choices.field, "nothing of this name")
    QTest.keyClick(picker.choices.field, Qt.Key.Key_Return, CONTROL)
    assert (picker.chosen, picker.at_once) == (None, False)
