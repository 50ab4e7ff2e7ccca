"""A list to choose from by keys while one types: each line a name, and at its end what else is to be known of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from inbox_app.i18n import _
from ui.theme import fonts, icons
from ui.theme.announcing import announce
from ui.theme.mirroring import placed, write
from ui.theme.numbers import number
from ui.theme.painting import draw_ground
from ui.theme.theme import Theme
from ui.theme.widgets import Label

_LIST_KEYS = {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}
_CHOICE = Qt.ItemDataRole.UserRole
_HEIGHT, _LEAST_NAME = 38, 96
"""Where a name would have less room, what is aside gives way."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line; `value` is what it stands for, `mark` an icon before it."""

    value: object
    name: str
    aside: str = ""
    mark: str = ""

    @property
    def spoken(self) -> str:
        """The line as a screen reader says it, and as it is found."""
        return ", ".join(part for part in (self.name, self.aside) if part)


class Choices(QWidget):
    """A field and a list below it; `typed` says that the lines may have to change, `chosen` which one was taken."""

    typed = Signal(str)
    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, hint: str, nothing: str) -> None:
        super().__init__()
        self.at_once = True
        """Whether a click on a line takes it; otherwise it only goes there."""
        self.field = QLineEdit()
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(name)
        self.field.setFont(theme.font(fonts.MESSAGE))
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Painter(theme, self.list))
        self.nothing = Label(theme, nothing, tone="second").wrapping()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        self.field.textChanged.connect(self.typed)
        self.field.returnPressed.connect(self.choose)
        self.list.itemClicked.connect(lambda _item: self.choose() if self.at_once else None)
        self.list.itemActivated.connect(lambda _item: self.choose() if not self.at_once else None)
        self.list.currentRowChanged.connect(self._tell_row)
        self.field.installEventFilter(self)
        self.setFocusProxy(self.field)

    def offer(self, choices: Iterable[Choice]) -> None:
        """Show these lines, the first one chosen."""
        self.list.clear()
        for choice in choices:
            item = QListWidgetItem(choice.spoken)
            item.setData(_CHOICE, choice)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.nothing.setVisible(not self.list.count())
        self.list.setVisible(bool(self.list.count()))

    @property
    def offered(self) -> list[Choice]:
        """The lines that are shown."""
        return [self.list.item(place).data(_CHOICE) for place in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows move in the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _LIST_KEYS:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _tell_row(self, row: int) -> None:
        """The keyboard stays in the field: without a word, who does not see would not know which line is marked."""
        if row >= 0 and self.field.hasFocus():
            place = _("{number} of {count}").format(number=number(row + 1), count=number(self.list.count()))
            announce(self.list, f"{self.list.item(row).text()}, {place}")

    def choose(self) -> None:
        """Take the line that is marked."""
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(item.data(_CHOICE).value)


def fitting(words: str, choices: Sequence[Choice]) -> list[Choice]:
    """Those whose line holds every word; those that begin with them first."""
    wanted = words.casefold().split()
    found = [one for one in choices if all(word in one.spoken.casefold() for word in wanted)]
    return sorted(found, key=lambda one: bool(wanted) and not one.name.casefold().startswith(wanted[0]))


class _Painter(QStyledItemDelegate):
    """A line as the design has them: room above and below, what is aside in the meta colour at the end."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, self._theme.scaled(_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice: Choice = index.data(_CHOICE)
        where = QRectF(option.rect).adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ground(painter, where, self._theme, option.state)
        inside = where.adjusted(12, 0, -12, 0)
        self._draw_texts(painter, where, self._draw_mark(painter, where, inside, choice), choice)
        painter.restore()

    def _draw_mark(self, painter: QPainter, where: QRectF, inside: QRectF, choice: Choice) -> QRectF:
        if not choice.mark:
            return inside
        side = float(self._theme.scaled(16))
        square = QRectF(inside.left(), inside.center().y() - side / 2, side, side)
        icons.draw(painter, placed(square, where), choice.mark, self._theme.colour("accent_text"))
        return inside.adjusted(side + 8, 0, 0, 0)

    def _draw_texts(self, painter: QPainter, where: QRectF, inside: QRectF, choice: Choice) -> None:
        meta = self._theme.font(fonts.META, fonts.MEDIUM)
        font = self._theme.font(fonts.BODY, fonts.MEDIUM)
        room = inside.width() - fonts.metrics(meta).horizontalAdvance(choice.aside) - 16
        if room >= min(self._theme.scaled(_LEAST_NAME), fonts.metrics(font).horizontalAdvance(choice.name)):
            painter.setFont(meta)
            painter.setPen(self._theme.colour("text3"))
            write(painter, inside, choice.aside, where, at_end=True)
        else:
            room = inside.width()
        painter.setFont(font)
        painter.setPen(self._theme.colour("text"))
        write(painter, inside, fonts.elide(choice.name, font, room), where)
