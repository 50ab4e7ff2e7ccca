"""Whether this workspace is encrypted, what that means, and what can be done about it."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QWidget

from inbox_app.i18n import _
from inbox_app.paths import NotAWorkspace, WorkspaceKind, resolve_workspace
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.titled import foot, show_all_text, titled_column
from ui.theme.widgets import CheckBox, Label, PushButton


class Change(Enum):
    """What a person can ask for."""

    ENCRYPT = auto()
    NEW_KEY = auto()
    DECRYPT = auto()


class EncryptionDialog(QDialog):
    """Accepted with what was `chosen`."""

    def __init__(self, theme: Theme, parent: QWidget | None, name: str, *, encrypted: bool, on_server: bool) -> None:
        super().__init__(parent)
        self._theme = theme
        self.chosen: Change | None = None
        self.buttons: dict[Change, PushButton] = {}
        self.setWindowTitle(_("Encryption of {name}").format(name=name))
        self.setMinimumWidth(540)
        column = titled_column(theme, self)
        state = _state(encrypted=encrypted, on_server=on_server)
        column.addWidget(Label(theme, state, weight=fonts.BOLD).wrapping())
        column.addWidget(Label(theme, _about(encrypted=encrypted, on_server=on_server), tone="second").wrapping())
        if not on_server:
            hint = _("The workspace is closed meanwhile. A copy is read back before it takes the old one's place.")
            column.addWidget(Label(theme, hint, size=fonts.META, tone="meta").wrapping())
        buttons = QHBoxLayout()
        close = PushButton(theme, _("Close"), "plain")
        close.clicked.connect(self.reject)
        for change in () if on_server else (Change.DECRYPT, Change.NEW_KEY) if encrypted else (Change.ENCRYPT,):
            buttons.addWidget(self._button(change))
        buttons.insertStretch(1 if encrypted else 0, 1)
        buttons.insertWidget(buttons.count() if encrypted else 1, close)
        column.addStretch(1)
        column.addLayout(buttons)
        show_all_text(self)

    def _button(self, change: Change) -> PushButton:
        button = PushButton(self._theme, _name(change), "plain" if change is Change.DECRYPT else "primary")
        button.clicked.connect(lambda: self._choose(change))
        self.buttons[change] = button
        return button

    def _choose(self, change: Change) -> None:
        self.chosen = change
        self.accept()


class NewWorkspaceDialog(QDialog):
    """Asks what a new workspace is called, and whether it is encrypted."""

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("New workspace"))
        self.setMinimumWidth(500)
        self.name = QLineEdit()
        self.name.setAccessibleName(_("Name"))
        self.name.setPlaceholderText(_("Name, a brand's for example"))
        self.encrypted = CheckBox(_("Encrypt it"))
        about = _(
            "Nobody who gets hold of the disk or of a backup can read an encrypted workspace. It is opened by a key in "
            "this computer's keyring; a recovery phrase, which you print, opens it where that key is lost."
        )
        self.problem = Label(theme, "", tone="red").wrapping()
        self.go = PushButton(theme, _("Make it"), "primary")
        column = titled_column(theme, self)
        column.addWidget(self.name)
        column.addWidget(self.encrypted)
        column.addWidget(Label(theme, about, size=fonts.META, tone="meta").wrapping())
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addLayout(foot(theme, self, self.go))
        self.name.textChanged.connect(lambda _text: self._judge())
        self.go.clicked.connect(self.accept)
        self._judge()
        self.name.setFocus()
        show_all_text(self)

    def _judge(self) -> None:
        text, problem = self.name.text().strip(), ""
        try:
            address = resolve_workspace(text) if text else None
        except NotAWorkspace:
            address, problem = None, _("A workspace cannot be called that. Use letters, digits and blanks.")
        if address is not None and address.kind is WorkspaceKind.SQLITE and address.database.exists():
            address, problem = None, _("There is a workspace of this name already. Choose another name.")
        self.problem.setText(problem)
        self.go.setEnabled(address is not None)


def _state(*, encrypted: bool, on_server: bool) -> str:
    if on_server:
        return _("This workspace lies on a server")
    return _("This workspace is encrypted") if encrypted else _("This workspace is not encrypted")


def _about(*, encrypted: bool, on_server: bool) -> str:
    if on_server:
        from inbox_app.actions.encrypting import said_of_servers

        return said_of_servers()
    if encrypted:
        return _(
            "Its messages, attachments and backups can be read with its key alone, which is in this computer's "
            "keyring, and with the recovery phrase that you printed. Give it a new key when somebody may have seen the "
            "phrase. What you export is not encrypted, and neither are backups that you saved elsewhere before."
        )
    return _(
        "Whoever gets hold of the disk, or of a backup, can read it. Encrypted, its messages, attachments and backups "
        "can be read with a key alone: it is kept in this computer's keyring, and a recovery phrase, which you print, "
        "opens the workspace where the key is lost. What you export is not encrypted."
    )


def _name(change: Change) -> str:
    return {
        Change.ENCRYPT: _("Encrypt this workspace…"),
        Change.NEW_KEY: _("Give it a new key…"),
        Change.DECRYPT: _("Make it readable again…"),
    }[change]
