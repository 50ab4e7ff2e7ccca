"""The page that lies over a window: it covers what is below, so what is said is said there, and Z is heard there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from ui.commands import Does, keys_of

_QUESTIONS = (QMessageBox, QFileDialog)


def page_over(window: QWidget) -> QDialog | None:
    """The page that was opened last over this window or over another page of it; None where nothing covers it."""
    opened = (one for one in window.window().findChildren(QDialog) if one.isVisible())
    return max((one for one in opened if not isinstance(one, _QUESTIONS)), key=_depth, default=None)


def hear_undo(page: QDialog, undo: Callable[[], None]) -> None:
    """Take back on a page by the keys of the window; where one types, a letter is typed."""
    for key in keys_of(Does.UNDO):
        hear_once(page, key, undo)


def hear_once(page: QDialog, key: str, deed: Callable[[], object]) -> None:
    """Do this at each press of the key: held down, it would decide about what nobody looked at."""
    shortcut = QShortcut(QKeySequence(key), page)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(deed)


def _depth(page: QWidget) -> int:
    """How many widgets lie below it: a page that another one opened is deeper."""
    above = page.parentWidget()
    return 0 if above is None else 1 + _depth(above)
