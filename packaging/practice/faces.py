"""Draws the faces of the practice community: flat portraits from a table, as small PNGs. Nobody real is meant."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen

SIDE = 160


@dataclass(frozen=True)
class Face:
    """Colours of the ground, skin, hair and clothes; how the hair is worn; what else is there."""

    ground: str
    skin: str
    hair: str
    cloth: str
    style: str = "short"
    more: str = ""


PALE, ROSE, OLIVE, TAN, BROWN, DEEP = "#F3D3BD", "#EDBFA2", "#DDAE88", "#C68E66", "#9A6546", "#6E442F"
FACES = {
    "maya": Face("#BFD8E8", PALE, "#E3B65B", "#2E5E86", "long"),
    "ben": Face("#E7D9C3", ROSE, "#8A5B3A", "#37474F", "short", "glasses beard"),
    "livia": Face("#E6C9C4", OLIVE, "#3A2A25", "#9C3D3D", "bob"),
    "jonas": Face("#CFE0CC", PALE, "#B9803F", "#3F6B4E", "short", "beard"),
    "giulia": Face("#F1DDB6", OLIVE, "#5A3726", "#C4703A", "bun"),
    "dario": Face("#C9CFDD", OLIVE, "#2A2422", "#414A63", "curly", "beard"),
    "beatrice": Face("#E5D2E3", ROSE, "#B5B0AC", "#6C4A75", "bob", "glasses"),
    "priya": Face("#F2D3B0", BROWN, "#1F1A1C", "#B23B4E", "long"),
    "elena": Face("#D3E3DD", ROSE, "#7A4B2B", "#3E7C74", "long"),
    "tomas": Face("#D9D3C6", TAN, "#2B2320", "#7A5C2E", "curly"),
    "massimo": Face("#CBD9E6", OLIVE, "#8C8C8C", "#2F4A66", "bald", "beard glasses"),
    "agata": Face("#E9D8C0", PALE, "#A3502A", "#5D7A3D", "bun", "glasses"),
    "layla": Face("#CFE3E6", TAN, "#2F6E7C", "#2F6E7C", "scarf"),
    "kofi": Face("#F3DDA9", DEEP, "#17120F", "#2F6B52", "short"),
    "aoi": Face("#E9D3D8", PALE, "#1E1B20", "#56506E", "bob"),
    "ruth": Face("#DCE2CF", ROSE, "#D9D6D1", "#77624C", "bun", "glasses"),
    "wanda": Face("#D8D6E8", PALE, "#C99A4A", "#7B3F5A", "bob"),
    "hattie": Face("#F0CFC0", ROSE, "#C25A32", "#3C5A78", "curly"),
    "dev": Face("#D3DCE9", BROWN, "#1B1716", "#4A5B3A", "short", "glasses"),
    "nadia": Face("#EBD9C9", OLIVE, "#4A2E22", "#A3576A", "long"),
    "yann": Face("#CADFE6", PALE, "#6B4A2F", "#29506B", "short", "beard"),
    "lucrezia": Face("#E4DAB8", ROSE, "#2D2220", "#6D5B9A", "bob", "glasses"),
}
"""By the key of the character in `resources/practice/cast.toml`. The others have chosen no picture, as people do."""


def draw_face(face: Face) -> QImage:
    """One portrait, square."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(image.rect(), _light(face.ground))
    painter.setPen(Qt.PenStyle.NoPen)
    _hair_behind(painter, face)
    _shoulders(painter, face)
    _head(painter, face)
    if "beard" in face.more:
        _beard(painter, face)
    _hair_above(painter, face)
    _features(painter, face)
    painter.end()
    return image


