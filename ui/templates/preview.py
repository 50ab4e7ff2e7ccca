"""How a template would stand here: its text with what was filled in and what is missing, and why this variant."""

from __future__ import annotations

from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from inbox_app.domain.macro import Deed, Step
from inbox_app.domain.placeholders import Mark, Piece
from inbox_app.domain.templates import Family
from inbox_app.i18n import _, ngettext
from inbox_app.queries.templates import Prepared
from ui.theme import fonts
from ui.theme.moments import at
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Label


class Preview(QWidget):
    """Empty until it is told what to show."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.field = QPlainTextEdit()
        self.field.setReadOnly(True)
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName(_("What the template says here"))
        self.field.setFont(theme.font(fonts.MESSAGE))
        self.field.document().setDocumentMargin(0)
        self.field.setProperty("read", True)
        self.about = Label(theme, size=fonts.META, tone="second").wrapping()
        self.missing = Label(theme, size=fonts.META, tone="warn").wrapping()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 4, 0)
        column.setSpacing(6)
        column.addWidget(self.field, 1)
        column.addWidget(self.missing)
        column.addWidget(self.about)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.field.setPlainText("")
        self.about.setText("")
        self.missing.hide()

    def show_prepared(self, made: Prepared) -> None:
        """Show a template as it would stand."""
        self.field.setPlainText("")
        cursor = self.field.textCursor()
        for piece in made.filled.pieces:
            cursor.insertText(piece.text, self._dress(piece))
        if not made.filled.text:
            cursor.insertText(_("It has no text: it only does its steps."), self._ink("text3"))
        self.field.moveCursor(QTextCursor.MoveOperation.Start)
        names = ", ".join(f"{{{name}}}" for name in made.filled.missing)
        self.missing.setText(_("Missing here: {names}").format(names=names))
        self.missing.setVisible(bool(names))
        self.about.setText("\n".join(filter(None, (" ".join(made.reasons), *_about(made.family)))))

    def _dress(self, piece: Piece) -> QTextCharFormat:
        if piece.mark is Mark.MISSING:
            marked = self._ink("warn")
            marked.setBackground(self._theme.colour("warn_soft"))
            marked.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
            return marked
        if piece.mark is Mark.TEXT:
            return self._ink("text")
        filled = self._ink("accent_text")
        filled.setFontWeight(fonts.MEDIUM)
        filled.setFontItalic(piece.mark is Mark.FALLBACK)
        return filled

    def _ink(self, tone: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self._theme.colour(tone))
        return made


def _about(family: Family) -> list[str]:
    told = []
    if family.files:
        told.append(_("With {files}.").format(files=", ".join(file.name for file in family.files)))
    if family.first.steps:
        told.append(_("Then: {steps}.").format(steps=", ".join(map(step_text, family.first.steps))))
    if family.last_used is not None:
        used = ngettext("Used once, {when}.", "Used {count} times, last {when}.", family.uses)
        told.append(used.format(count=number(family.uses), when=at(family.last_used)))
    return told


def step_text(step: Step) -> str:
    """A step as people say it."""
    names = {
        Deed.TAG: _("tag “{value}”"),
        Deed.UNTAG: _("take the tag “{value}” off"),
        Deed.DONE: _("done"),
        Deed.SNOOZE: _("snooze {value}"),
        Deed.ASSIGN: _("assign to {value}"),
        Deed.HAT: _("the {value} hat"),
        Deed.SEND: _("send at once"),
        Deed.NEXT: _("go to the next"),
    }
    return names[step.deed].format(value=step.value)
