"""Checks what is written against the tone sheet while one writes, and mends it at a key; nothing is changed unasked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QLineEdit

from inbox_app.domain.tone import Finding, ToneSheet
from inbox_app.domain.tone_places import Place, check_for
from inbox_app.i18n import _
from inbox_app.queries import tone
from ui.asking import Asking
from ui.commands import Does
from ui.composer.text_field import TextField
from ui.composer.tone_bar import ToneBar
from ui.core import Core
from ui.tasks import Tasks

_PAUSE_MS: Final = 250
_LONGEST: Final = 20_000
"""Letters beyond which a text is not checked: it would hold up the window."""


class Toning(QObject):
    """One field's and its heading's; `follow` tells where it will be read, and `say` what the key could not do."""

    sheet_came = Signal()
    """The rules were read."""

    def __init__(
        self,
        core: Core,
        tasks: Tasks,
        field: TextField,
        bar: ToneBar,
        say: Callable[[str], object],
        heading: QLineEdit | None = None,
    ) -> None:
        super().__init__(field)
        self._core, self._field, self._bar, self._say, self._heading = core, field, bar, say, heading
        self._sheet = ToneSheet()
        self._places: tuple[Place, ...] = ()
        self._loading = Asking(tasks, "tone")
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._check)
        self.deeds: dict[Does, Callable[[], object]] = {Does.MEND: self.mend}
        # The document's signal, not the field's: a text that was put there is checked as one that was typed.
        field.document().contentsChanged.connect(self._pause.start)
        field.document().contentsChanged.connect(lambda: bar.say(""))
        if heading is not None:
            heading.textChanged.connect(self._pause.start)
            heading.textChanged.connect(lambda: bar.say(""))
        bar.fix_asked.connect(self._fix)

    @property
    def is_idle(self) -> bool:
        """Whether what is shown is about the text as it stands."""
        return self._loading.is_idle and not self._pause.isActive()

    def follow(self, places: Sequence[Place]) -> None:
        """Where the text will be read says which rules hold."""
        if tuple(places) != self._places:
            self._places = tuple(places)
            self._pause.start()

    def reload(self, _about: object = None) -> None:
        """The sheet may have changed."""
        self._loading.ask(self._load)

    def close(self) -> None:
        """Nobody writes here any more: an answer that is under way finds no composer."""
        self._loading.forget()
        self._pause.stop()

    def departs(self, text: str, heading: str, place: Place) -> bool:
        """Whether a text that is not in sight, or its heading, departs from the sheet where it will be read."""
        above = check_for(heading, self._sheet, [place], heading=heading)
        return bool(above) or (len(text) <= _LONGEST and bool(check_for(text, self._sheet, [place])))

    def mend(self) -> None:
        """Do the first thing that can be done by itself, or say why nothing is done."""
        self._check()
        first = next((one for one in self._bar.found if one.fixed is not None), None)
        if first is not None:
            self._fix(first)
        else:
            self._say(self._why_not())

    def _why_not(self) -> str:
        if len(self._field.toPlainText()) > _LONGEST:
            return _("This text is too long to be checked against the tone sheet.")
        if self._bar.found:
            return _("What departs from the tone sheet here, only you can mend.")
        return _("Nothing here departs from the tone sheet.")

    async def _load(self) -> None:
        self._sheet = await tone.sheet(self._core.store)
        self._check()
        self.sheet_came.emit()

    def _found(self) -> tuple[Finding, ...]:
        text = self._field.toPlainText()
        return check_for(text, self._sheet, self._places) if len(text) <= _LONGEST else ()

    def _found_above(self) -> tuple[Finding, ...]:
        """In the title or the subject."""
        if self._heading is None:
            return ()
        return check_for(self._heading.text(), self._sheet, self._places, self._heading.accessibleName())

    def _check(self) -> None:
        self._pause.stop()
        found = self._found()
        self._bar.show_findings((*self._found_above(), *found))
        self._field.mark([(one.start, one.end) for one in found if one.end > one.start])

    def _fix(self, finding: Finding) -> None:
        if finding.fixed is None:
            return
        if finding in self._found():
            self._field.become(finding.fixed)
            self._field.setFocus()
        elif self._heading is not None and finding in self._found_above():
            self._heading.selectAll()
            self._heading.insert(finding.fixed)  # as if it were typed, so that Ctrl+Z takes it back
            self._heading.setFocus()
        self._check()
