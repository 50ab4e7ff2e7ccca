"""A part of the window on paper, which is white: drawn to a PDF file, as many pages as it needs.

https://doc.qt.io/qt-6/qpdfwriter.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QRect, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPalette, QPdfWriter, QRegion
from PySide6.QtWidgets import QWidget

from inbox_app.domain.errors import Refused
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.stylesheet import stylesheet
from ui.theme.theme import Theme
from ui.theme.tokens import LIGHT

_BELOW_HEAD = 16


def print_widget(sheet: QWidget, path: Path, title: str, about: str, theme: Theme) -> None:
    """Draw a widget to a PDF file, fitted to the width of A4, with what it is above it.

    It is drawn in light whatever the window wears: dark paper costs ink, and nobody can write on it.

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
    with _in_light(theme, sheet):
        _draw(writer, painter, sheet, title, about, theme)
    painter.end()


@contextmanager
def _in_light(theme: Theme, sheet: QWidget) -> Iterator[None]:
    """Only this part, and only while nothing else is painted: the window never flashes."""
    worn = theme.tokens
    if worn is LIGHT:
        yield
        return
    theme.tokens = LIGHT
    # An area has what is in it fill its ground, and the style does that in the window's colour, whatever the palette.
    fills = sheet.autoFillBackground()
    sheet.setAutoFillBackground(False)
    sheet.setPalette(theme.palette())
    sheet.setStyleSheet(stylesheet(LIGHT, theme.scaled))
    try:
        yield
    finally:
        theme.tokens = worn
        sheet.setAutoFillBackground(fills)
        sheet.setStyleSheet("")
        sheet.setPalette(QPalette())


def _draw(writer: QPdfWriter, painter: QPainter, sheet: QWidget, title: str, about: str, theme: Theme) -> None:
    scale = writer.width() / sheet.width()
    page, top = int(writer.height() / scale), 0
    painter.scale(scale, scale)
    while top < sheet.height():
        painter.fillRect(QRect(0, 0, sheet.width(), page), theme.colour("bg"))
        head = _draw_head(painter, sheet.width(), title, about, theme) if top == 0 else 0
        part = QRect(0, top, sheet.width(), min(page - head, sheet.height() - top))
        # Without a ground of its own, which would be the window's.
        sheet.render(painter, QPoint(0, head), QRegion(part), QWidget.RenderFlag.DrawChildren)
        top += page - head
        if top < sheet.height():
            writer.newPage()


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
