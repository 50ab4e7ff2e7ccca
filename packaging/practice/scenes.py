"""Draws the pictures of the practice community's posts: pots on a table, a kiln, a wall, a yard at dusk."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen, QRadialGradient

WIDTH, HEIGHT = 400, 300
_TABLE = 214
_ROUND = Qt.PenCapStyle.RoundCap


def draw_scene(scene: Callable[[QPainter], None]) -> QImage:
    """One picture."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    scene(painter)
    painter.end()
    return image


def _room(painter: QPainter, above: str, below: str, wood: str) -> None:
    wall = QLinearGradient(0, 0, 0, _TABLE)
    wall.setColorAt(0, QColor(above))
    wall.setColorAt(1, QColor(below))
    painter.fillRect(0, 0, WIDTH, _TABLE, wall)
    table = QLinearGradient(0, _TABLE, 0, HEIGHT)
    table.setColorAt(0, QColor(wood).lighter(112))
    table.setColorAt(1, QColor(wood).darker(118))
    painter.fillRect(0, _TABLE, WIDTH, HEIGHT - _TABLE, table)


def _cup(painter: QPainter, x: float, y: float, size: float, glaze: str, *, saucer: bool = False) -> None:
    """A cup that stands at (x, y), `size` wide."""
    painter.setBrush(QColor(0, 0, 0, 46))
    painter.drawEllipse(QPointF(x + size * 0.1, y + 2), size * 0.72, size * 0.13)
    if saucer:
        painter.setBrush(QColor(glaze).darker(106))
        painter.drawEllipse(QPointF(x, y - 2), size * 0.86, size * 0.15)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(glaze).darker(112), size * 0.1))
    painter.drawEllipse(QPointF(x + size * 0.52, y - size * 0.42), size * 0.2, size * 0.22)
    painter.setPen(Qt.PenStyle.NoPen)
    body = QPainterPath(QPointF(x - size * 0.5, y - size * 0.8))
    body.cubicTo(x - size * 0.5, y - size * 0.1, x - size * 0.3, y, x, y)
    body.cubicTo(x + size * 0.3, y, x + size * 0.5, y - size * 0.1, x + size * 0.5, y - size * 0.8)
    light = QLinearGradient(x - size * 0.5, 0, x + size * 0.5, 0)
    light.setColorAt(0, QColor(glaze).lighter(114))
    light.setColorAt(1, QColor(glaze).darker(116))
    painter.setBrush(light)
    painter.drawPath(body)
    painter.setBrush(QColor(glaze).lighter(122))
    painter.drawEllipse(QPointF(x, y - size * 0.8), size * 0.5, size * 0.12)
    painter.setBrush(QColor(glaze).darker(150))
    painter.drawEllipse(QPointF(x, y - size * 0.79), size * 0.42, size * 0.085)


def _steam(painter: QPainter, x: float, y: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(255, 255, 255, 110), 5, Qt.PenStyle.SolidLine, _ROUND))
    for step in (-14, 8):
        line = QPainterPath(QPointF(x + step, y))
        line.cubicTo(x + step - 18, y - 22, x + step + 18, y - 40, x + step, y - 62)
        painter.drawPath(line)
    painter.setPen(Qt.PenStyle.NoPen)


def _sage(painter: QPainter) -> None:
    _room(painter, "#F3EBDD", "#DDCDB4", "#8A6A4E")
    painter.fillRect(24, 112, 352, 9, QColor("#A9835F"))
    for place in range(4):
        _cup(painter, 62 + place * 90, 112, 46, "#B3C2AB")
    for place, shade in enumerate(("#9DB096", "#A8BAA0", "#93A78D")):
        _cup(painter, 84 + place * 112, 246 + (place % 2) * 14, 82, shade)


def _notice(painter: QPainter) -> None:
    _room(painter, "#E6E2DA", "#CFC8BC", "#77695C")
    painter.setBrush(QColor("#A9B8A2"))
    painter.drawEllipse(QPointF(200, 160), 118, 112)
    painter.setBrush(QColor("#C4CFBD"))
    painter.drawEllipse(QPointF(200, 160), 84, 80)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("#6F6A5C"), 1.6, Qt.PenStyle.SolidLine, _ROUND))
    for x, y in ((150, 110), (126, 178), (188, 232), (262, 206), (272, 132), (212, 92)):
        crack = QPainterPath(QPointF(200, 158))
        crack.quadTo((x + 200) / 2 + (y - 160) * 0.25, (y + 158) / 2, x, y)
        painter.drawPath(crack)
    painter.setPen(QPen(QColor("#5B5648"), 3, Qt.PenStyle.SolidLine, _ROUND))
    painter.drawEllipse(QPointF(200, 160), 98, 93)
    painter.setPen(Qt.PenStyle.NoPen)


def _grinder(painter: QPainter) -> None:
    _room(painter, "#F7D9BE", "#E3A47C", "#5C3A2C")
    painter.setBrush(QColor("#4A2E24"))
    painter.drawRoundedRect(QRectF(96, 120, 92, 110), 12, 12)
    painter.setBrush(QColor("#6B4636"))
    painter.drawRoundedRect(QRectF(112, 168, 60, 34), 6, 6)
    painter.setBrush(QColor("#D8B48A"))
    painter.drawEllipse(QPointF(142, 185), 5, 5)
    painter.setBrush(QColor("#B9B4AE"))
    painter.drawRoundedRect(QRectF(102, 92, 80, 34), 16, 16)
    painter.setPen(QPen(QColor("#8E8983"), 7, Qt.PenStyle.SolidLine, _ROUND))
    painter.drawLine(QPointF(142, 92), QPointF(142, 66))
    painter.drawLine(QPointF(142, 66), QPointF(206, 58))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#4A2E24"))
    painter.drawEllipse(QPointF(208, 52), 12, 12)
    _cup(painter, 278, 238, 84, "#F4ECE0", saucer=True)
    _steam(painter, 278, 160)


