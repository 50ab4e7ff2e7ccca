"""Giving a command another key: what is pressed, what it means already, and the way back."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import QDialog, QKeySequenceEdit, QLineEdit, QWidget

from inbox_app.i18n import _
from ui.commands import Does, conflicts, key_text, name_of
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.titled import foot, titled_column
from ui.theme.told import told_as
from ui.theme.widgets import Label, PushButton


class KeyDialog(QDialog):
    """Accepted with `key` in Qt's portable form, empty for the key that the command has by itself."""

    def __init__(self, theme: Theme, parent: QWidget, does: Does) -> None:
        super().__init__(parent)
        self._does = does
        self.key = ""
        name = name_of(does)
        self.setWindowTitle(_("Change a key"))
        self.setMinimumWidth(420)
        self.field = told_as(QKeySequenceEdit(), QAccessible.Role.HotkeyField)
        self.field.setAccessibleName(_("New key for {command}").format(command=name))
        for inner in self.field.findChildren(QLineEdit):
            # It is what the focus is in, and what is read out.
            inner.setAccessibleName(self.field.accessibleName())
        self.field.setMaximumSequenceLength(2)
        self.said = Label(theme, tone="second").wrapping()
        self.save = PushButton(theme, _("Save"), "primary")
        self.usual = PushButton(theme, _("As it was at first"), "plain")
        column = titled_column(theme, self)
        column.addWidget(Label(theme, name, weight=fonts.BOLD).wrapping())
        column.addWidget(self.field)
        column.addWidget(self.said)
        column.addLayout(foot(theme, self, self.save, self.usual))
        self.field.keySequenceChanged.connect(lambda _keys: self._judge())
        self.save.clicked.connect(self._keep)
        self.usual.clicked.connect(self.accept)
        self._judge()
        self.field.setFocus()

    def _judge(self) -> None:
        """Say what the key means already: it can be saved where it means nothing else."""
        key = self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        taken = conflicts(key, self._does) if key else ()
        self.save.setEnabled(bool(key) and not taken)
        if not key:
            self.said.setText(
                _("Press the new key, or two one after the other. Now it is {keys}.").format(keys=key_text(self._does))
            )
        elif taken:
            names = ", ".join(name_of(one) for one in taken)
            self.said.setText(_("That key is taken by: {commands}. Press another one.").format(commands=names))
        else:
            self.said.setText(_("That key is free."))

    def _keep(self) -> None:
        self.key = self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        self.accept()
