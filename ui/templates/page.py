"""All templates: found by folder and word, written, with their variants, files and steps, and how they did."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.actions import templating
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.templates import Family, Template
from inbox_app.domain.tone import check
from inbox_app.domain.wording import Wording, wording_of
from inbox_app.i18n import _
from inbox_app.queries import colleagues, templates, tone
from ui import dialogs
from ui.choices import Choice, Choices
from ui.composer.files_row import read_own
from ui.core import Core
from ui.tasks import Tasks, Work
from ui.templates.editor import TemplateEditor
from ui.templates.sheets import Sheets
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import ChoiceBox, Label, PushButton, ToolButton

_SIZE = QSize(980, 660)
_NARROW = 560
_NO_LIMIT = 16_777_215
"""Qt's own word for no limit."""


class TemplatesPage(QDialog):
    """`load` before it is opened; with `begun` it begins with a new template of this wording."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, begun: Wording | None = None) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme, self._begun = core, tasks, theme, begun
        self._families: tuple[Family, ...] = ()
        self._family: Family | None = None
        self._one: Template | None = None
        self._dirty = False
        self._saving = asyncio.Lock()
        """One save after the other; whoever wants to leave waits for its end."""
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.setWindowTitle(_("Templates"))
        self.resize(_SIZE)
        self.choices = Choices(theme, _("Find a template"), _("Find a template"), _("There is no template here yet."))
        self.texts = ChoiceBox(theme)
        self.texts.setAccessibleName(_("Which text of the template"))
        self.variant = ToolButton(theme, "plus", _("Another text"), "link")
        self.problem = Label(theme, size=fonts.META, tone="red").wrapping()
        self.new = PushButton(theme, _("New template"), "plain")
        self.drop = PushButton(theme, _("Remove"), "plain")
        self.save = PushButton(theme, _("Save"), "primary")
        self.sheets = Sheets(core, tasks, theme, self)

    async def load(self) -> None:
        """Read what there is and show it."""
        in_team = len(await colleagues.present(self._core.store)) > 1
        channels = {key: str(one.name) for key, one in self._core.catalogue.items()}
        self.editor = TemplateEditor(self._theme, channels, self._core.me, in_team=in_team)
        self._lay_out()
        self._connect()
        await self._reload()
        if self._begun is not None:
            self._begin(self._begun)
        elif self._families:
            await self._show(self._families[0], self._families[0].first)
        else:
            self._begin(Wording("", ""))

    # --- showing ----------------------------------------------------------------------------------------------------

    async def _reload(self) -> None:
        self._families = await templates.families(self._core.store, self._core.me)
        self._narrow(self.choices.field.text())

    def _narrow(self, words: str) -> None:
        blocked = self.choices.list.blockSignals(True)
        found = [one for one in self._families if one.fits(words)]
        self.choices.offer(Choice(one.first.id, one.first.name, one.first.folder, "notebook") for one in found)
        shown = [one.first.id for one in found]
        if self._family is not None and self._family.first.id in shown:
            self.choices.list.setCurrentRow(shown.index(self._family.first.id))
        self.choices.list.blockSignals(blocked)

    async def _show(self, family: Family, one: Template) -> None:
        self._dirty = False
        self.editor.show_text(one, family)
        await self._tell_of(family, one)

    async def _tell_of(self, family: Family, one: Template) -> None:
        """Say around the text which one it is, and how it did."""
        self._family, self._one = family, one
        self._tell_state()
        self.texts.clear()
        for text in family.all:
            self.texts.addItem(_name_of(text, family), text.id)
        self.texts.setCurrentIndex(family.all.index(one))
        self.texts.setEnabled(True)
        self.editor.did.setText("")
        did = await self._did(family)
        if self._family is family:
            self.editor.did.setText(did)

    async def _did(self, family: Family) -> str:
        if not family.first.question:
            return ""
        return templates.outcome_text(await templates.outcome(self._core.store, family))

    def _begin(self, wording: Wording, family: Family | None = None) -> None:
        """A new template, or a new text of one."""
        self._family, self._one, self._dirty = family, None, bool(wording.text)
        self.editor.show_text(None, family, wording)
        self.editor.did.setText("")
        if family is None:
            self.texts.clear()
        self.texts.addItem(_("New text"), "")
        self.texts.setCurrentIndex(self.texts.count() - 1)
        self.texts.setEnabled(False)
        self._tell_state()
        (self.editor.text if family else self.editor.name).setFocus()

    def _tell_state(self, problem: str = "") -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.variant.setEnabled(self._one is not None)
        self.drop.setEnabled(self._one is not None)
        self.save.setEnabled(self._dirty)

    def _note(self) -> None:
        self._dirty = True
        self._tell_state()

    # --- doing ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.choices.typed.connect(self._narrow)
        self.choices.list.currentRowChanged.connect(self._turn)
        self.texts.activated.connect(self._turn_text)
        self.editor.edited.connect(self._note)
        self.editor.files_wanted.connect(partial(self._start, self._attach))
        self.variant.clicked.connect(partial(self._start, self._begin_variant))
        self.new.clicked.connect(partial(self._start, self._begin_new))
        self.drop.clicked.connect(partial(self._start, self._drop))
        self.save.clicked.connect(partial(self._start, self._save))
        self.sheets.taken.connect(partial(self._start, self._reload))

    def _start(self, deed: object, *_clicked: object) -> None:
        assert callable(deed)  # noqa: S101
        work: Work = deed()
        self._tasks.start(work, "templates page")

    def _turn(self, row: int) -> None:
        offered = self.choices.offered
        family = next((one for one in self._families if row >= 0 and one.first.id == offered[row].value), None)
        if family is not None and family is not self._family:
            self._tasks.start(self._turn_to(family, family.first), "templates page")

    def _turn_text(self, row: int) -> None:
        if self._family is not None and 0 <= row < len(self._family.all):
            self._tasks.start(self._turn_to(self._family, self._family.all[row]), "templates page")

    async def _turn_to(self, family: Family, one: Template) -> None:
        if await self._may_leave():
            await self._show(family, one)
        else:
            self._narrow(self.choices.field.text())

    async def _may_leave(self) -> bool:
        """Whether what was typed is kept or may go."""
        async with self._saving:
            if not self._dirty:
                return True
        sentence = _("“{name}” was changed and is not saved.").format(name=self.editor.name.text() or _("New template"))
        return await dialogs.confirm(self, _("Discard the changes?"), sentence, _("Discard"))

    def reject(self) -> None:
        """Closing asks about what is not saved."""
        self._tasks.start(self._close(), "templates page")

    async def _close(self) -> None:
        if await self._may_leave():
            super().reject()

    async def _begin_new(self) -> None:
        if await self._may_leave():
            self._begin(Wording("", ""))

    async def _begin_variant(self) -> None:
        if await self._may_leave() and self._family is not None:
            first = wording_of(self._family.first)
            self._begin(Wording(first.name, "", owner=first.owner, variant_of=first.name), self._family)

    async def _save(self) -> None:
        async with self._saving:
            try:
                wording = self.editor.wording(self._core.store.now())
                await self._keep(wording)
            except UserFacingError as refused:
                self._tell_state(refused.message)
                return
        await self._check_tone(wording)

    async def _check_tone(self, wording: Wording) -> None:
        """What was kept is kept; what of it departs from the tone sheet is said all the same."""
        voice = (await tone.sheet(self._core.store)).voice(wording.channel, wording.hat or "")
        found = check(wording.text, voice, wording.language)
        if found:
            reasons = " ".join(one.reason for one in found)
            self._tell_state(_("Saved. By the tone sheet: {reasons}").format(reasons=reasons))

    async def _keep(self, wording: Wording) -> None:
        """Keep what stands there now; what is typed or attached meanwhile stays there, and is not kept yet."""
        store, me, row, one = self._core.store, self._core.me, self.editor.files, self._one
        shown, written, then, dropped = self.editor.shown, self.editor.written, row.all, row.dropped
        files = [await asyncio.to_thread(read_own, path) for path in row.paths]
        if one is None:
            kept = await templating.add(store, me, wording, files)
        else:
            kept = one.id
            await templating.change(store, kept, wording, files, dropped)
        await self._reload()
        for family in self._families:
            for text in family.all:
                if text.id == kept and self.editor.shown is shown:
                    self._dirty = self.editor.written != written
                    self.editor.go_on(text, family, then)
                    await self._tell_of(family, text)

    async def _drop(self) -> None:
        one, family = self._one, self._family
        if one is None or family is None:
            return
        sentence = _("“{name}” and all its texts are removed. What was sent with it stays.").format(
            name=family.first.name
        )
        if one is not family.first:
            sentence = _("This text of “{name}” is removed.").format(name=family.first.name)
        if await dialogs.confirm(self, _("Remove the template?"), sentence, _("Remove")):
            await templating.remove_text(self._core.store, one.id)
            self._family = self._one = None
            self._dirty = False
            await self._reload()
            if self._families:
                await self._show(self._families[0], self._families[0].first)
            else:
                self._begin(Wording("", ""))

    async def _attach(self) -> None:
        self.editor.files.add(await dialogs.choose_files(self, _("Add files to the template")))
        self._note()

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self.choices, 1)
        side.addWidget(self.new)
        side.addWidget(self.sheets)
        head = QHBoxLayout()
        head.addWidget(self.texts, 1)
        head.addWidget(self.variant)
        foot = QHBoxLayout()
        foot.addWidget(self.problem, 1)
        foot.addStretch()
        foot.addWidget(self.drop)
        foot.addWidget(self.save)
        main = QVBoxLayout()
        main.setSpacing(8)
        main.addLayout(head)
        main.addWidget(self.editor, 1)
        main.addLayout(foot)
        self._row.setSpacing(20)
        self._row.addLayout(side, 2)
        self._row.addLayout(main, 5)
        titled_column(self._theme, self).addLayout(self._row, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the list stands above what is written, and low."""
        super().resizeEvent(event)
        narrow = self.width() < self._theme.scaled(_NARROW)
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self.choices.setMaximumHeight(self._theme.scaled(120) if narrow else _NO_LIMIT)


def _name_of(text: Template, family: Family) -> str:
    """A text by what sets it apart: its own name, its language, its channel."""
    own = family.name_for(text) and text.name
    parts = [part for part in (own, text.language, text.channel) if part]
    return " · ".join(parts) or _("First text")