def draw_mark() -> QImage:
    """The brand's own picture: half a pomegranate, white on its red."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(image.rect(), _light("#A8323A"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#FBEDE4"))
    crown = QPainterPath(QPointF(62, 50))
    for x, y in ((58, 28), (72, 40), (80, 24), (88, 40), (102, 28), (98, 50)):
        crown.lineTo(x, y)
    painter.drawPath(crown)
    painter.drawEllipse(QPointF(80, 92), 46, 46)
    painter.setBrush(QColor("#A8323A"))
    painter.drawEllipse(QPointF(80, 93), 35, 34)
    painter.setBrush(QColor("#FBEDE4"))
    for x, y in (
        (80, 72),
        (66, 80),
        (94, 80),
        (60, 95),
        (100, 95),
        (72, 94),
        (88, 94),
        (80, 110),
        (66, 110),
        (94, 110),
    ):
        painter.drawEllipse(QPointF(x, y), 5.2, 6.2)
    painter.end()
    return image


def _light(colour: str) -> QBrush:
    ground = QLinearGradient(0, 0, SIDE, SIDE)
    ground.setColorAt(0, QColor(colour).lighter(106))
    ground.setColorAt(1, QColor(colour).darker(108))
    return QBrush(ground)


def _shoulders(painter: QPainter, face: Face) -> None:
    painter.setBrush(QColor(face.skin).darker(108))
    painter.drawRoundedRect(QRectF(67, 96, 26, 34), 10, 10)
    body = QPainterPath(QPointF(22, 162))
    body.cubicTo(24, 126, 48, 120, 66, 117)
    body.quadTo(80, 130, 94, 117)
    body.cubicTo(112, 120, 136, 126, 138, 162)
    painter.setBrush(QColor(face.cloth))
    painter.drawPath(body)


def _head(painter: QPainter, face: Face) -> None:
    painter.setBrush(QColor(face.skin))
    painter.drawEllipse(QPointF(80, 76), 30, 36)
    if face.style not in ("long", "bob", "scarf"):
        painter.drawEllipse(QPointF(50, 80), 5, 8)
        painter.drawEllipse(QPointF(110, 80), 5, 8)


def _hair_behind(painter: QPainter, face: Face) -> None:
    painter.setBrush(QColor(face.hair))
    match face.style:
        case "long":
            painter.drawRoundedRect(QRectF(42, 34, 76, 108), 38, 30)
        case "bob":
            painter.drawRoundedRect(QRectF(42, 34, 76, 78), 36, 26)
        case "bun":
            painter.drawEllipse(QPointF(80, 30), 15, 14)
        case "curly":
            for x, y in ((50, 60), (56, 46), (70, 37), (86, 36), (100, 43), (110, 58)):
                painter.drawEllipse(QPointF(x, y), 15, 15)
        case "scarf":
            painter.drawEllipse(QPointF(80, 76), 42, 48)
            painter.drawRoundedRect(QRectF(46, 90, 68, 52), 26, 26)


def _hair_above(painter: QPainter, face: Face) -> None:
    painter.setBrush(QColor(face.hair))
    cap = QPainterPath(QPointF(47, 78))
    cap.cubicTo(42, 22, 118, 22, 113, 78)
    match face.style:
        case "bald":
            return
        case "scarf":
            cap.cubicTo(108, 50, 52, 50, 47, 78)
        case "short" | "curly":
            cap.cubicTo(110, 62, 104, 60, 100, 58)
            cap.cubicTo(84, 64, 62, 60, 56, 60)
            cap.cubicTo(52, 64, 50, 70, 47, 78)
        case _:
            cap.cubicTo(108, 60, 96, 52, 76, 52)
            cap.cubicTo(62, 56, 52, 64, 47, 78)
    painter.drawPath(cap)


def _beard(painter: QPainter, face: Face) -> None:
    beard = QPainterPath(QPointF(51, 86))
    beard.cubicTo(54, 122, 106, 122, 109, 86)
    beard.cubicTo(102, 96, 94, 92, 80, 92)
    beard.cubicTo(66, 92, 58, 96, 51, 86)
    painter.setBrush(QColor(face.hair).lighter(108))
    painter.drawPath(beard)


def _features(painter: QPainter, face: Face) -> None:
    dark = QColor("#2A211F")
    painter.setBrush(dark)
    for x in (68, 92):
        painter.drawEllipse(QPointF(x, 78), 2.7, 3.2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(face.skin).darker(150), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(QRectF(70, 84, 20, 14), 200 * 16, 140 * 16)
    if "glasses" in face.more:
        painter.setPen(QPen(dark, 2.2))
        painter.drawEllipse(QPointF(68, 78), 9, 8.5)
        painter.drawEllipse(QPointF(92, 78), 9, 8.5)
        painter.drawLine(QPointF(77, 77), QPointF(83, 77))
    painter.setPen(Qt.PenStyle.NoPen)
