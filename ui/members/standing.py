"""Where somebody stands with the community, as a word, and the sentence that it follows from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inbox_app.domain.loyalty import Standing, explain, standing_name
from inbox_app.domain.people import Card
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Chip, Label

LABELS = {
    Standing.NEWCOMER: ("sparkle", "accent_text", "accent_soft"),
    Standing.PROMISING: ("rocket-launch", "accent_text", "accent_soft"),
    Standing.RETURNED: ("arrow-u-up-left", "green", "green_soft"),
    Standing.DRIFTING: ("hourglass", "warn", "warn_soft"),
    Standing.PILLAR: ("star", "accent_text", "accent_soft"),
    Standing.REGULAR: ("repeat", "text2", "hover"),
}
"""An icon for each, so that colour is not all that tells."""


def standing(theme: Theme, card: Card) -> QWidget:
    """It is derived anew each time: nothing here is to be changed."""
    room = QWidget()
    column = QVBoxLayout(room)
    column.setContentsMargins(0, 4, 0, 0)
    column.setSpacing(4)
    said = explain(card.label)
    chip: Chip | None = None
    if card.is_ours:
        chip, said = Chip(theme, _("One of us"), icon="users-three"), _("No list and no figure of members counts them.")
    elif card.label.standing is not None:
        icon, ink, ground = LABELS[card.label.standing]
        chip = Chip(theme, standing_name(card.label.standing), ink=ink, ground=ground, icon=icon)
    if chip is not None:
        column.addWidget(chip, alignment=Qt.AlignmentFlag.AlignLeft)
    column.addWidget(Label(theme, said, size=fonts.META, tone="meta").wrapping())
    return room
