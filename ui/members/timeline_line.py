"""How one line of a member's timeline is drawn and told: what was said and where, what was noted, what we did."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from inbox_app.domain.encounters import encounter_name
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.member_deeds import Deed, DeedLine, deed_name
from inbox_app.domain.people import AnyLine, Card, TimelineLine
from inbox_app.domain.words import Action
from inbox_app.i18n import _
from ui.conversation.note_part import colleague_name, note_author
from ui.inbox.row_text import kind_name
from ui.members.said import words_of
from ui.theme import fonts, icons
from ui.theme.channels import draw_badge
from ui.theme.mirroring import placed, write
from ui.theme.moments import at, short_date
from ui.theme.painting import draw_ground
from ui.theme.theme import Theme

LINE = Qt.ItemDataRole.UserRole
"""Where an item keeps its line."""
_HEIGHT = 50
_PICTURES = {
    Deed.REMINDER.value: "alarm",
    Deed.DECISION.value: "check-circle",
    Deed.ACT.value: "shield-check",
    Action.REACT.value: "smiley",
    Action.LIKE.value: "heart",
    "tag": "tag",
    "snooze": "clock",
    "assign": "user",
}


class LinePainter(QStyledItemDelegate):
    """Where it was said, what, below it under which title, and when at the end."""

    def __init__(self, theme: Theme, parent: QObject, card: Card) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names = {card.name, card.given_name}
        self._handles = {one.id: one.handle for one in card.handles} if len(card.handles) > 1 else {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, self._theme.scaled(_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: AnyLine = index.data(LINE)
        where = QRectF(option.rect).adjusted(0, 1, -4, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ground(painter, where, self._theme, option.state)
        side = float(self._theme.scaled(20))
        inside = where.adjusted(12, 4, -12, -4)
        mark = placed(QRectF(inside.left(), inside.center().y() - side / 2, side, side), where)
        if isinstance(line, TimelineLine):
            draw_badge(painter, mark, line.channel, None, line.kind)
        elif isinstance(line, NoteRow):
            icons.draw(painter, mark, "handshake" if line.met else "note", self._theme.colour("warn"))
        else:
            icons.draw(painter, mark, _PICTURES.get(line.kind, _PICTURES[line.deed]), self._theme.colour("text2"))
        self._draw_texts(painter, where, inside.adjusted(side + 12, 0, 0, 0), line)
        painter.restore()

    def _draw_texts(self, painter: QPainter, where: QRectF, inside: QRectF, line: AnyLine) -> None:
        meta, body = self._theme.font(fonts.META), self._theme.font(fonts.BODY, fonts.MEDIUM)
        when, is_gone = when_of(line), isinstance(line, TimelineLine) and line.deleted
        room = inside.width() - fonts.metrics(meta).horizontalAdvance(when) - 16
        upper = QRectF(inside.left(), inside.top(), inside.width(), inside.height() / 2)
        lower = upper.translated(0, inside.height() / 2)
        painter.setFont(body)
        painter.setPen(self._theme.colour("text3" if is_gone else "text"))
        write(painter, upper, fonts.elide(words_of(self._theme, line), body, room), where)
        painter.setFont(meta)
        painter.setPen(self._theme.colour("text3"))
        write(painter, upper, when, where, at_end=True)
        write(painter, lower, fonts.elide(self._about(line), meta, inside.width()), where)

    def _about(self, line: AnyLine) -> str:
        """What kind of place, under which title, by which of several handles; of a note what it tells and by whom."""
        if isinstance(line, NoteRow):
            return " · ".join((title_of(line), note_author(line)))
        if isinstance(line, DeedLine):
            return " · ".join(filter(None, (title_of(line), colleague_name(line.by))))
        title = "" if line.title in self._names else line.title
        gone = _("deleted") if line.deleted else ""
        by = _("Our answer") if line.ours else self._handles.get(line.handle, "")
        return " · ".join(filter(None, (kind_name(line.kind), title, by, gone)))


def when_of(line: AnyLine) -> str:
    """The day and the hour; of an encounter the day alone, which is all that was written down."""
    if isinstance(line, NoteRow):
        return short_date(line.met.at) if line.met else at(line.made_at)
    return at(line.at if isinstance(line, DeedLine) else line.said_at)


def title_of(line: AnyLine) -> str:
    """Under which title it was said, or what it was that was noted or done."""
    if isinstance(line, NoteRow):
        return encounter_name(line.met.how) if line.met else _("Note")
    return deed_name(line, short_date) if isinstance(line, DeedLine) else line.title
