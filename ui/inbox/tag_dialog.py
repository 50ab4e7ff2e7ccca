"""Which tag to put on or take off: those there are, marked where it is on already, and a new one by typing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtWidgets import QDialog, QWidget

from inbox_app.domain.inbox import Tag
from inbox_app.i18n import _
from ui.choices import Choice, Choices, fitting
from ui.theme.theme import Theme
from ui.theme.titled import titled_column


class TagDialog(QDialog):
    """`chosen` is the name of the tag; empty when the person gave up."""

    def __init__(self, theme: Theme, parent: QWidget, tags: Sequence[Tag], has: Collection[str]) -> None:
        super().__init__(parent)
        self.chosen = ""
        self.setWindowTitle(_("Tag"))
        self.resize(420, 380)
        self._known = [
            Choice(tag.name, tag.name, _("take off") if tag.name in has else "", "check" if tag.name in has else "tag")
            for tag in tags
        ]
        self.choices = Choices(
            theme, _("Name of the tag"), _("Find or make a tag"), _("There is no tag yet. Type a name to make one.")
        )
        column = titled_column(theme, self)
        column.addWidget(self.choices)
        self.choices.typed.connect(self._narrow)
        self.choices.chosen.connect(self._choose)
        self._narrow("")
        self.choices.setFocus()

    def _narrow(self, words: str) -> None:
        name = " ".join(words.split())
        offered = fitting(name, self._known)
        if name and name.casefold() not in {str(one.value).casefold() for one in self._known}:
            offered.append(Choice(name, _("Make the tag “{name}”").format(name=name), mark="plus"))
        self.choices.offer(offered)

    def _choose(self, name: object) -> None:
        self.chosen = str(name)
        self.accept()
