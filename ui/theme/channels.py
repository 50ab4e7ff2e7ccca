"""A channel's badge: its mark on its colour, or its initial where it has none."""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from inbox_app.i18n import _
from ui.theme import fonts, icons
from ui.theme.icons import Glyphs


class _Mark(NamedTuple):
    colour: str
    glyph: str
    glyphs: Glyphs = Glyphs.BRANDS


_MARKS: Final = {
    "bluesky": _Mark("#0F6FD8", "bluesky"),
    "chatwoot": _Mark("#1F63E0", "chats", Glyphs.ACTIONS),
    "discord": _Mark("#5865F2", "discord"),
    "discourse": _Mark("#1F2937", "discourse"),
    "email": _Mark("#0F7A60", "envelope-simple", Glyphs.ACTIONS),
    "facebook": _Mark("#1268D8", "facebook-f"),
    "feed": _Mark("#B85A0C", "rss", Glyphs.ACTIONS),
    "folder": _Mark("#7D6E28", "folder", Glyphs.ACTIONS),
    "instagram": _Mark("#C1356D", "instagram"),
    "linkedin": _Mark("#0A66C2", "linkedin-in"),
    "mastodon": _Mark("#6364FF", "mastodon"),
    "matrix": _Mark("#16181D", "chats", Glyphs.ACTIONS),
    "practice": _Mark("#7A5AC8", "graduation-cap", Glyphs.ACTIONS),
    "reddit": _Mark("#D93F0B", "reddit-alien"),
    "slack": _Mark("#611F69", "slack"),
    "telegram": _Mark("#1C7FB8", "telegram"),
    "whatsapp": _Mark("#128C4B", "whatsapp"),
    "wordpress": _Mark("#21759B", "wordpress-simple"),
    "youtube": _Mark("#D92B2B", "youtube"),
}
_SEVERAL_KINDS: Final = frozenset({"practice"})
"""Channels that play several kinds of place; their badge tells which."""
_REVIEW: Final = _Mark("#8F6410", "star-fill", Glyphs.ACTIONS)
_PLACES: Final = {
    "comments": _Mark("#2F6FC0", "chat-text-fill", Glyphs.ACTIONS),
    "mention": _Mark("#2F6FC0", "at-bold", Glyphs.ACTIONS),
    "direct": _Mark("#B03A72", "paper-plane-tilt-fill", Glyphs.ACTIONS),
    "mail": _Mark("#0F7A60", "envelope-simple-fill", Glyphs.ACTIONS),
    "room": _Mark("#6A52C2", "users-three-fill", Glyphs.ACTIONS),
    "forum": _Mark("#A8502A", "chats-fill", Glyphs.ACTIONS),
    "review": _REVIEW,
    "reviews": _REVIEW,
    "feed": _Mark("#B85A0C", "rss-fill", Glyphs.ACTIONS),
}
_NAMES: Final = {
    "email": "E-mail", "linkedin": "LinkedIn", "whatsapp": "WhatsApp", "wordpress": "WordPress", "youtube": "YouTube",
}  # fmt: skip
_OTHERS: Final = ("#3B6FB5", "#2F7D6E", "#8A4FB0", "#A8553A", "#7D6E28")


def channel_name(channel: str) -> str:
    """A channel's name as people write it."""
    if channel in _SEVERAL_KINDS:
        return _("Practice room")
    if channel == "folder":
        return _("Folder")
    return _NAMES.get(channel, channel.replace("_", " ").capitalize())


def draw_badge(painter: QPainter, where: QRectF, channel: str, ring: QColor | None = None, place: str = "") -> None:
    """Draw the badge in a circle, with a ring of the ground's colour where it overlaps an avatar.

    `place` is a kind of place or of conversation, for channels that play several.
    """
    mark = _mark_of(channel, place)
    ground = mark.colour if mark else _OTHERS[sum(map(ord, channel)) % len(_OTHERS)]
    painter.setPen(QPen(ring, 2) if ring else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(QColor(ground))
    painter.drawEllipse(where)
    if mark and icons.letter(mark.glyph, mark.glyphs):
        inner = where.height() * (0.6 if mark.glyphs is Glyphs.BRANDS else 0.68)
        square = QRectF(0, 0, inner, inner)
        square.moveCenter(where.center())
        icons.draw(painter, square, mark.glyph, QColor("white"), mark.glyphs)
        return
    painter.setPen(QColor("white"))
    painter.setFont(fonts.font(round(where.height() * 0.56), 700))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, channel[:1].upper())


def _mark_of(channel: str, place: str) -> _Mark | None:
    played = _PLACES.get(place) if channel in _SEVERAL_KINDS else None
    return played or _MARKS.get(channel)
