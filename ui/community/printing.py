"""A part of the window on paper: drawn to a PDF file as it stands, as many pages as it needs.

https://doc.qt.io/qt-6/qpdfwriter.html
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QRect
from PySide6.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPdfWriter, QRegion
from PySide6.QtWidgets import QWidget

from inbox_app.domain.errors import Refused
from inbox_app.i18n import _


def print_widget(sheet: QWidget, path: Path, title: str, paper: QColor) -> None:
    """Draw a widget to a PDF file, fitted to the width of A4; what is written in light letters needs dark paper.

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
        painter.fillRect(QRect(0, 0, sheet.width(), page), paper)
        part = QRect(0, top, sheet.width(), min(page, sheet.height() - top))
        sheet.render(painter, QPoint(0, 0), QRegion(part))
        top += page
        if top < sheet.height():
            writer.newPage()
    painter.end()
