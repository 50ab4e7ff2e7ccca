"""Where a backup is brought back: into a workspace of its own, or in place of the one that is open."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from inbox_app.i18n import _
from ui.dialogs import fit_to_screen
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton, RadioButton


class RestoreDialog(QDialog):
    """Accepted when it is to be done; `is_over` says whether in place of the open workspace."""

    def __init__(self, theme: Theme, here: str, beside: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Restore"))
        self.setMinimumWidth(480)
        self._here, self._beside = here, beside
        self.beside = RadioButton(_("Beside, as a workspace of its own"))
        self.over = RadioButton(_("In place of the one that is open"))
        self.beside.setChecked(True)
        self.go, stay = PushButton(theme, "", "primary"), PushButton(theme, _("Cancel"), "plain")
        self.about = Label(theme, tone="second").wrapping()
        self.warning = Label(theme, tone="red").wrapping()
        self.over.toggled.connect(self._turn)
        self.go.clicked.connect(self.accept)
        stay.clicked.connect(self.reject)
        column = titled_column(theme, self)
        for part in (self.beside, self.over, self.about, self.warning):
            column.addWidget(part)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(stay)
        foot.addWidget(self.go)
        column.addLayout(foot)
        stay.setDefault(True)
        self._tell()

    @property
    def is_over(self) -> bool:
        """What was chosen."""
        return self.over.isChecked()

    def _turn(self) -> None:
        """The other way takes more words: the dialog grows by them."""
        self._tell()
        fit_to_screen(self)

    def _tell(self) -> None:
        self.warning.setVisible(self.is_over)
        if self.is_over:
            self.go.setText(_("Replace this workspace"))
            self.about.setText(
                _(
                    "Portavoce closes {name}, puts its database aside among the backups, and opens the backup in its "
                    "place. Accounts stay signed in. What waited to be sent then asks you first."
                ).format(name=self._here)
            )
            self.warning.setText(
                _(
                    "What came, was written, noted or decided since the backup was made is not in it. What a service "
                    "still holds is synced again; the rest is only in the database that is put aside."
                )
            )
        else:
            self.go.setText(_("Restore beside"))
            self.about.setText(
                _(
                    "It will be called {name}; the workspace that is open stays as it is. It holds no passwords: sign "
                    "in again there. What waited to be sent then asks you first."
                ).format(name=self._beside)
            )
