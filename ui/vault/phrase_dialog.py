"""The recovery phrase: shown this once, to be printed or written down, and typed back before anything is encrypted."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inbox_app.actions.encrypting import NewKey
from inbox_app.actions.unlocking import WrongPhrase
from inbox_app.domain.errors import UserFacingError
from inbox_app.i18n import _
from ui import dialogs
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import foot, titled_column
from ui.theme.widgets import Label, PushButton
from ui.vault.phrase_sheet import write_sheet

_ACROSS = 4
_LARGE = 17


class PhraseDialog(QDialog):
    """Accepted once the phrase was typed back."""

    print_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None, name: str, made: NewKey) -> None:
        super().__init__(parent)
        self._theme, self._made, self.name = theme, made, name
        self.setWindowTitle(_("Recovery phrase of {name}").format(name=name))
        self.setMinimumWidth(560)
        self.typed = QLineEdit()
        self.typed.setAccessibleName(_("Type the recovery phrase back"))
        self.typed.setPlaceholderText(_("Type it back, from the paper"))
        self.typed.textChanged.connect(lambda _text: self._judge())
        self.problem = Label(theme, "", tone="second").wrapping()
        self.save = PushButton(theme, _("Save a sheet to print…"), "plain")
        self.save.clicked.connect(self.print_asked)
        self.go = PushButton(theme, _("I have it, go on"), "primary")
        self.go.clicked.connect(self.accept)
        self._lay_out()
        self._judge()
        self.typed.setFocus()
        self.resize(580, 420)

    def _judge(self) -> None:
        """Nothing goes on before the phrase was typed; what is not right is said."""
        text, right = self.typed.text().strip(), False
        self.problem.setText("")
        if text:
            try:
                right = self._made.is_typed(text)
                self.problem.setText("" if right else _("This is not the phrase above."))
            except WrongPhrase as wrong:
                self.problem.setText(wrong.message)
        self.go.setEnabled(right)

    def _lay_out(self) -> None:
        about = _(
            "Whoever has this phrase can open the workspace, and without it nobody can once this computer's keyring is "
            "lost: not even we. Print it or write it down, and keep it away from this computer. It is shown this once."
        )
        column = titled_column(self._theme, self)
        column.addWidget(self._scrolled(Label(self._theme, about, tone="second").wrapping(), self._card()), 1)
        column.addWidget(self.typed)
        column.addWidget(self.problem)
        column.addLayout(foot(self._theme, self, self.go, self.save))

    def _scrolled(self, *parts: QWidget) -> QScrollArea:
        """What a low screen has no room for; the field and the buttons stay in sight."""
        room = QWidget()
        room.setProperty("plain", True)
        inside = QVBoxLayout(room)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        for part in parts:
            inside.addWidget(part)
        return scrolling(room, _("Recovery phrase"), read=True)

    def _card(self) -> QFrame:
        """The groups, four in a row, numbered by their place alone: read line by line."""
        card = QFrame()
        card.setProperty("card", "plain")
        card.setAccessibleName(_("Recovery phrase"))
        card.setAccessibleDescription(" ".join(self._made.phrase))
        grid = QGridLayout(card)
        grid.setContentsMargins(18, 14, 18, 14)
        grid.setHorizontalSpacing(22)
        grid.setVerticalSpacing(8)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._theme.scaled(_LARGE))
        for at, group in enumerate(self._made.phrase.split("-")):
            label = QLabel(group)
            label.setFont(font)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(label, at // _ACROSS, at % _ACROSS)
        return card


async def show_phrase(theme: Theme, parent: QWidget | None, name: str, made: NewKey) -> bool:
    """Show it until it was typed back; False when the person gave up."""
    dialog = PhraseDialog(theme, parent, name, made)
    saving: set[asyncio.Task[None]] = set()
    dialog.print_asked.connect(lambda: saving.add(asyncio.get_running_loop().create_task(_save(dialog, made))))
    return await dialogs.ask(dialog)


async def _save(dialog: PhraseDialog, made: NewKey) -> None:
    path = await dialogs.choose_place(dialog, _("Save a sheet to print"), f"{dialog.name}.pdf")
    if path is None:
        return
    try:
        write_sheet(path, dialog.name, made.phrase)
    except UserFacingError as problem:
        dialog.problem.setText(problem.message)
        return
    said = _("{path} holds the phrase in the clear: print it, then delete the file.")
    dialog.problem.setText(said.format(path=path))
