"""Erasing a member: what will go is counted first, and nothing goes before the name was typed."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inbox_app.domain.erasure import Erasing, Extent
from inbox_app.i18n import _
from ui.theme.counted import counted
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import foot, titled_column
from ui.theme.widgets import Label, PushButton, RadioButton


class EraseDialog(QDialog):
    """Accepted once the name was typed; `how` is what was chosen then."""

    def __init__(self, theme: Theme, extent: Extent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._extent = extent
        self.setWindowTitle(_("Erase {name} for good").format(name=extent.name))
        self.resize(480, 520)
        self.erase = RadioButton(_("Erase"))
        self.anonymise = RadioButton(_("Anonymise"))
        self.erase.setChecked(True)
        self.typed = QLineEdit()
        self.typed.setAccessibleName(_("The member’s name"))
        self.go = PushButton(theme, _("Erase for good"), "primary")
        self.go.setEnabled(False)
        self.typed.textChanged.connect(lambda _text: self.go.setEnabled(self.is_confirmed))
        self.go.clicked.connect(self.accept)
        column = titled_column(theme, self)
        column.addWidget(self._told(theme), 1)
        column.addWidget(Label(theme, _("To go on, type the name: {name}").format(name=extent.name)).wrapping())
        column.addWidget(self.typed)
        column.addLayout(foot(theme, self, self.go))
        self.typed.setFocus()

    @property
    def how(self) -> Erasing:
        """What was chosen."""
        return Erasing.ANONYMISE if self.anonymise.isChecked() else Erasing.ERASE

    @property
    def is_confirmed(self) -> bool:
        """Whether the name stands there."""
        return _same(self.typed.text()) == _same(self._extent.name)

    def _told(self, theme: Theme) -> QScrollArea:
        """What there is and what becomes of it; on a low screen it is scrolled, and the name stays in sight."""
        hint = _(
            "What others said stays, without this person’s names and quoted lines. Backups are cleaned too. "
            "A sync, an import or an older backup brings nothing of it back, and no undo does. Not in Portavoce’s "
            "reach: exports, copies saved elsewhere, the folder of a “Folder” account, "
            "and what the service itself holds."
        )
        room = QWidget()
        room.setProperty("plain", True)
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(Label(theme, ", ".join(self._extent.handles), tone="second").wrapping())
        column.addLayout(counted(theme, self._extent.lines))
        for choice, about in (
            (self.erase, _("What they said goes, and conversations with nobody else.")),
            (self.anonymise, _("Conversations stay, without who it was and what they said.")),
        ):
            column.addWidget(choice)
            column.addWidget(Label(theme, about, tone="second").wrapping())
        column.addWidget(Label(theme, hint, tone="second").wrapping())
        column.addStretch(1)
        return scrolling(room, _("What will go"))


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()
