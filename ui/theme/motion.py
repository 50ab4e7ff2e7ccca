"""Short movements, which show where something came from; none for whom the desktop or the settings spare them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QPropertyAnimation, QRect
from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

APPEAR_MS, GLIDE_MS = 140, 180
_STOPPED = QAbstractAnimation.DeletionPolicy.DeleteWhenStopped


class Motion:
    """Whether things move. Still until the person's choice is known, so that pictures are never half of one."""

    def __init__(self) -> None:
        self.wanted = False
        self.desktop_allows = True

    @property
    def moves(self) -> bool:
        """Both the person and the desktop let it."""
        return self.wanted and self.desktop_allows

    def appear(self, widget: QWidget) -> None:
        """Fade in what has just come; it is there, and can be used, from the first moment."""
        if not self.moves:
            return
        effect = QGraphicsOpacityEffect(widget)
        widget.setGraphicsEffect(effect)
        run = _run(QPropertyAnimation(effect, b"opacity", widget), APPEAR_MS)
        run.setStartValue(0.0)
        run.setEndValue(1.0)
        run.finished.connect(effect.deleteLater)
        run.start(_STOPPED)

    def glide(self, widget: QWidget, place: QRect) -> None:
        """Bring what is in sight to another place; what is not is put there."""
        for before in widget.findChildren(QPropertyAnimation, "glide"):
            before.stop()
        if not (self.moves and widget.isVisible()):
            widget.setGeometry(place)
            return
        run = _run(QPropertyAnimation(widget, b"geometry", widget), GLIDE_MS)
        run.setObjectName("glide")
        run.setEndValue(place)
        run.start(_STOPPED)


def _run(run: QPropertyAnimation, duration: int) -> QPropertyAnimation:
    run.setDuration(duration)
    run.setEasingCurve(QEasingCurve.Type.OutCubic)
    return run
