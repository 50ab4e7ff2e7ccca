"""One newcomer on the welcome desk: the face, the first words as they were said, and whom they resemble."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inbox_app.domain.people import Suggestion
from inbox_app.domain.people_words import ground_sentence
from inbox_app.domain.welcomes import Newcomer
from inbox_app.i18n import _
from ui.inbox.list_state import ListState, Mood
from ui.inbox.state_pane import StatePane
from ui.members.section import Section, empty
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.moments import at
from ui.theme.theme import Theme
from ui.theme.told import told_as
from ui.theme.widgets import Avatar, Label


class NewcomerView(QScrollArea):
    """Says who is new; `show_one` with None when everybody has been welcomed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(_("The newcomer"))
        told_as(self, QAccessible.Role.Pane)
        self.setWidgetResizable(True)
        self.setProperty("read", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        room = QWidget()
        room.setProperty("plain", True)
        self._column = QVBoxLayout(room)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        self.setWidget(room)

    def show_one(self, one: Newcomer | None) -> None:
        """Show this newcomer."""
        empty(self._column)
        if one is None:
            pane = StatePane(self._theme)
            pane.show_state(
                ListState(Mood.EMPTY, _("Everybody has been welcomed. Whoever speaks for the first time stands here."))
            )
            self._column.addWidget(pane, 1)
            return
        self._column.addLayout(self._head(one))
        self._column.addWidget(self._words(one))
        self._column.addStretch(1)

    def show_likeness(self, resembles: Sequence[Suggestion]) -> None:
        """Whom the newcomer on screen may be, below the words."""
        if resembles:
            likely = Section(self._theme, _("May be the same person"))
            for each in resembles:
                likely.lines.addLayout(self._likeness(each))
            self._column.insertWidget(self._column.count() - 1, likely)

    def _head(self, one: Newcomer) -> QHBoxLayout:
        member, first = one.member, one.first
        face = Avatar(self._theme, member.name, 48, first.channel, first.kind, picture=member.picture)
        told = " · ".join((", ".join(member.handles), channel_name(first.channel)))
        return _beside(
            face,
            Label(self._theme, member.name, size=fonts.THREAD_TITLE, weight=fonts.HEAVY).eliding(),
            Label(self._theme, told, tone="meta").eliding(),
        )

    def _words(self, one: Newcomer) -> QFrame:
        card = QFrame()
        card.setProperty("card", "plain")
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(4)
        told = " · ".join(filter(None, (at(one.first.said_at), one.first.title)))
        column.addWidget(Label(self._theme, told, size=fonts.META, tone="meta").eliding())
        column.addWidget(Label(self._theme, one.first.text or _("(no text)"), size=fonts.MESSAGE).wrapping())
        return card

    def _likeness(self, one: Suggestion) -> QHBoxLayout:
        """With what speaks for it and against."""
        handles = ", ".join(one.member.handles)
        grounds = " · ".join(ground_sentence(ground) for ground in one.grounds if ground.speaks_for)
        against = " · ".join(ground_sentence(ground) for ground in one.grounds if not ground.speaks_for)
        lines = [grounds, _("Against it: {reason}").format(reason=against) if against else ""]
        return _beside(
            Avatar(self._theme, one.member.name, 30, picture=one.member.picture),
            Label(self._theme, f"{one.member.name} · {handles}", weight=fonts.MEDIUM).eliding(),
            *(Label(self._theme, line, size=fonts.META, tone="second").wrapping() for line in lines if line),
        )


def _beside(face: QWidget, *lines: QWidget) -> QHBoxLayout:
    names = QVBoxLayout()
    names.setSpacing(1)
    names.addStretch(1)
    for line in lines:
        names.addWidget(line)
    names.addStretch(1)
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(face, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(names, 1)
    return row
