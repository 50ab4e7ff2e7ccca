"""Dialogs, opened and awaited: none starts an event loop of its own, which would freeze every other task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QLayout,
    QLineEdit,
    QMenu,
    QMessageBox,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from inbox_app.domain.errors import UserFacingError
from inbox_app.i18n import _
from ui.theme.forms import add_field
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton

_FRAME = QSize(16, 48)


async def ask(dialog: QDialog) -> bool:
    """Open a dialog and return when it is closed: whether it was accepted."""
    try:
        return await shown(dialog)
    finally:
        dialog.deleteLater()


async def shown(dialog: QDialog) -> bool:
    """The same for a dialog that may have to be opened again: whoever made it lets it go."""
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def answered(result: int) -> None:
        if not answer.done():
            answer.set_result(result == QDialog.DialogCode.Accepted)

    dialog.finished.connect(answered)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    fit_to_screen(dialog)
    dialog.open()
    try:
        return await answer
    finally:
        dialog.finished.disconnect(answered)
        dialog.close()


async def kept(dialog: QDialog, problem: Label, keep: Callable[[], Awaitable[object]]) -> bool:
    """Ask until what was written is kept: where that is refused the dialog comes again with it, and says why."""
    try:
        while await shown(dialog):
            problem.hide()
            try:
                await keep()
            except UserFacingError as refused:
                problem.say(refused.message)
                problem.show()
            else:
                return True
        return False
    finally:
        dialog.deleteLater()


def fit_to_screen(dialog: QDialog) -> None:
    """Its buttons must be in sight on the smallest screen, frame included, and no text of it may be cut."""
    room = dialog.screen().availableGeometry().size() - _FRAME
    dialog.setMinimumSize(dialog.minimumSize().boundedTo(room))
    layout = dialog.layout()
    if layout is None:
        dialog.resize(dialog.size().boundedTo(room))
        return
    wished = (
        dialog.size() if dialog.testAttribute(Qt.WidgetAttribute.WA_Resized) else QSize(layout.sizeHint().width(), 0)
    )
    width = min(max(wished.width(), dialog.minimumWidth()), room.width())
    # By itself Qt asks for the height of texts that break before it knows how wide they are.
    least = _least_height(layout, width)
    dialog.resize(width, min(max(wished.height(), least), room.height()))
    if least > room.height():
        wide = layout.totalMinimumSize().width() + dialog.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        _let_scroll(dialog, layout)
        dialog.resize(min(max(dialog.width(), wide), room.width()), room.height())


def _least_height(layout: QLayout, width: int) -> int:
    """How low it can become at this width before one thing covers another."""
    if layout.hasHeightForWidth():
        return layout.totalMinimumHeightForWidth(width)
    return layout.totalMinimumSize().height()


def _let_scroll(dialog: QDialog, layout: QLayout) -> None:
    """What the screen is too small for is scrolled to, by the keyboard too."""
    inner, area = QWidget(), QScrollArea()
    inner.setProperty("plain", True)
    inner.setLayout(layout)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    outer = QVBoxLayout(dialog)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(area)


async def choose_files(parent: QWidget, title: str) -> list[Path]:
    """Ask for files to attach; none when the person gave up."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    chosen: list[str] = []
    dialog.filesSelected.connect(chosen.extend)
    return [Path(one) for one in chosen] if await ask(dialog) else []


async def choose_one(parent: QWidget, title: str, *, folder: bool) -> Path | None:
    """Ask for one file or one folder; None when the person gave up."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile)
    chosen: list[str] = []
    dialog.filesSelected.connect(chosen.extend)
    return Path(chosen[0]) if await ask(dialog) and chosen else None


async def choose_place(parent: QWidget, title: str, name: str) -> Path | None:
    """Ask where to save a file; None when the person gave up. It asks by itself before it replaces one."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(name)
    chosen: list[str] = []
    dialog.filesSelected.connect(chosen.extend)
    return Path(chosen[0]) if await ask(dialog) and chosen else None


async def confirm(parent: QWidget, title: str, sentence: str, deed: str) -> bool:
    """Ask before something that cannot be taken back or may do harm; pressing Enter at once gives up."""
    dialog = QMessageBox(QMessageBox.Icon.Warning, title, sentence, QMessageBox.StandardButton.NoButton, parent)
    # What is asked about may come from outside: it is text, whatever it looks like.
    dialog.setTextFormat(Qt.TextFormat.PlainText)
    go = dialog.addButton(deed, QMessageBox.ButtonRole.AcceptRole)
    stay = dialog.addButton(QMessageBox.StandardButton.Cancel)
    dialog.setDefaultButton(stay)
    dialog.setEscapeButton(stay)
    await ask(dialog)
    return dialog.clickedButton() is go


async def choose_from(menu: QMenu, place: QPoint) -> QAction | None:
    """Open a menu and return what was chosen in it; None when it was closed."""
    answer: asyncio.Future[QAction | None] = asyncio.get_running_loop().create_future()

    def answered(action: QAction | None) -> None:
        if not answer.done():
            answer.set_result(action)

    menu.triggered.connect(answered)
    # The menu hides before it says what was chosen.
    menu.aboutToHide.connect(lambda: QTimer.singleShot(0, menu, lambda: answered(None)))
    menu.popup(place)
    try:
        return await answer
    finally:
        menu.deleteLater()


class PassphraseDialog(QDialog):
    """Asks for the passphrase that protects a workspace's secrets; twice when it is a new one."""

    def __init__(self, theme: Theme, parent: QWidget | None, *, is_new: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Passphrase"))
        self.setMinimumWidth(440)
        self._first, self._again = _masked(_("Passphrase")), _masked(_("Once more"))
        self._problem = Label(theme, tone="red").wrapping()
        self._is_new = is_new
        go = PushButton(theme, _("Choose this passphrase") if is_new else _("Unlock"), "primary")
        go.clicked.connect(self._go)
        form = QFormLayout()
        add_field(form, _("Passphrase"), self._first)
        if is_new:
            add_field(form, _("Once more"), self._again)
        column = titled_column(theme, self)
        text = _("The passphrase protects this workspace's passwords. It cannot be recovered, so keep it safe.")
        column.addWidget(Label(theme, text).wrapping())
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addWidget(go, alignment=Qt.AlignmentFlag.AlignRight)

    @property
    def passphrase(self) -> str:
        """What was typed."""
        return self._first.text()

    def _go(self) -> None:
        if not self.passphrase:
            self._problem.setText(_("Type a passphrase."))
        elif self._is_new and self.passphrase != self._again.text():
            self._problem.setText(_("The two passphrases differ."))
        else:
            self.accept()


def _masked(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(name)
    return field


async def ask_passphrase(theme: Theme, parent: QWidget | None, *, is_new: bool) -> str | None:
    """The passphrase, or None when the person gave up."""
    dialog = PassphraseDialog(theme, parent, is_new=is_new)
    return dialog.passphrase if await ask(dialog) else None
