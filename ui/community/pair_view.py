"""Two members who may be one person, side by side: who they are, what they said last, and why they may be one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inbox_app.domain.pairs import Pair
from inbox_app.domain.people import MemberLine, TimelineLine
from inbox_app.i18n import _
from ui.inbox.list_state import ListState
from ui.inbox.state_pane import StatePane
from ui.members.grounds import ground_row, said_by
from ui.members.section import Section, empty
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.mirroring import at_start
from ui.theme.moments import at
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.widgets import Avatar, Label

_WIDEST = 190
"""A word that is wider has no room in a small window."""


class PairView(QWidget):
    """Shows a pair, or a sentence where there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.state = StatePane(theme)
        room = QWidget()
        room.setProperty("plain", True)
        self._column = QVBoxLayout(room)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(12)
        self.area: QScrollArea = scrolling(room, _("Two members who may be one person"), read=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area, 1)
        column.addWidget(self.state, 1)
        self.area.hide()

    def show_state(self, state: ListState) -> None:
        """Say this where no pair is."""
        self.area.hide()
        self.state.show_state(state)
        self.state.show()

    def show_pair(self, pair: Pair, said: Sequence[Sequence[TimelineLine]]) -> None:
        """This pair, with what each of them said last."""
        empty(self._column)
        both = QHBoxLayout()
        both.setSpacing(16)
        for member, lines in zip((pair.whole, pair.part), said, strict=True):
            both.addWidget(self._member(member, lines), 1)
        self._column.addLayout(both)
        self._column.addWidget(self._grounds(pair))
        self._column.addStretch(1)
        self.area.verticalScrollBar().setValue(0)
        self.state.hide()
        self.area.show()

    def _member(self, member: MemberLine, said: Sequence[TimelineLine]) -> QFrame:
        card = QFrame()
        card.setProperty("card", "plain")
        card.setAccessibleName(member.name)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addLayout(self._head(member))
        for line in said:
            told = " · ".join(filter(None, (channel_name(line.channel), at(line.said_at), line.title)))
            words = QVBoxLayout()
            words.setSpacing(2)
            words.addWidget(Label(self._theme, told, size=fonts.META, tone="meta").eliding())
            words.addWidget(Label(self._theme, line.text or _("(no text)"), size=fonts.MESSAGE).wrapping())
            column.addLayout(words)
        if not said:
            column.addWidget(Label(self._theme, _("Has said nothing here."), tone="meta").wrapping())
        column.addStretch(1)
        return card

    def _head(self, member: MemberLine) -> QHBoxLayout:
        channel = member.channels[0] if len(member.channels) == 1 else ""
        names = QVBoxLayout()
        names.setSpacing(1)
        name = Label(self._theme, member.name, size=fonts.THREAD_TITLE, weight=fonts.HEAVY)
        handles = Label(self._theme, ", ".join(member.handles), size=fonts.META, tone="second")
        for one in (name, handles):
            names.addWidget(_whole(self._theme, one))
        names.addWidget(Label(self._theme, said_by(member), size=fonts.META, tone="second").wrapping())
        if member.tags:
            tags = _("Tags: {tags}").format(tags=", ".join(member.tags))
            names.addWidget(Label(self._theme, tags, size=fonts.META, tone="meta").wrapping())
        names.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(12)
        face = Avatar(self._theme, member.name, 48, channel, picture=member.picture)
        row.addWidget(face, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(names, 1)
        return row

    def _grounds(self, pair: Pair) -> QWidget:
        """What speaks for it below the one, what speaks against it below the other."""
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for title, speaks_for in ((_("What speaks for one person"), True), (_("What speaks against it"), False)):
            part = Section(self._theme, title)
            found = [one for one in pair.grounds if one.speaks_for is speaks_for]
            for ground in found:
                part.lines.addLayout(ground_row(self._theme, ground))
            if not found:
                part.say(_("Nothing that is known here."))
            row.addWidget(part, 1, Qt.AlignmentFlag.AlignTop)
        return both


def _whole(theme: Theme, name: Label) -> Label:
    """Broken into lines; one without an end would push the other member out of sight, and is cut."""
    width = fonts.metrics(name.font()).horizontalAdvance
    if max(map(width, name.text().replace("-", " ").split()), default=0.0) > theme.scaled(_WIDEST):
        return name.eliding()
    name.wrapping().setAlignment(at_start())
    return name
