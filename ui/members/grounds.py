"""A reason for or against two members being one person, and who a member is in a line."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from inbox_app.domain.people import Ground, MemberLine
from inbox_app.domain.people_words import ground_sentence
from inbox_app.i18n import _, ngettext
from ui.theme import fonts, icons
from ui.theme.moments import ago
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Label


def ground_row(theme: Theme, ground: Ground) -> QHBoxLayout:
    """The reason with its sign, which is told too."""
    sentence = ground_sentence(ground)
    spoken = _("For it: {reason}") if ground.speaks_for else _("Against it: {reason}")
    mark = Label(theme)
    name, ink = ("plus-circle", "green") if ground.speaks_for else ("minus-circle", "red")
    side = theme.scaled(14)
    mark.setPixmap(icons.icon(theme, name, ink, side).pixmap(side, side))
    mark.setAccessibleName(spoken.format(reason=sentence))
    row = QHBoxLayout()
    row.setSpacing(6)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(theme, sentence, size=fonts.META).wrapping(), 1)
    return row


def about(member: MemberLine) -> str:
    """What a member is called, how much they said, and when last."""
    # Apart, so that a handle that is read from the right does not turn what stands beside it.
    return f"\u2068{', '.join(member.handles)}\u2069  ·  {said_by(member)}"


def said_by(member: MemberLine) -> str:
    """How much a member said, and when last."""
    count = ngettext("{count} message", "{count} messages", member.messages).format(count=number(member.messages))
    last = [ago(member.last_seen)] if member.last_seen else []
    return "  ·  ".join([count, *last])
