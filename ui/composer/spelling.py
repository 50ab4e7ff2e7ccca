"""Underlines what is misspelt while one writes, and offers what was meant; the dictionaries are read elsewhere.

The places of what was found move with the text while one types, so that nothing is asked anew for that. Only what is in
sight is marked: a text of any length costs the window the same.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QLocale, QObject, QPoint, QTimer, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QTextCursor
from PySide6.QtWidgets import QMenu

from inbox_app.domain.spelled import Misspelt
from inbox_app.domain.tongues import guess_language, language_name
from inbox_app.i18n import _, current_language
from inbox_app.spelling.dictionaries import Dictionary, choose
from ui import dialogs
from ui.asking import Asking
from ui.commands import Does
from ui.composer.text_field import TextField
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.widgets import ToolButton

_PAUSE_MS: Final = 400
_MARKED: Final = 40
"""Words in sight that are underlined at most."""
_TELLING: Final = 2_000
"""Letters of a text by which its language is guessed."""
_ENOUGH: Final = 5
"""Words from which on the text itself says its language."""

Presumed = Callable[[], Awaitable[str]]
"""The language in which an answer here usually is; empty where nobody knows."""


class Spelling(QObject):
    """One field's. `button` says which language is checked, and changes that; `say` tells what the key could not do."""

    def __init__(
        self, core: Core, tasks: Tasks, field: TextField, button: ToolButton, say: Callable[[str], object]
    ) -> None:
        super().__init__(field)
        self._core, self._tasks, self._field, self._button, self._tell = core, tasks, field, button, say
        self.found: tuple[Misspelt, ...] = ()
        self._known: tuple[Dictionary, ...] | None = None
        self._chosen = self._presumed = ""
        self._passed: set[str] = set()
        self._by: Dictionary | None = None
        self._looking, self._listening = Asking(tasks, "spelling"), Asking(tasks, "language")
        self._going = Asking(tasks, "spelling")
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.deeds: dict[Does, Callable[[], object]] = {Does.SPELLING: self.go_on}
        field.document().contentsChange.connect(self._shift)
        field.cursorPositionChanged.connect(self._mark)
        field.updateRequest.connect(lambda _room, moved: self._mark() if moved else None)
        field.offers_here = self._offer_at
        button.clicked.connect(lambda: self._tasks.start(self._choose_language(), "spelling"))
        self._say()

    @property
    def is_idle(self) -> bool:
        """Whether what is marked is about the text as it stands."""
        return self._looking.is_idle and self._listening.is_idle and not self._pause.isActive()

    @property
    def language(self) -> str:
        """The language that is checked: the one chosen, that of the text, the usual one here, ours."""
        if self._chosen:
            return self._chosen
        text = self._field.toPlainText()[:_TELLING]
        told = guess_language(text) if len(text.split(maxsplit=_ENOUGH)) >= _ENOUGH else ""
        return told or self._presumed or current_language()

    def presume(self, presumed: Presumed) -> None:
        """Something else is written now; what was chosen for the last text does not hold for it."""
        self._chosen = ""
        self._listening.ask(partial(self._listen, presumed))

    @property
    def _is_on(self) -> bool:
        return self._core.settings.current.spelling

    def close(self) -> None:
        """Nobody writes here any more."""
        for asking in (self._looking, self._listening, self._going):
            asking.forget()
        self._pause.stop()

    async def _listen(self, presumed: Presumed) -> None:
        self._presumed = await presumed()
        self._look()

    # --- checking ---------------------------------------------------------------------------------------------------

    def _shift(self, at: int, removed: int, added: int) -> None:
        """What stands behind a change moves along; what was changed itself is looked at again."""
        self.found = tuple(
            one if one.end < at else replace(one, start=one.start + added - removed, end=one.end + added - removed)
            for one in self.found
            if one.end < at or one.start > at + removed
        )
        self._pause.start()

    def _look(self) -> None:
        self._pause.stop()
        if self._is_on and self._field.toPlainText().strip():
            self._looking.ask(self._check)
        else:
            self._looking.forget()
            self._take(())

    async def _check(self) -> None:
        if self._known is None:
            self._known = await self._core.speller.dictionaries()
        self._by = choose(self._known, self.language, QLocale().name())
        text, by = self._field.toPlainText(), self._by
        found = () if by is None else await self._core.speller.check(text, by)
        if text == self._field.toPlainText():  # else its places are not these any more, and the pause asks again
            self._take(found)

    def _take(self, found: Sequence[Misspelt]) -> None:
        self.found = tuple(one for one in found if one.word not in self._passed)
        self._mark()
        self._say()

    def _mark(self) -> None:
        if not self.found:
            self._field.mark_misspelt(())
            return
        first = self._field.firstVisibleBlock().position()
        last = self._field.cursorForPosition(self._field.viewport().rect().bottomRight()).position()
        cursor = self._field.textCursor()
        typing = cursor.position() if self._field.hasFocus() and not cursor.hasSelection() else -1
        begin = bisect_left(self.found, first, key=lambda one: one.end)
        shown = [one for one in self.found[begin : begin + _MARKED] if one.start <= last and one.end != typing]
        self._field.mark_misspelt([(one.start, one.end) for one in shown])

    # --- mending ----------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Select the next misspelt word, the first one after the last, and offer what was meant; or say why not."""
        self._going.ask(self._go_on)

    async def _go_on(self) -> None:
        if not self.is_idle and self._is_on:
            self._pause.stop()
            await self._check()
        if not self.found:
            self._tell(self._why_not())
            return
        here = self._field.textCursor().selectionEnd()
        wanted = next((one for one in self.found if one.start >= here), self.found[0])
        self._field.setTextCursor(self._cursor_of(wanted))
        self._field.setFocus()
        place = self._field.viewport().mapToGlobal(self._field.cursorRect().bottomLeft())
        self._tasks.start(self._offer(wanted, place), "spelling")

    def _why_not(self) -> str:
        if self._is_on and (self._known is None or self._by is not None):
            return _("Nothing is misspelt here.")
        return f"{self._button.toolTip()}."

    def _offer_at(self, position: int, place: QPoint) -> bool:
        """By the menu of the field; False where nothing is misspelt."""
        wanted = next((one for one in self.found if one.start <= position <= one.end), None)
        if wanted is None or self._field.isReadOnly():
            return False
        self._tasks.start(self._offer(wanted, place), "spelling")
        return True

    def _cursor_of(self, wanted: Misspelt) -> QTextCursor:
        cursor = self._field.textCursor()
        cursor.setPosition(wanted.start)
        cursor.setPosition(wanted.end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    async def _offer(self, wanted: Misspelt, place: QPoint) -> None:
        by = self._by
        meant = () if by is None else await self._core.speller.meant(wanted.word, by)
        menu = QMenu(self._field)
        menu.setAccessibleName(_("What was meant by “{word}”").format(word=wanted.word))
        words = {menu.addAction(one): one for one in meant}
        if not words:
            menu.addAction(_("Nothing like it is in the dictionary")).setEnabled(False)
        menu.addSeparator()
        learn = menu.addAction(_("Add “{word}” to my words").format(word=wanted.word))
        pass_over = menu.addAction(_("Pass it over for now"))
        chosen = await dialogs.choose_from(menu, place)
        if chosen is learn:
            await self._core.speller.learn(wanted.word)
            self._look()
        elif chosen is pass_over:
            self._passed.add(wanted.word)
            self._take(self.found)
        elif chosen is not None:
            self._put(wanted, words[chosen])

    def _put(self, wanted: Misspelt, meant: str) -> None:
        """In its place, if it still stands there; Ctrl+Z brings it back."""
        if wanted not in self.found:
            return
        cursor = self._cursor_of(wanted)
        if cursor.selectedText() == wanted.word:
            cursor.insertText(meant)
            self._field.setTextCursor(cursor)

    # --- languages --------------------------------------------------------------------------------------------------

    def _say(self) -> None:
        """What is checked, in the button's words."""
        named = language_name(self.language)
        if not self._core.settings.current.spelling:
            said = _("Spelling is not checked")
        elif self._known is not None and self._by is None:
            said = _("Spelling: there is no dictionary for this language here ({language})").format(language=named)
        else:
            said = _("Spelling: {language}").format(language=named)
        self._button.setToolTip(said)
        self._button.setAccessibleName(said)

    async def _choose_language(self) -> None:
        self._known = await self._core.speller.dictionaries()
        menu, named = QMenu(self._button), language_name(self.language)
        menu.setAccessibleName(_("Language of the spelling"))
        on = self._core.settings.current.spelling
        by_text = _ticked(menu, _("As the text is written"), ticked=on and not self._chosen)
        languages = {
            _ticked(menu, _name(one), ticked=on and self._chosen == one.language): one.language for one in self._known
        }
        off = _ticked(menu, _("Do not check"), ticked=not on)
        menu.addSeparator()
        if choose(self._known, self.language) is None:
            missing = _("There is no dictionary for this language here ({language})").format(language=named)
            menu.addAction(missing).setEnabled(False)
        folder = menu.addAction(_("Open the folder for more dictionaries (.aff and .dic)"))
        place = self._button.mapToGlobal(self._button.rect().topLeft() - QPoint(0, menu.sizeHint().height()))
        chosen = await dialogs.choose_from(menu, place)
        if chosen is folder:
            made = await self._core.speller.make_folder()
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(made)))
        elif chosen is not None:
            await self._turn(on=chosen is not off, language="" if chosen in (by_text, off) else languages[chosen])

    async def _turn(self, *, on: bool, language: str) -> None:
        self._chosen = language
        if on != self._core.settings.current.spelling:
            await asyncio.to_thread(self._core.settings.change, lambda current: replace(current, spelling=on))
        self._look()


def _ticked(menu: QMenu, name: str, *, ticked: bool) -> QAction:
    line = menu.addAction(name)
    line.setCheckable(True)
    line.setChecked(ticked)
    return line


def _name(one: Dictionary) -> str:
    language, _sign, country = one.language.partition("_")
    return f"{language_name(language)} ({country})" if country else language_name(language)
