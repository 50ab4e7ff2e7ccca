"""Waiting on Qt's loop until something is so, without ever starting a loop inside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from tests.ui.jitter import a_while

D = TypeVar("D", bound=QDialog)
_PAUSE = 0.01


async def until(question: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Ask until the answer is true; raises TimeoutError, naming `what`, when it never is."""
    await a_while()
    try:
        async with asyncio.timeout(seconds):
            while not question():
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise TimeoutError(f"waited {seconds:g} seconds in vain for {what}") from None


async def dialog_of(root: QWidget, kind: type[D]) -> D:
    """The dialog of this kind that was opened over the window of `root`, once keys go to it.

    Until then a key is still matched with the shortcuts of the window below, which swallow Enter.
    """

    def shown() -> list[D]:
        return [one for one in root.window().findChildren(kind) if one.isVisible() and one.isActiveWindow()]

    await until(shown, f"a {kind.__name__} in front")
    return shown()[0]


async def closed(dialog: QDialog) -> None:
    """Wait for the end of a dialog, which nobody may ask anything any more soon after it."""
    await until(lambda: not (isValid(dialog) and dialog.isVisible()), f"the end of the {type(dialog).__name__}")
