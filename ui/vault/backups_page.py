"""The backups of the workspace: which there are, one more now, a copy elsewhere, and the way back from one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inbox_app.actions.backing_up import Backup
from inbox_app.exchange.extents import messages_of, readable_size
from inbox_app.i18n import _
from ui.members.section import empty
from ui.theme import fonts
from ui.theme.moments import ago, in_full
from ui.theme.numbers import number
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton


class BackupsPage(QDialog):
    """Shows what it is given.

    Signals:
        make_asked, copy_asked, other_asked: the button of that name.
        restore_asked: the `Path` of the backup to bring back.
    """

    make_asked = Signal()
    copy_asked = Signal()
    other_asked = Signal()
    restore_asked = Signal(Path)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.is_over = False
        self.wanted_instead: Path | None = None
        self.setWindowTitle(_("Backups of {name}").format(name=name))
        self.resize(620, 480)
        self.state = Label(theme, "", size=fonts.MESSAGE, weight=fonts.BOLD).wrapping()
        self.problem = Label(theme, tone="red").wrapping()
        self.make = PushButton(theme, _("Back up now"), "primary")
        self.copy = PushButton(theme, _("Save a copy elsewhere…"), "plain")
        self.other = PushButton(theme, _("Restore from a folder…"), "plain")
        self.make.clicked.connect(self.make_asked)
        self.copy.clicked.connect(self.copy_asked)
        self.other.clicked.connect(self.other_asked)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        hint = _(
            "While Portavoce is open it makes a backup a day, reads it back, and keeps the last of seven days and of "
            "four weeks. Backups hold messages, attachments and notes, never passwords. A backup on the same disk "
            "does not outlive the disk: save a copy elsewhere now and then."
        )
        column = titled_column(theme, self)
        column.addWidget(self.state)
        column.addWidget(Label(theme, hint, tone="second").wrapping())
        column.addWidget(self._area(), 1)
        column.addWidget(self.problem)
        foot = QHBoxLayout()
        foot.addWidget(self.other)
        foot.addStretch(1)
        foot.addWidget(self.copy)
        foot.addWidget(self.make)
        column.addLayout(foot)

    def show_backups(self, there: Sequence[Backup]) -> None:
        """List these, newest first."""
        newest = _("Last backup: {when}").format(when=ago(there[0].made_at)) if there else _("There is no backup yet.")
        self.state.setText(newest)
        empty(self._lines)
        for one in there:
            self._lines.addWidget(self._line(one))

    def be_busy(self, words: str) -> None:
        """Say what is being done; nothing else can be begun meanwhile. Empty: it is over."""
        for button in (self.make, self.copy, self.other):
            button.setEnabled(not words)
        if words:
            self.state.setText(words)

    def close_for(self, backup: Path) -> None:
        """Close, since this backup is to take the place of the workspace."""
        if not self.is_over:
            self.wanted_instead = backup
            self.accept()

    def done(self, result: int) -> None:
        """Closed, however: what was begun goes on, and tells nothing here any more."""
        self.is_over = True
        super().done(result)

    def _area(self) -> QScrollArea:
        room = QWidget()
        room.setProperty("plain", True)
        inner = QVBoxLayout(room)
        inner.setContentsMargins(0, 0, 6, 0)
        inner.addLayout(self._lines)
        inner.addStretch(1)
        return scrolling(room, _("Backups"))

    def _line(self, one: Backup) -> QFrame:
        when = in_full(one.made_at)
        card = QFrame()
        card.setProperty("card", "plain")
        card.setAccessibleName(when)
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 8, 12, 8)
        said = QVBoxLayout()
        said.setSpacing(1)
        said.addWidget(Label(self._theme, when, weight=fonts.BOLD).eliding())
        about = f"{messages_of(one.messages, number)}  ·  {readable_size(one.size)}"
        said.addWidget(Label(self._theme, about, size=fonts.META, tone="meta").eliding())
        row.addLayout(said, 1)
        restore = PushButton(self._theme, _("Restore…"))
        restore.setAccessibleName(_("Restore the backup of {when}").format(when=when))
        restore.clicked.connect(lambda: self.restore_asked.emit(one.path))
        row.addWidget(restore)
        return card
