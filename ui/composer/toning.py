"""Checks what is written against the tone sheet while one writes, and mends it at a key; nothing is changed unasked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from inbox_app.domain.inbox import Thread
from inbox_app.domain.tone import Finding, ToneSheet, check
from inbox_app.queries import tone
from ui.asking import Asking
from ui.commands import Does
from ui.composer.composer import Composer
from ui.core import Core
from ui.tasks import Tasks

_PAUSE_MS: Final = 250
_LONGEST: Final = 20_000
"""Letters beyond which a text is not checked: it would hold up the window."""


class Toning(QObject):
    """One composer's; `follow` tells it where the text will be read."""

    def __init__(self, core: Core, tasks: Tasks, composer: Composer) -> None:
        super().__init__(composer)
        self._core, self._composer = core, composer
        self._sheet = ToneSheet()
        self._place = ("", "")
        self._loading = Asking(tasks, "tone")
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._check)
        self.deeds: dict[Does, Callable[[], object]] = {Does.MEND: self.mend}
        composer.field.textChanged.connect(self._pause.start)
        composer.tone.fix_asked.connect(self._fix)

    @property
    def is_idle(self) -> bool:
        """Whether what is shown is about the text as it stands."""
        return self._loading.is_idle and not self._pause.isActive()

    def follow(self, thread: Thread) -> None:
        """A conversation is on screen: its channel and its hat say which rules hold."""
        place = (thread.account.channel, thread.row.hat.value)
        if place != self._place:
            self._place = place
            self._pause.start()

    def reload(self, _about: object = None) -> None:
        """The sheet may have changed."""
        self._loading.ask(self._load)

    def close(self) -> None:
        """Nobody writes here any more: an answer that is under way finds no composer."""
        self._loading.forget()
        self._pause.stop()

    def mend(self) -> None:
        """Do the first thing that can be done by itself."""
        self._check()
        first = next((one for one in self._composer.tone.found if one.fixed is not None), None)
        if first is not None:
            self._fix(first)

    async def _load(self) -> None:
        self._sheet = await tone.sheet(self._core.store)
        self._check()

    def _check(self) -> None:
        self._pause.stop()
        text = self._composer.text
        found = check(text, self._sheet.voice(*self._place)) if len(text) <= _LONGEST else ()
        self._composer.tone.show_findings(found)
        self._composer.field.mark([(one.start, one.end) for one in found if one.end > one.start])

    def _fix(self, finding: Finding) -> None:
        if finding.fixed is not None and finding in check(self._composer.text, self._sheet.voice(*self._place)):
            self._composer.field.become(finding.fixed)
            self._composer.field.setFocus()
            self._check()
