"""The files of a message, as buttons that ask for them; nothing opens by itself."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from inbox_app.domain.inbox import AttachmentRow
from inbox_app.i18n import _
from ui.theme import fonts, icons
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton

_GAP = 6


class Attachments(QWidget):
    """One button a file: its icon by type, its name, its size; those not fetched yet say so."""

    asked = Signal(str)

    def __init__(self, theme: Theme, rows: tuple[AttachmentRow, ...]) -> None:
        super().__init__()
        self.setSizePolicy(grows_down())
        flow = Flow(self)
        for row in rows:
            button = PushButton(theme, _label(theme, row))
            side = theme.scaled(14)
            button.setIconSize(QSize(side, side))
            button.setIcon(icons.icon(theme, _icon(row), "text2", side))
            button.setToolTip("\n".join(filter(None, (row.description, row.name))))
            said = _("Attachment {name}, {size}") if row.size else _("Attachment {name}")
            said = said.format(name=row.description or row.name, size=_size(row))
            button.setAccessibleName(said if row.stored else _("{file}, not fetched yet").format(file=said))
            button.clicked.connect(lambda _checked=False, wanted=row.id: self.asked.emit(wanted))
            flow.addWidget(button)


class Flow(QLayout):
    """Puts widgets side by side and begins a new line where the room ends. https://doc.qt.io/qt-6/layout.html"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parts: list[QLayoutItem] = []
        self.setContentsMargins(0, 4, 0, 2)

    def addItem(self, item: QLayoutItem) -> None:
        self._parts.append(item)

    def count(self) -> int:
        return len(self._parts)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._parts[index] if 0 <= index < len(self._parts) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._parts.pop(index) if 0 <= index < len(self._parts) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._flow(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._flow(rect, place=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for part in self._parts:
            size = size.expandedTo(part.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def _flow(self, rect: QRect, *, place: bool) -> int:
        inner = rect.marginsRemoved(self.contentsMargins())
        x, y, line = inner.x(), inner.y(), 0
        for part in self._parts:
            wanted = part.sizeHint()
            wanted.setWidth(min(wanted.width(), max(inner.width(), 1)))
            if x + wanted.width() > inner.right() + 1 and line:
                x, y, line = inner.x(), y + line + _GAP, 0
            if place:
                part.setGeometry(QRect(QPoint(x, y), wanted))
            x += wanted.width() + _GAP
            line = max(line, wanted.height())
        return y + line - rect.y() + self.contentsMargins().bottom()


def grows_down() -> QSizePolicy:
    """What a widget with a `Flow` needs, so that its lines get their height."""
    made = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    made.setHeightForWidth(True)
    return made


def _label(theme: Theme, row: AttachmentRow) -> str:
    # What is to be seen tells more than the name that a server gave the file.
    name = fonts.elide(
        " ".join((row.description or row.name).split()), theme.font(fonts.META, fonts.MEDIUM), 220 * theme.scale
    )
    return f" {name}  {_size(row)}".rstrip().replace("&", "&&")


def _size(row: AttachmentRow) -> str:
    """Empty where the service did not say."""
    return "" if not row.size else QLocale().formattedDataSize(row.size, 0 if row.size < 1_000_000 else 1)


def _icon(row: AttachmentRow) -> str:
    if not row.stored:
        return "cloud-arrow-down"
    kind = row.media_type.partition("/")[0]
    return {"image": "image", "audio": "speaker-high", "video": "film-strip"}.get(kind, "file")
