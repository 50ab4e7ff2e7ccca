"""The dialog that imports an archive: what and whose it is, how far it has come, and what was skipped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QWidget,
)

from inbox_app.contract.archive import ArchiveFormat, Shape, Skipped
from inbox_app.domain.errors import UserFacingError
from inbox_app.exchange.importing import Imported, Progress, Wish, default_name, preview_sentence
from inbox_app.i18n import _, ngettext
from inbox_app.queries import members
from ui import dialogs
from ui.accounts.bringing import OURS, Bringing, Brought, bringing
from ui.accounts.likenesses import Likenesses
from ui.core import Core
from ui.tasks import Tasks, Work
from ui.theme.forms import add_field
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import ChoiceBox, Label, PushButton

_STEPS = 1_000


class ImportDialog(QDialog):
    """Choose an archive, import it, read what became of it; accepted when anything was imported."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme = core, tasks, theme
        self._work: asyncio.Task[None] | None = None
        self._is_over = False
        self._brought = False
        self.brought: Brought | None = None
        self.kinds = ChoiceBox(theme)
        self.path, self.name, self.own = QLineEdit(), QLineEdit(), QLineEdit()
        self.choose_file = PushButton(theme, _("Choose a file…"), "plain")
        self.choose_folder = PushButton(theme, _("Choose a folder…"), "plain")
        self._questions = QWidget()
        self._rows = QFormLayout(self._questions)
        self.about = Label(theme, tone="second").wrapping()
        self.what = Label(theme, tone="second").wrapping()
        self.progress = QProgressBar()
        self.said = Label(theme).wrapping()
        self.problem = Label(theme, tone="red").wrapping()
        self.skipped = QListWidget()
        self.alike = Likenesses(core, tasks, theme)
        self.go_on = PushButton(theme, _("Import"), "primary")
        self.try_out = PushButton(theme, _("Try it first"), "plain")
        self.try_out.setToolTip(_("Read all of it and say what would come in, without keeping anything"))
        self.give_up = PushButton(theme, _("Cancel"), "plain")
        self._lay_out()
        self._connect()
        self._heed_kind()

    @property
    def imported(self) -> Imported | None:
        """The account that was made, if one was."""
        return None if self.brought is None else self.brought.imported

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._work is not None and not self._work.done()

    def take(self, path: Path) -> None:
        """Import this one, once the person has seen what it is."""
        self.path.setText(str(path))
        self.name.setText(default_name(path))
        self._look()

    def done(self, result: int) -> None:
        """Closed, however: nothing goes on behind the person's back; what came in stays."""
        self._is_over = True
        if self._work is not None:
            self._work.cancel()
        super().done(QDialog.DialogCode.Accepted if self._brought else result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        event.accept()

    # --- what is asked ----------------------------------------------------------------------------------------------

    def _choose(self, *, folder: bool) -> None:
        self._tasks.start(self._ask_for_path(folder=folder), "choose an archive")

    async def _ask_for_path(self, *, folder: bool) -> None:
        title = _("Choose a folder") if folder else _("Choose a file")
        chosen = await dialogs.choose_one(self, title, folder=folder)
        if chosen is not None and not self._is_over:
            self.take(chosen)

    def _heed_kind(self) -> None:
        shape, way = self._kind().shape, self._way()
        self.about.setText(way.about)
        for field in (self.name, self.own):
            self._rows.setRowVisible(field, way.is_named)
        self.choose_file.setEnabled(shape is not Shape.FOLDER)
        self.choose_folder.setEnabled(shape is not Shape.FILE)
        self._look()

    def _look(self) -> None:
        """Say what lies at the path; a typed address of ours stays."""
        self.what.setText("")
        self.problem.setText("")
        if self.path.text().strip() and not self.is_busy:
            self._run(self._survey(Path(self.path.text().strip())))

    async def _survey(self, path: Path) -> None:
        way = self._way()
        survey = await way.survey(Wish(self._kind().key, path, ""))
        if self.own.isModified() or not way.is_named:
            self.what.setText(survey.what)
            return
        self.own.setText(", ".join(sorted(survey.own)))
        said = _("{what}. Your address is a guess; correct it if it is wrong.")
        if not survey.own:
            said = _("{what}. Nobody in it could be recognised as you: give your address or name.")
        self.what.setText(said.format(what=survey.what))

    # --- importing --------------------------------------------------------------------------------------------------

    def _import(self) -> None:
        if (wish := self._wish()) is not None:
            self._run(self._take_in(wish))

    def _try(self) -> None:
        if (wish := self._wish()) is not None:
            self._run(self._look_through(wish))

    def _wish(self) -> Wish | None:
        """What is asked for, with the progress at its beginning; None where there is nothing to do."""
        path = self.path.text().strip()
        if self.is_busy or self.brought is not None:
            return None
        if not path:
            self.problem.setText(_("Choose a file or a folder first."))
            return None
        own = frozenset(one.strip() for one in self.own.text().replace(";", ",").split(",") if one.strip())
        name = self.name.text().strip() or default_name(Path(path))
        self.problem.setText("")
        self.progress.setValue(0)
        self.progress.show()
        return Wish(self._kind().key, Path(path), name, own)

    async def _look_through(self, wish: Wish) -> None:
        try:
            preview = await self._way().look_through(wish, self._report_try)
        finally:
            self.progress.hide()
        self.said.setText(preview_sentence(preview, number))
        self._list_skipped(preview.skipped, preview.skipped_count)

    def _report_try(self, progress: Progress) -> None:
        self.progress.setValue(_STEPS * progress.done // max(progress.size, 1))

    def _list_skipped(self, skipped: Sequence[Skipped], count: int) -> None:
        if count:
            told = ngettext("{count} thing was skipped:", "{count} things were skipped:", count)
            self.said.setText(self.said.text() + "\n" + told.format(count=number(count)))
        self.skipped.clear()
        self.skipped.addItems([f"{one.where}: {one.why}" for one in skipped])
        self.skipped.setVisible(bool(skipped))

    async def _take_in(self, wish: Wish) -> None:
        try:
            brought = await self._way().take_in(wish, self._report)
        except asyncio.CancelledError:
            if self._is_over:
                raise
            self.said.setText(_("Stopped. What came in so far stays; import it again to go on."))
            return
        self._show_result(brought)
        await self._show_alike()

    async def _show_alike(self) -> None:
        """Whom the people who came in may be; our own export brings everybody back as they were."""
        if self.imported is None:
            return
        found = await members.likenesses(self._core.store, self.imported.account)
        if not self._is_over:
            self.alike.show_people(found)

    def _report(self, progress: Progress) -> None:
        self._brought |= progress.added > 0
        self.progress.setValue(_STEPS * progress.done // max(progress.size, 1))
        told = ngettext("{count} new message so far", "{count} new messages so far", progress.added)
        self.said.setText(told.format(count=number(progress.added)))

    def _show_result(self, brought: Brought) -> None:
        self.brought = brought
        self._brought = True
        self.progress.setValue(_STEPS)
        self.said.setText("\n".join(brought.sentences))
        self._list_skipped(brought.skipped, brought.skipped_count)

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _kind(self) -> ArchiveFormat:
        kind: ArchiveFormat = self.kinds.currentData()
        return kind

    def _way(self) -> Bringing:
        return bringing(self._core, self._kind())

    def _run(self, work: Work) -> None:
        self._work = self._tasks.begin(self._tell_failure(work), "archive")
        self._settle()
        self._work.add_done_callback(lambda _task: self._settle())

    async def _tell_failure(self, work: Work) -> None:
        try:
            await work
        except UserFacingError as failed:
            self.problem.setText(failed.message)

    def _stop_or_leave(self) -> None:
        if self.is_busy and self.progress.isVisible() and self._work is not None:
            self._work.cancel()
        else:
            self.reject()

    def _settle(self) -> None:
        if self._is_over:
            return
        is_open = not self.is_busy and self.brought is None
        for part in (self.kinds, self.path, self.name, self.own):
            part.setEnabled(is_open)
        self.choose_file.setEnabled(is_open and self._kind().shape is not Shape.FOLDER)
        self.choose_folder.setEnabled(is_open and self._kind().shape is not Shape.FILE)
        self.go_on.setEnabled(is_open)
        self.try_out.setEnabled(is_open)
        self.go_on.setVisible(self.brought is None)
        self.try_out.setVisible(self.brought is None)
        if self.brought is not None:
            self._questions.hide()
            self.what.hide()
            self.give_up.setText(_("Close"))
            self.give_up.setFocus()
        elif self.is_busy and self.progress.isVisible():
            self.give_up.setText(_("Stop"))
        else:
            self.give_up.setText(_("Cancel"))

    def _connect(self) -> None:
        self.kinds.currentIndexChanged.connect(lambda _index: self._heed_kind())
        self.path.editingFinished.connect(self._heed_path)
        self.choose_file.clicked.connect(lambda: self._choose(folder=False))
        self.choose_folder.clicked.connect(lambda: self._choose(folder=True))
        self.go_on.clicked.connect(self._import)
        self.try_out.clicked.connect(self._try)
        self.give_up.clicked.connect(self._stop_or_leave)
        self.alike.settled.connect(lambda: self._tasks.start(self._show_alike(), "people of the import"))

    def _heed_path(self) -> None:
        if self.path.isModified():
            self.path.setModified(False)
            self._look()

    def _lay_out(self) -> None:
        self.setWindowTitle(_("Import an archive"))
        self.setMinimumSize(440, 420)
        self.resize(560, 560)
        self._fill_questions()
        self.progress.setMaximum(_STEPS)
        self.progress.setAccessibleName(_("Progress"))
        self.progress.setTextVisible(False)
        self.skipped.setAccessibleName(_("What was skipped"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.try_out)
        buttons.addStretch()
        buttons.addWidget(self.give_up)
        buttons.addWidget(self.go_on)
        column = titled_column(self._theme, self)
        column.addWidget(self.about)
        for part in (self._questions, self.what, self.progress, self.said, self.problem):
            column.addWidget(part)
        column.addWidget(self.skipped, 1)
        column.addWidget(self.alike, 2)
        column.addStretch()
        column.addLayout(buttons)
        self.progress.hide()
        self.skipped.hide()
        self.go_on.setDefault(True)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)

    def _fill_questions(self) -> None:
        for manifest in self._core.catalogue.values():
            for kind in manifest.archives:
                self.kinds.addItem(str(kind.name), kind)
        self.kinds.addItem(str(OURS.name), OURS)
        self.name.setPlaceholderText(_("Like the file or folder"))
        self.own.setPlaceholderText(_("Separated by commas; guessed where left empty"))
        rows = self._rows
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for label, field in self._named_fields():
            field.setAccessibleName(label)
            add_field(rows, label, field)
            if field is self.path:
                rows.addRow("", self._choosers())

    def _named_fields(self) -> tuple[tuple[str, QWidget], ...]:
        return (
            (_("Kind"), self.kinds),
            (_("File or folder"), self.path),
            (_("Name here"), self.name),
            (_("Your addresses or names"), self.own),
        )

    def _choosers(self) -> QWidget:
        both = QWidget()
        line = QHBoxLayout(both)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.choose_file)
        line.addWidget(self.choose_folder)
        line.addStretch()
        return both
