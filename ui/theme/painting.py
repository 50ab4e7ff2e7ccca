"""What several rows paint alike: the ground, avatars with a channel's badge, chips, dots."""

from __future__ import annotations

import zlib
from collections import defaultdict
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle

from ui.theme import fonts, icons
from ui.theme.channels import draw_badge
from ui.theme.mirroring import placed, placed_point, write
from ui.theme.theme import Theme
from ui.theme.tokens import MEMBER_COLOURS, TAG_COLOURS

_TAKEN: defaultdict[str, set[int]] = defaultdict(set)
"""The colours of those with these initials, of everybody who was shown so far."""


def initials(name: str) -> str:
    """One or two letters for a name: `Maya Lindqvist` ML, `@tide@social.example` T."""
    words = [word for part in name.split() if (word := part.lstrip("@#\"'(“‘"))]
    letters = [word[0] for word in words if word[0].isalnum()] or [char for char in name if char.isalnum()][:1]
    return "".join((letters[0], letters[-1]) if len(letters) > 1 else letters).upper() or "?"


def member_colour(theme: Theme, name: str) -> QColor:
    """The ground of somebody's avatar, the same wherever they are shown; namesakes by initials have another."""
    colour = QColor(MEMBER_COLOURS[_place_of(name)])
    return colour.darker(112) if theme.tokens.dark else colour


@lru_cache(maxsize=20_000)
def _place_of(name: str) -> int:
    """Where their colour stands: from the name, or the next one that nobody with these initials has yet."""
    taken = _TAKEN[initials(name)]
    first = zlib.crc32(name.encode("utf-8", "surrogatepass")) % len(MEMBER_COLOURS)
    places = ((first + step) % len(MEMBER_COLOURS) for step in range(len(MEMBER_COLOURS)))
    chosen = next((place for place in places if place not in taken), first)
    taken.add(chosen)
    return chosen


def draw_avatar(painter: QPainter, where: QRectF, theme: Theme, name: str, picture: str = "") -> None:
    """Draw somebody's picture in a circle, or their initials where there is none at hand."""
    image = theme.gallery.image(picture)
    if image is not None:
        _draw_round(painter, where, image)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(member_colour(theme, name))
    painter.drawEllipse(where)
    painter.setPen(QColor("white"))
    painter.setFont(fonts.font(round(where.height() * 0.38), fonts.BOLD))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, initials(name))


def _draw_round(painter: QPainter, where: QRectF, image: QImage) -> None:
    """The middle square of an image, as a circle."""
    side = min(image.width(), image.height())
    middle = QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
    circle = QPainterPath()
    circle.addEllipse(where)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(circle)
    painter.drawImage(where, image, middle)
    painter.restore()


def draw_person(
    painter: QPainter,
    where: QRectF,
    theme: Theme,
    who: tuple[str, str],
    channel: str,
    ring: QColor,
    place: str = "",
) -> None:
    """Draw the avatar of somebody, by name and picture, with its channel's badge at the lower right."""
    draw_avatar(painter, where, theme, *who)
    draw_channel(painter, where, channel, ring, place)


def draw_channel(painter: QPainter, where: QRectF, channel: str, ring: QColor, place: str = "") -> None:
    """Draw a channel's badge at the lower right of the circle there."""
    side = where.height() * 0.45
    square = QRectF(where.right() - side + 3, where.bottom() - side + 3, side, side)
    draw_badge(painter, square, channel, ring, place)


def tag_colour(name: str, chosen: str = "") -> str:
    """The colour of a tag's dot: the one that was chosen for it, else always the same one by its name."""
    return (
        chosen or TAG_COLOURS[(zlib.crc32(name.casefold().encode("utf-8", "surrogatepass")) >> 16) % len(TAG_COLOURS)]
    )


def draw_dot(painter: QPainter, centre: QPointF, colour: QColor, radius: float = 3.5) -> None:
    """Draw a small filled circle."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(centre, radius, radius)


def draw_ground(painter: QPainter, where: QRectF, theme: Theme, state: QStyle.StateFlag) -> None:
    """What a line of a list stands on while it is selected or pointed at, with a ring where the keyboard is."""
    if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("selected" if state & QStyle.StateFlag.State_Selected else "hover"))
        painter.drawRoundedRect(where, 7, 7)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(theme.colour("accent"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(where.adjusted(1, 1, -1, -1), 7, 7)


_GAP = 6.0
_WIDEST_CHIP = 110.0


class ChipPainter:
    """Chips side by side from a point of a row on; each knows whether there was room for it."""

    def __init__(self, painter: QPainter, theme: Theme, row: QRectF, left: float, middle: float, right: float) -> None:
        self._painter = painter
        self._theme = theme
        self._font = theme.font(fonts.CHIP, fonts.MEDIUM)
        self.left = self._begin = left
        self._row = row
        self._middle = middle
        self._right = right

    @property
    def room(self) -> float:
        """How much is left, with the gap that follows each."""
        return self._right - self.left + _GAP

    def width(self, text: str) -> float:
        """How much of it a chip with a mark takes, with its gap."""
        shown = fonts.elide(text, self._font, _WIDEST_CHIP * self._theme.scale)
        return float(fonts.metrics(self._font).horizontalAdvance(shown)) + 17 + self._theme.scaled(12) + _GAP

    def add(self, text: str, ink: QColor, ground: QColor, icon: str = "", dot: str = "") -> bool:
        """Draw one more chip, or nothing where it would not fit; the first one is cut to the room there is."""
        height = float(self._theme.scaled(20))
        mark = self._theme.scaled(12)
        lead = mark + 3.0 if icon or dot else 0.0
        widest = _WIDEST_CHIP * self._theme.scale
        if self.left == self._begin:
            widest = min(widest, self._right - self.left - 14 - lead)
        shown = fonts.elide(text, self._font, widest)
        width = fonts.metrics(self._font).horizontalAdvance(shown) + 14 + lead
        if self.left + width > self._right:
            return False
        where = placed(QRectF(self.left, self._middle - height / 2, width, height), self._row)
        self._draw(where, shown, ink, ground, lead)
        if icon:
            square = QRectF(where.left() + 6, self._middle - mark / 2, mark, mark)
            icons.draw(self._painter, placed(square, where), icon, ink)
        elif dot:
            centre = placed_point(QPointF(where.left() + 5 + mark / 2, self._middle), where)
            draw_dot(self._painter, centre, QColor(dot), 3.5 * self._theme.scale)
        self.left += width + _GAP
        return True

    def _draw(self, where: QRectF, text: str, ink: QColor, ground: QColor, lead: float) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(ground)
        self._painter.drawRoundedRect(where, where.height() / 2, where.height() / 2)
        self._painter.setPen(ink)
        self._painter.setFont(self._font)
        write(self._painter, where.adjusted(7 + lead, 0, 0, 0), text, where)
