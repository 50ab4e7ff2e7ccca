"""Removing an account: its history stays, or goes with it for good once it was counted and the account's name typed."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from inbox_app.actions import emptying
from inbox_app.domain.emptying import Holdings
from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _
from ui import dialogs
from ui.core import Core
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.counted import counted
from ui.theme.theme import Theme
from ui.theme.titled import foot, titled_column
from ui.theme.widgets import Label, PushButton, RadioButton


class RemoveDialog(QDialog):
    """Accepted once it is decided; `with_history` says how."""

    def __init__(self, theme: Theme, row: AccountRow, there: Holdings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._there, self._name = there, row.name or row.handle
        gone = row.state is AccountState.REMOVED
        title = _("Delete the history of {name}") if gone else _("Remove {name}")
        self.setWindowTitle(title.format(name=self._name))
        self.resize(480, 420)
        self.keep = RadioButton(_("Keep its history"))
        self.delete = RadioButton(_("Delete its history too"))
        (self.delete if gone else self.keep).setChecked(True)
        self.typed = QLineEdit()
        self.typed.setAccessibleName(_("The account’s name"))
        self.go = PushButton(theme, _("Remove"), "primary")
        column = titled_column(theme, self)
        # Two may bear one name.
        where = [channel_name(row.channel), *([row.handle] if row.handle != self._name else [])]
        column.addWidget(Label(theme, " · ".join(where), size=fonts.META, tone="meta").wrapping())
        if not gone:
            column.addWidget(self.keep)
            column.addWidget(Label(theme, _about_keeping(row), tone="second").wrapping())
            column.addWidget(self.delete)
        self.room = self._told(theme)
        column.addWidget(self.room)
        column.addStretch(1)
        column.addLayout(foot(theme, self, self.go))
        self.delete.toggled.connect(self._turn)
        self.typed.textChanged.connect(lambda _text: self.go.setEnabled(self.is_decided))
        self.go.clicked.connect(self.accept)
        self._turn()

    @property
    def with_history(self) -> bool:
        """Whether its history goes too."""
        return self.delete.isChecked()

    @property
    def is_decided(self) -> bool:
        """Whether nothing is missing: what goes for good wants its name."""
        return not self.with_history or emptying.is_name(self._there, self.typed.text(), self._name)

    def _turn(self) -> None:
        self.room.setEnabled(self.with_history)
        self.go.setText(_("Delete for good") if self.with_history else _("Remove"))
        self.go.setEnabled(self.is_decided)
        if self.with_history:
            self.typed.setFocus()

    def _told(self, theme: Theme) -> QWidget:
        """What there is, what becomes of it, and where its name is typed."""
        about = _(
            "Everything that came in and went out by it, and people of whom nothing else is left. No undo brings it "
            "back. Not in Portavoce’s reach: what the service holds, exports, and backups made before."
        )
        room = QWidget()
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(counted(theme, self._there.lines))
        column.addWidget(Label(theme, about, tone="second").wrapping())
        name = _("To go on, type the name: {name}").format(name=self._name)
        column.addWidget(Label(theme, name).wrapping())
        column.addWidget(self.typed)
        return room


async def remove(core: Core, theme: Theme, row: AccountRow, parent: QWidget) -> str:
    """Ask how, and do it; a sentence about it, empty where there is nothing to say. A removed one loses its history.

    Raises:
        UserFacingError: it did not work.
    """
    dialog = RemoveDialog(theme, row, await emptying.preview(core.store, row.id), parent.window())
    if not await dialogs.ask(dialog):
        return ""
    with_history = dialog.with_history
    if row.state is not AccountState.REMOVED:
        await core.remove_account(row.id)
    if not with_history:
        told = _("{name} is removed. Its conversations are kept; what was open there is done.")
        return told.format(name=row.name or row.handle)
    await emptying.begin(core.store, row.id)
    await emptying.finish(core.store, core.address.accounts)
    return _("{name} and its history are deleted for good.").format(name=row.name or row.handle)


def _about_keeping(row: AccountRow) -> str:
    if row.state is AccountState.ARCHIVE:
        return _("The archive leaves the list of accounts. Its conversations stay here.")
    return _(
        "It is disconnected and its password forgotten. Its conversations stay here, and nothing more comes in or goes "
        "out: what waits to be sent is marked as not sent."
    )
