"""Who is in the conversation: the member who spoke last, what is noted about them, and everybody else."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inbox_app.domain.inbox import AuthorRow, ConversationRow, NoteRow, Thread
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.moments import ago, short_date
from ui.theme.theme import Theme
from ui.theme.tokens import PANEL_WIDTH
from ui.theme.widgets import Avatar, Label, rule


class MemberPanel(QWidget):
    """Facts and notes as far as the thread brings them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("pane", "members")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Members"))
        self.setMinimumWidth(240)
        self.resize(PANEL_WIDTH, 600)
        self._theme = theme
        self._thread: Thread | None = None
        self._area = QScrollArea()
        self._area.setAccessibleName(_("About the members"))
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        theme.changed.connect(self._fill)

    def show_thread(self, thread: Thread | None) -> None:
        """Show the members of a conversation; None shows nothing."""
        if thread != self._thread:
            self._thread = thread
            self._fill()

    def _fill(self) -> None:
        room = QWidget()
        room.setProperty("plain", True)
        column = QVBoxLayout(room)
        column.setContentsMargins(20, 20, 16, 16)
        column.setSpacing(4)
        if self._thread is not None:
            self._describe(column, self._thread)
        column.addStretch(1)
        self._area.setWidget(room)

    def _describe(self, column: QVBoxLayout, thread: Thread) -> None:
        people = members_of(thread)
        if not people:
            column.addWidget(Label(self._theme, _("Nobody from outside has written here yet."), tone="meta").wrapping())
            return
        first, others = people[0], people[1:]
        column.addLayout(self._person(first, thread.row))
        column.addSpacing(10)
        for name, value in self._facts(first, thread):
            column.addLayout(self._fact(name, value))
        self._list_notes(column, [note for note in thread.notes if note.member == first.member and first.member])
        if others:
            self._section(column, _("Also in this conversation"))
            for author in others[:12]:
                column.addLayout(self._other(author))

    def _person(self, author: AuthorRow, row: ConversationRow) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(
            Avatar(self._theme, author.name or author.handle, 48, row.channel, row.kind, picture=author.avatar_url)
        )
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addStretch(1)
        name = author.name or author.handle
        names.addWidget(Label(self._theme, name, size=fonts.THREAD_TITLE, weight=fonts.HEAVY).eliding())
        names.addWidget(Label(self._theme, author.handle, tone="meta").eliding())
        names.addStretch(1)
        line.addLayout(names, 1)
        return line

    def _facts(self, author: AuthorRow, thread: Thread) -> list[tuple[str, str]]:
        said = [row for row in thread.messages if row.author.handle_id == author.handle_id]
        return [
            (_("Channel"), channel_name(thread.row.channel)),
            (_("Messages here"), f"{len(said):n}"),
            (_("First one here"), short_date(min(row.sent_at for row in said))),
            (_("Last one"), ago(max(row.sent_at for row in said))),
        ]

    def _fact(self, name: str, value: str) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 1, 0, 1)
        line.addWidget(Label(self._theme, name, tone="meta"))
        said = Label(self._theme, value, weight=fonts.MEDIUM).eliding()
        said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(said, 1)
        return line

    def _section(self, column: QVBoxLayout, title: str) -> None:
        column.addSpacing(12)
        column.addWidget(rule())
        column.addSpacing(10)
        column.addWidget(Label(self._theme, title, weight=fonts.BOLD))
        column.addSpacing(4)

    def _list_notes(self, column: QVBoxLayout, notes: list[NoteRow]) -> None:
        if not notes:
            return
        self._section(column, _("Notes"))
        for note in notes:
            card = QFrame()
            card.setProperty("card", "plain")
            card.setAccessibleName(_("Note by {name}").format(name=note.author))
            inner = QVBoxLayout(card)
            inner.setContentsMargins(12, 10, 12, 10)
            inner.addWidget(Label(self._theme, note.text).wrapping())
            said = f"{note.author}, {short_date(note.made_at)}"
            inner.addWidget(Label(self._theme, said, size=fonts.META, tone="meta").eliding())
            column.addWidget(card)

    def _other(self, author: AuthorRow) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 4, 0, 4)
        line.setSpacing(10)
        name = author.name or author.handle
        line.addWidget(Avatar(self._theme, name, 24, picture=author.avatar_url))
        line.addWidget(Label(self._theme, name, weight=fonts.MEDIUM).eliding(), 1)
        return line


def members_of(thread: Thread) -> list[AuthorRow]:
    """Everybody from outside, each once: first who waits for a reply, then who spoke last."""
    spoken = [row for row in thread.messages if row.author.member]
    spoken.sort(key=lambda row: (row.needs_reply, row.sent_at), reverse=True)
    return list({row.author.handle_id: row.author for row in spoken}.values())
