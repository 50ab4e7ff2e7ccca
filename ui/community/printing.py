"""A part of the window on paper: drawn to a PDF file as it stands, as many pages as it needs.

https://doc.qt.io/qt-6/qpdfwriter.html
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QRect, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter, QRegion
from PySide6.QtWidgets import QWidget

from inbox_app.domain.errors import Refused
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme

_BELOW_HEAD = 16


def print_widget(sheet: QWidget, path: Path, title: str, about: str, theme: Theme) -> None:
    """Draw a widget to a PDF file, fitted to the width of A4, with what it is above it.

    What is written in light letters needs dark paper.

    Raises:
        Refused: the file cannot be written.
    """
    writer = QPdfWriter(str(path))
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(12, 12, 12, 12), QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(writer):
        raise Refused(_("{path} cannot be written.").format(path=path))
    scale = writer.width() / sheet.width()
    page, top = int(writer.height() / scale), 0
    painter.scale(scale, scale)
    while top < sheet.height():
        painter.fillRect(QRect(0, 0, sheet.width(), page), theme.colour("bg"))
        head = _draw_head(painter, sheet.width(), title, about, theme) if top == 0 else 0
        part = QRect(0, top, sheet.width(), min(page - head, sheet.height() - top))
        sheet.render(painter, QPoint(0, head), QRegion(part))
        top += page - head
        if top < sheet.height():
            writer.newPage()
    painter.end()


def _draw_head(painter: QPainter, width: int, title: str, about: str, theme: Theme) -> int:
    """A title and a line about it; how much of the page they take."""
    top = 0
    for text, size, weight, ink in (
        (title, fonts.PANE_TITLE, fonts.HEAVY, "text"),
        (about, fonts.META, fonts.REGULAR, "text2"),
    ):
        painter.setFont(theme.font(size, weight))
        painter.setPen(theme.colour(ink))
        room = QRect(0, top, width, width)
        top += painter.drawText(room, Qt.TextFlag.TextWordWrap, text).height()
    return top + theme.scaled(_BELOW_HEAD)
