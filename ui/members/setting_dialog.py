"""One fact or field that is set for several members at once, or taken away from all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from inbox_app.domain.ids import FieldId
from inbox_app.domain.people import CHOICES, Fact, Field
from inbox_app.domain.people_words import fact_name, fact_value
from inbox_app.i18n import _, ngettext
from ui.theme import fonts
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import ChoiceBox, Label, PushButton

_OF_MANY = (Fact.LANGUAGE, Fact.CONSENT, Fact.ADDRESS_FORM, Fact.PRONOUNS)
"""What several may have in common: a name they do not."""


class SettingDialog(QDialog):
    """`facts` or `own` is what is to be set; an empty value takes it away."""

    def __init__(self, theme: Theme, parent: QWidget, count: int, fields: Sequence[Field]) -> None:
        super().__init__(parent)
        title = ngettext("Set for {count} member", "Set for {count} members", count)
        self.setWindowTitle(title.format(count=number(count)))
        self.resize(420, 220)
        self.which, self.chosen, self.typed = ChoiceBox(theme), ChoiceBox(theme), QLineEdit()
        self.which.setAccessibleName(_("What is set"))
        for fact in _OF_MANY:
            self.which.addItem(fact_name(fact), fact)
        for field in fields:
            self.which.addItem(field.name, field.id)
        for editor in (self.chosen, self.typed):
            editor.setAccessibleName(_("The value"))
        self.typed.setPlaceholderText("—")
        go = PushButton(theme, _("Set"), "primary")
        go.clicked.connect(self.accept)
        self.which.currentIndexChanged.connect(lambda _place: self._show_editor())
        column = titled_column(theme, self)
        column.addWidget(self.which)
        column.addWidget(self.chosen)
        column.addWidget(self.typed)
        told = _("What they have so far is replaced; left empty, it is taken away. One Z brings all of it back.")
        column.addWidget(Label(theme, told, size=fonts.META, tone="second").wrapping())
        column.addStretch(1)
        column.addWidget(go, 0, Qt.AlignmentFlag.AlignRight)
        self._show_editor()

    @property
    def called(self) -> str:
        """What it is that is set, in words."""
        return self.which.currentText()

    @property
    def facts(self) -> dict[Fact, str]:
        """The fact, where it is one."""
        return {Fact(self._wanted): self._value} if self._wanted in set(Fact) else {}

    @property
    def own(self) -> dict[FieldId, str]:
        """The workspace's own field, where it is one."""
        return {} if self.facts else {FieldId(self._wanted): self._value}

    @property
    def _wanted(self) -> str:
        return str(self.which.currentData())

    @property
    def _value(self) -> str:
        return str(self.chosen.currentData()) if self._wanted in CHOICES else self.typed.text().strip()

    def _show_editor(self) -> None:
        choices = CHOICES.get(Fact(self._wanted), ()) if self._wanted in CHOICES else ()
        self.chosen.clear()
        self.chosen.addItem("—", "")
        for one in choices:
            self.chosen.addItem(fact_value(Fact(self._wanted), one), one)
        self.chosen.setVisible(bool(choices))
        self.typed.setVisible(not choices)
