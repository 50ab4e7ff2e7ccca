"""Picks a template over the composer: typing finds it by name, shortcut, keyword or text; beside it what it says."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.domain.ids import TemplateId
from inbox_app.domain.templates import Family
from inbox_app.domain.words import Hat
from inbox_app.i18n import _
from ui.choices import Choice, Choices
from ui.commands import Does, first_key, keys_of
from ui.templates.preview import Preview
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, ToolButton, rule

_SIZE, _MARGIN = QSize(780, 400), 12
_LIST = 320
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class Picker(QDialog):
    """`chosen` is the template that was picked, `at_once` whether it shall be sent too.

    Signals:
        looked_at: the template under the cursor, to be shown by `preview`.
    """

    looked_at = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, over: QWidget, families: Sequence[Family]) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(_("Insert a template"))
        self.setProperty("bar", "commands")
        self.chosen: TemplateId | None = None
        self.at_once = self.wants_page = False
        self._over, self._families = over, families
        nothing = _("No template fits. Another word may find one; {key} opens all of them.").format(
            key=first_key(Does.TEMPLATES)
        )
        if not families:
            nothing = _("There is no template yet. “All templates” makes the first one, or takes a table in.")
        self.choices = Choices(theme, _("Find a template"), _("Name, /shortcut or any word of it"), nothing)
        self.preview = Preview(theme)
        self._page = ToolButton(theme, "notebook", _("All templates"), "link")
        self._page.clicked.connect(self._go_to_page)
        self._lay_out(theme)
        self.choices.typed.connect(self._narrow)
        self.choices.chosen.connect(self._choose)
        self.choices.list.currentItemChanged.connect(self._look)
        self.choices.field.installEventFilter(self)
        self.choices.setFocus()

    def start(self) -> None:
        """Offer all of them; whoever shows previews hears of the first."""
        self._narrow("")

    @property
    def words(self) -> str:
        """What was typed."""
        return self.choices.field.text()

    def showEvent(self, event: QShowEvent) -> None:
        """It stands over the composer, where the text will be, as large as the window allows."""
        super().showEvent(event)
        window = self.parentWidget()
        if window is None:
            return
        room = window.size() - QSize(2 * _MARGIN, 2 * _MARGIN)
        self.resize(_SIZE.boundedTo(room))
        foot = self._over.mapTo(window, QPoint(0, self._over.height()))
        left = max(_MARGIN, min(foot.x(), window.width() - self.width() - _MARGIN))
        top = max(_MARGIN, min(foot.y(), window.height() - _MARGIN) - self.height())
        self.move(window.mapToGlobal(QPoint(left, top)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What sends in the composer picks and sends here."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and _sends(event):
            self.at_once = True
            self.choices.choose()
            self.at_once = self.chosen is not None
            return True
        return super().eventFilter(watched, event)

    def _lay_out(self, theme: Theme) -> None:
        keys = _("Enter inserts · {send} sends · Esc closes").format(send=first_key(Does.SEND))
        foot = QHBoxLayout()
        foot.addWidget(Label(theme, keys, size=fonts.META, tone="meta").eliding(), 1)
        foot.addWidget(self._page)
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(self.choices, 5)
        both.addWidget(self.preview, 6)
        self.choices.setMinimumWidth(min(_LIST, theme.scaled(180)))
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 8)
        column.addLayout(both, 1)
        column.addWidget(rule())
        column.addLayout(foot)

    def _narrow(self, typed: str) -> None:
        words = typed.strip().lstrip("/")
        fitting = (one for one in self._families if one.fits(words))
        found = sorted(fitting, key=lambda one: (one.rank(words), one.only_acts))
        self.choices.offer(_choice(one) for one in found)
        if not found:
            self.preview.clear()

    def _look(self) -> None:
        item = self.choices.list.currentItem()
        if item is not None:
            self.looked_at.emit(self.choices.offered[self.choices.list.currentRow()].value)

    def _choose(self, wanted: object) -> None:
        self.chosen = TemplateId(str(wanted))
        self.accept()

    def _go_to_page(self) -> None:
        self.wants_page = True
        self.accept()


def _sends(event: QKeyEvent) -> bool:
    """Whether it is what sends in the composer, and no letter of what is looked for."""
    if event.text().isprintable() and event.text() and not event.modifiers() & _HELD:
        return False
    pressed = QKeyCombination(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key()))
    return QKeySequence(pressed) in [QKeySequence(key) for key in keys_of(Does.SEND)]


def _choice(family: Family) -> Choice:
    first = family.first
    icon = "megaphone" if first.hat is Hat.SOCIAL else "question" if first.question else "notebook"
    if family.only_acts:
        icon = "lightning"
    return Choice(first.id, first.name, first.shortcut or first.folder, icon)
