"""What is checked in a dialog while one writes there, as in the composer: spelling and tone, each with its keys."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit

from ui.commands import keys_of
from ui.composer.spelling import Spelling
from ui.composer.text_field import TextField
from ui.composer.tone_bar import ToneBar
from ui.composer.toning import Toning
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.widgets import ToolButton


class Desk(Protocol):
    """Where one writes: the text, what departs from the tone sheet below it, and the button of the spelling."""

    field: TextField
    tone: ToneBar
    spelling: ToolButton


class Checking:
    """One dialog's, with its heading, until it is closed; what a key could not do stands in the bar of the tone."""

    def __init__(self, core: Core, tasks: Tasks, desk: Desk, heading: QLineEdit) -> None:
        self.tone = Toning(core, tasks, desk.field, desk.tone, desk.tone.say, heading)
        self.spelling = Spelling(core, tasks, desk.field, desk.spelling, desk.tone.say)
        for does, deed in (self.tone.deeds | self.spelling.deeds).items():
            for keys in keys_of(does):
                QShortcut(QKeySequence(keys), desk.field).activated.connect(deed)
        self.tone.reload()

    def close(self) -> None:
        """Nobody writes there any more."""
        self.tone.close()
        self.spelling.close()
