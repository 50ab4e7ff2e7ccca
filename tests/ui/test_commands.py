"""The table of commands: every key reaches its command, none stands for two, and letters typed stay letters."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QVBoxLayout, QWidget

from inbox_app.i18n import _, set_language
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.command_bar import CommandBar
from ui.commands import COMMANDS, Command, Does, When, Where, first_key, key_text, keys_of, unique_commands
from ui.shortcuts import Shortcuts
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

EVERY_KEY = [(command, key) for command in COMMANDS for key in command.keys]


class Room(QWidget):
    """A window with a list and a text field, and what its keys asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.list, self.field = QListWidget(), QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.list)
        column.addWidget(self.field)
        self.given: list[Does] = []
        self.allowed = True
        self.refused: list[When] = []
        self.shortcuts = Shortcuts(
            self, (self.list,), self.given.append, lambda when: self.allowed, self.refused.append
        )


@pytest.fixture
async def room(theme: Theme, keep: Keep) -> Room:
    made = keep(Room())
    made.show()
    made.activateWindow()
    await until(made.isActiveWindow, "the window in front")
    return made


def strike(widget: QWidget, key: str) -> None:
    """Every stroke of a key of the table, where the focus is."""
    widget.setFocus()
    sequence = QKeySequence(key)
    for place in range(sequence.count()):
        stroke = sequence[place]  # type: ignore[index]
        QTest.keyClick(widget, stroke.key(), stroke.keyboardModifiers())


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac's keyboard has both keys, each with its sign")
def test_keys_are_called_as_the_guide_and_the_keyboard_call_them() -> None:
    assert (first_key(Does.SEND), key_text(Does.SEND)) == ("Ctrl+Enter", "Ctrl+Enter")
    assert key_text(Does.REPLY) == "R · Enter"


def test_no_key_stands_for_two_commands() -> None:
    spelled = Counter(QKeySequence(key).toString() for _command, key in EVERY_KEY)
    assert [key for key, times in spelled.items() if times > 1] == []
    assert all(spelled), "every key is one that Qt knows"


def test_no_key_is_the_beginning_of_a_chord() -> None:
    single = {QKeySequence(key).toString() for _command, key in EVERY_KEY if "," not in key}
    assert not {key.partition(",")[0] for _command, key in EVERY_KEY if "," in key} & single


def test_no_key_writes_a_letter_somewhere() -> None:
    """On Windows AltGr is Ctrl and Alt: so Polish is written, and @ and € on many keyboards."""
    written = {f"Ctrl+Alt+{letter}" for letter in "ACELNOSXZQ"}
    assert not written & {key for one in COMMANDS for key in one.keys}


def test_every_command_has_a_name_and_a_key() -> None:
    assert {command.does for command in COMMANDS} == set(Does)
    assert all(str(command.name) and command.keys for command in COMMANDS)
    assert len({str(command.name) for command in unique_commands()}) == len(Does)


@pytest.mark.parametrize(("command", "key"), EVERY_KEY, ids=[f"{c.does.name}-{key}" for c, key in EVERY_KEY])
async def test_every_key_reaches_its_command(room: Room, command: Command, key: str) -> None:
    strike(room.list, key)
    await until(lambda: room.given, f"what {key} asks for", 2)
    assert room.given == [command.does]


@pytest.mark.parametrize(("command", "key"), [(c, k) for c, k in EVERY_KEY if c.where is not Where.ANYWHERE])
async def test_keys_that_are_text_are_typed(room: Room, command: Command, key: str) -> None:
    strike(room.field, key)
    strike(room.field, "Ctrl+K")
    await until(lambda: room.given, "the key after it", 2)
    assert room.given == [Does.COMMANDS]


async def test_a_command_that_makes_no_sense_now_is_not_given(room: Room) -> None:
    room.allowed = False
    for _command, key in EVERY_KEY:
        strike(room.list, key)
    room.allowed = True
    strike(room.list, "J")
    await until(lambda: room.given, "the key after them", 2)
    assert room.given == [Does.NEXT]


async def test_the_window_knows_what_to_do_for_each(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> None:
    window = keep(AppWindow(tasks, theme))
    assert not window.allows(When.WORKSPACE)
    window.put_in(Workplace(core, tasks, theme))
    assert window.workplace is not None
    assert window.allows(When.WORKSPACE)
    assert not window.allows(When.CONVERSATION)
    assert set(window.deeds) | set(window.workplace.deeds) == set(Does)
    await window.workplace.close_down()


@pytest.fixture
async def inbox_window(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[AppWindow]:
    await core.tell(said("a", 1), said("b", 2))
    window = keep(AppWindow(tasks, theme))
    window.put_in(Workplace(core, tasks, theme))
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    yield window
    assert window.workplace is not None
    await window.workplace.close_down()


async def test_an_e_in_a_reply_is_a_letter_and_in_the_list_it_is_done(inbox_window: AppWindow) -> None:
    place = inbox_window.workplace
    assert place is not None
    await until(lambda: len(place.bridge.ids) == 2, "the list")
    first, second = place.bridge.ids
    place.open(first)
    await until(lambda: place.answering.writing.conversation == first, "the draft")
    strike(place.composer.field, "E")
    assert place.composer.text.lower() == "e"
    assert list(place.bridge.ids) == [first, second]
    strike(place.list.view, "E")
    await until(lambda: list(place.bridge.ids) == [second], "one conversation less")


def test_the_bar_finds_commands_by_parts_of_their_names(theme: Theme) -> None:
    parent = QWidget()
    bar = CommandBar(theme, parent, lambda command: command.when is not When.CONVERSATION)
    offered = {one.name for one in bar.choices.offered}
    assert "Done" not in offered
    bar.choices.field.setText("member pan")
    (shown,) = bar.choices.offered
    assert shown.aside == QKeySequence(keys_of(Does.PANEL)[0]).toString()
    QTest.keyClick(bar.choices.field, Qt.Key.Key_Return)
    assert bar.chosen is Does.PANEL
    parent.deleteLater()


def test_where_no_command_fits_the_bar_says_so(theme: Theme) -> None:
    parent = QWidget()
    parent.resize(900, 700)
    parent.show()
    bar = CommandBar(theme, parent, lambda _command: True)
    bar.show()
    bar.choices.field.setText("xyzzy")
    assert bar.choices.nothing.isVisible()
    assert not bar.choices.list.isVisible()
    QTest.keyClick(bar.choices.field, Qt.Key.Key_Return)
    assert bar.chosen is None
    parent.deleteLater()


def test_a_page_is_called_as_the_command_that_opens_it() -> None:
    """“Report” was translated as what one does with spam, and stood so above the figures."""
    names = [str(one.name) for one in COMMANDS if str(one.name).endswith("…")]
    set_language("it")
    try:
        said = {name[:-1]: (_(name[:-1]), _(name)[:-1]) for name in names}
    finally:
        set_language("en")
    assert {name: both for name, both in said.items() if both[0] not in (name, both[1])} == {}