def _offer(painter: QPainter) -> None:
    _room(painter, "#F6E3DE", "#E9C3BB", "#7C4A40")
    for place, shade in enumerate(("#B23A3E", "#9E2F36", "#C4494A", "#8E2A33")):
        _cup(painter, 66 + place * 92, 240 - (place % 2) * 16, 66, shade)
    painter.setBrush(QColor("#FBF4EC"))
    painter.drawRoundedRect(QRectF(268, 34, 92, 92), 46, 46)
    painter.setPen(QPen(QColor("#A8323A"), 7, Qt.PenStyle.SolidLine, _ROUND))
    painter.drawLine(QPointF(298, 100), QPointF(330, 60))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#A8323A"))
    painter.drawEllipse(QPointF(299, 66), 8, 8)
    painter.drawEllipse(QPointF(329, 94), 8, 8)


def _morning(painter: QPainter) -> None:
    _room(painter, "#FFE9C4", "#F7BE8E", "#9A6A49")
    sun = QRadialGradient(110, 150, 150)
    sun.setColorAt(0, QColor(255, 250, 225, 230))
    sun.setColorAt(1, QColor(255, 240, 200, 0))
    painter.setBrush(sun)
    painter.drawRect(0, 0, WIDTH, _TABLE)
    _cup(painter, 226, 252, 130, "#EFE6D6", saucer=True)
    _steam(painter, 222, 132)


def _kiln(painter: QPainter) -> None:
    painter.fillRect(0, 0, WIDTH, HEIGHT, QColor("#2B2523"))
    painter.setBrush(QColor("#4A403B"))
    painter.drawRoundedRect(QRectF(70, 34, 260, 240), 26, 26)
    glow = QRadialGradient(200, 170, 130)
    glow.setColorAt(0, QColor("#FFE29A"))
    glow.setColorAt(0.55, QColor("#F08A35"))
    glow.setColorAt(1, QColor("#7A2A18"))
    painter.setBrush(glow)
    painter.drawRoundedRect(QRectF(100, 64, 200, 180), 16, 16)
    painter.setBrush(QColor(90, 40, 20))
    painter.drawRect(QRectF(100, 150, 200, 7))
    for place in range(3):
        _cup(painter, 138 + place * 60, 150, 38, "#E9A45E")
        _cup(painter, 138 + place * 60, 240, 44, "#D98B48")


def _garden(painter: QPainter) -> None:
    _room(painter, "#2F3B5C", "#C97B6B", "#4B3A36")
    painter.setPen(QPen(QColor(20, 20, 28), 2))
    rope = QPainterPath(QPointF(0, 46))
    rope.quadTo(200, 108, 400, 40)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(rope)
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(1, 10):
        at = rope.pointAtPercent(step / 10)
        halo = QRadialGradient(at + QPointF(0, 8), 22)
        halo.setColorAt(0, QColor(255, 224, 150, 240))
        halo.setColorAt(1, QColor(255, 200, 120, 0))
        painter.setBrush(halo)
        painter.drawEllipse(at + QPointF(0, 8), 22, 22)
    for place, shade in enumerate(("#E7DCCB", "#B23A3E", "#9DB096", "#E7DCCB")):
        painter.setBrush(QColor(shade))
        painter.drawEllipse(QPointF(62 + place * 92, 252), 38, 13)
        painter.setBrush(QColor(shade).darker(112))
        painter.drawEllipse(QPointF(62 + place * 92, 251), 24, 8)
        _cup(painter, 84 + place * 88, 232, 28, shade)


def _wall(painter: QPainter) -> None:
    painter.fillRect(0, 0, WIDTH, HEIGHT, QColor("#EFE7DA"))
    papers = ("#FFFFFF", "#FBF6EC", "#F4EEE4")
    glazes = ("#9DB096", "#B23A3E", "#344A70", "#D6BC96", "#7C7E4E", "#84828A", "#E0A45C", "#5C8A86")
    for place, glaze in enumerate(glazes):
        x, y = 30 + (place % 4) * 90, 34 + (place // 4) * 124
        painter.save()
        painter.translate(x + 38, y + 50)
        painter.rotate((place * 37 % 9) - 4)
        painter.setBrush(QColor(0, 0, 0, 36))
        painter.drawRect(QRectF(-34, -44, 74, 94))
        painter.setBrush(QColor(papers[place % 3]))
        painter.drawRect(QRectF(-38, -48, 74, 94))
        painter.setBrush(QColor(glaze).lighter(150))
        painter.drawRect(QRectF(-31, -41, 60, 62))
        _cup(painter, -3, 14, 32, glaze)
        painter.restore()


SCENES: dict[str, Callable[[QPainter], None]] = {
    "sage": _sage, "notice": _notice, "grinder": _grinder, "offer": _offer,
    "morning": _morning, "kiln": _kiln, "garden": _garden, "wall": _wall,
}  # fmt: skip
"""By the key of the post in `resources/practice/stories`."""
