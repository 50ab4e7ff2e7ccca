"""What a person decides about replies that have not left when the window, or the workspace in it, is closed."""

from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.inbox import OutboxRow
from inbox_app.i18n import _, ngettext
from ui import dialogs
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton
from ui.workplace import Workplace

_PATIENCE = 15.0
"""Seconds for what is sent now to leave; what takes longer waits for the next start, as it does after a crash."""


class ClosingDialog(QDialog):
    """Send now, keep for later, take back; or stay."""

    def __init__(self, theme: Theme, parent: QWidget, count: int, *, goes_on: bool = False) -> None:
        super().__init__(parent)
        title = ngettext("{count} reply has not been sent yet", "{count} replies have not been sent yet", count)
        self.chosen = ""
        self.setWindowTitle(title.format(count=number(count)))
        self.setMinimumWidth(440)
        self._theme = theme
        self._column = titled_column(theme, self)
        about = _("Its time to be taken back is not over. Nothing is sent while Portavoce is closed.")
        later, stay_word = _("Keep, and send at the next start"), _("Do not close")
        if goes_on:
            about = _("Its time to be taken back is not over. Nothing is sent while this workspace is closed.")
            later, stay_word = _("Keep, and send when this workspace is opened again"), _("Stay here")
        self.about = Label(theme, about, tone="second").wrapping()
        self._column.addWidget(self.about)
        self.buttons = {
            "now": PushButton(theme, _("Send now"), "primary"),
            "later": PushButton(theme, later, "plain"),
            "back": PushButton(theme, _("Take back: make a draft of it"), "plain"),
        }
        for word, button in self.buttons.items():
            button.clicked.connect(lambda _on=False, word=word: self._choose(word))
            self._column.addWidget(button)
        foot = QHBoxLayout()
        foot.addStretch(1)
        stay = PushButton(theme, stay_word, "plain")
        stay.clicked.connect(self.reject)
        foot.addWidget(stay)
        self._column.addLayout(foot)

    def _choose(self, word: str) -> None:
        self.chosen = word
        self.accept()


async def settle(workplace: Workplace, theme: Theme, parent: QWidget, *, goes_on: bool = False) -> bool:
    """Ask, and do what was chosen; False when the workspace stays open. `goes_on`: only to another workspace."""
    dialog = ClosingDialog(theme, parent, len(workplace.leaving.waiting), goes_on=goes_on)
    await dialogs.ask(dialog)
    match dialog.chosen:
        case "now":
            workplace.toast.say(_("Sending…"))
            if not await _send(workplace):
                again = _("It has not left yet. Close again to keep it for the next start.")
                workplace.toast.say(
                    _("It has not left yet. Choose to keep it, or wait a moment.") if goes_on else again
                )
                return False
        case "back":
            try:
                await workplace.answering.take_all_back()
            except UserFacingError as late:
                workplace.toast.say(late.message)
                return False
        case "later":
            pass
        case _:
            return False
    return True


async def _send(workplace: Workplace) -> bool:
    """Whether all of it left, or was decided meanwhile."""
    sent = {row.id for row in workplace.leaving.waiting}
    gone = asyncio.Event()

    def look(rows: tuple[OutboxRow, ...]) -> None:
        if not sent & {row.id for row in rows}:
            gone.set()

    if not sent:
        return True
    workplace.bridge.outbox_changed.connect(look)
    try:
        await workplace.answering.release()
        async with asyncio.timeout(_PATIENCE):
            await gone.wait()
    except TimeoutError:
        return False
    else:
        return True
    finally:
        workplace.bridge.outbox_changed.disconnect(look)
