"""A file of a message, looked at before it is saved: a picture to zoom, or a text; nothing in it runs or loads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QDialog, QFrame, QGraphicsScene, QGraphicsView, QHBoxLayout, QWidget

from inbox_app.actions.attachments import Fetched
from inbox_app.content.charset import decode as decode_text
from inbox_app.content.plain import safe_text
from inbox_app.content.sniff import sniff
from inbox_app.i18n import _
from ui.conversation.pictures import decode, is_picture
from ui.conversation.safe_document import SafeBrowser
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton, ToolButton

WIDEST = 2_048
"""Pixels; a wider picture is made smaller while it is decoded."""
LONGEST_TEXT = 100_000
"""Characters."""
_HAIR = 0.998
STEP, CLOSEST, FARTHEST = 1.25, 8.0, 0.02


@dataclass(frozen=True, slots=True)
class Look:
    """What can be looked at: a picture, else a text, else a sentence that says why neither."""

    picture: QImage | None = None
    text: str = ""
    problem: str = ""


async def look_into(file: Fetched) -> Look | None:
    """What a file shows, by its bytes and not by what it says it is; None for what is only saved."""
    kind = sniff(file.data)
    if is_picture(kind):
        picture = await asyncio.to_thread(decode, file.data, kind, WIDEST)
        if picture is None:
            return Look(problem=_("This picture is damaged or too large to be shown. It can be saved."))
        return Look(picture)
    if kind == "text/plain" and file.media_type.startswith("text/"):
        return await asyncio.to_thread(_read, file.data)
    return None


def _read(data: bytes) -> Look:
    said, _guessed = decode_text(data[: 4 * LONGEST_TEXT], None)
    cut = len(said) > LONGEST_TEXT or len(data) > 4 * LONGEST_TEXT
    problem = _("Only its beginning is shown; saved, it is whole.") if cut else ""
    return Look(text=safe_text(said[:LONGEST_TEXT]), problem=problem)


class FileViewer(QDialog):
    """Accepted when it is to be saved."""

    def __init__(self, theme: Theme, name: str, look: Look, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(name)
        self.resize(900, 640)
        self.picture = PictureView(look.picture) if look.picture is not None else None
        self.text = None if self.picture is not None or not look.text else self._text(look.text)
        column = titled_column(theme, self)
        if look.problem:
            column.addWidget(Label(theme, look.problem, size=fonts.META, tone="meta").wrapping())
        shown = self.picture or self.text
        if shown is None:
            column.addStretch(1)
        else:
            column.addWidget(shown, 1)
            shown.setFocus()
        column.addLayout(self._foot())

    def _text(self, text: str) -> SafeBrowser:
        made = SafeBrowser(self._theme)
        made.setProperty("read", True)
        made.setAccessibleName(_("Text of the file"))
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setMinimumHeight(80)
        made.setSizePolicy(made.sizePolicy().horizontalPolicy(), made.sizePolicy().Policy.Expanding)
        made.let_scroll(True)
        made.show_text(text)
        return made

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        if self.picture is not None:
            for icon, name, deed in (
                ("magnifying-glass-minus", _("Smaller (-)"), lambda: self._zoom(1 / STEP)),
                ("magnifying-glass-plus", _("Larger (+)"), lambda: self._zoom(STEP)),
                ("corners-out", _("Whole picture (0)"), self.picture.fit),
                ("frame-corners", _("Every pixel (1)"), self.picture.show_pixels),
            ):
                button = ToolButton(self._theme, icon, name)
                button.setToolTip(name)
                button.clicked.connect(deed)
                foot.addWidget(button)
        foot.addStretch(1)
        save, close = PushButton(self._theme, _("Save…"), "plain"), PushButton(self._theme, _("Close"), "primary")
        save.clicked.connect(self.accept)
        close.clicked.connect(self.reject)
        foot.addWidget(save)
        foot.addWidget(close)
        return foot

    def _zoom(self, by: float) -> None:
        if self.picture is not None:
            self.picture.zoom(by)


class PictureView(QGraphicsView):
    """Begins with the whole picture in sight; zooms by keys, buttons and Ctrl with the wheel, and is dragged."""

    def __init__(self, picture: QImage) -> None:
        super().__init__()
        self.setAccessibleName(_("Picture"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setBackgroundBrush(Qt.GlobalColor.transparent)
        scene = QGraphicsScene(self)
        self._item = scene.addPixmap(QPixmap.fromImage(picture))
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.setScene(scene)
        self._fits = True

    @property
    def scale_now(self) -> float:
        """How large a pixel of the picture is on the screen."""
        return self.transform().m11()

    def fit(self) -> None:
        """Show it whole, and no larger than it is."""
        self._fits = True
        room, size = self.maximumViewportSize(), self._item.pixmap().size()
        sides = (room.width() / size.width(), room.height() / size.height(), 1.0)
        self.resetTransform()
        if min(sides) < 1:
            # A hair less, so that rounding brings no scroll bars.
            self.scale(min(sides) * _HAIR, min(sides) * _HAIR)

    def show_pixels(self) -> None:
        """One pixel of it is one of the screen."""
        self._fits = False
        self.resetTransform()

    def zoom(self, by: float) -> None:
        """Come closer, or go farther."""
        self._fits = False
        wanted = min(max(self.scale_now * by, FARTHEST), CLOSEST)
        self.scale(wanted / self.scale_now, wanted / self.scale_now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deeds = {"+": lambda: self.zoom(STEP), "=": lambda: self.zoom(STEP), "-": lambda: self.zoom(1 / STEP),
                 "0": self.fit, "1": self.show_pixels}  # fmt: skip
        deed = deeds.get(event.text())
        if deed is None:
            super().keyPressEvent(event)
        else:
            deed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(STEP if event.angleDelta().y() > 0 else 1 / STEP)
            event.accept()
        else:
            super().wheelEvent(event)
