"""How a member's row is painted: a face with name and handles, the label, where they speak, tags as chips."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from inbox_app.domain.loyalty import standing_name
from inbox_app.domain.members_list import ListedMember
from ui.community.members_table import COLUMNS, MEMBER_ROLE, NUMBERS, Column
from ui.members.standing import LABELS
from ui.theme import fonts
from ui.theme.channels import draw_badge
from ui.theme.mirroring import is_mirrored, placed, write
from ui.theme.painting import ChipPainter, draw_avatar, tag_colour
from ui.theme.theme import Theme

ROW = 52
_FACE, _BADGE, _PAD, _ROUND = 34, 18, 8, 7


class MembersPainter(QStyledItemDelegate):
    """Paints cell by cell; the ground of a selected row is one rounded strip through all of its cells."""

    def __init__(self, theme: Theme, table: QTableView) -> None:
        super().__init__(table)
        self._theme, self._table = theme, table
        self.tag_colours: Mapping[str, str] = {}
        """The colours that were chosen for tags."""
        self._parts = {
            Column.NAME: self._draw_face,
            Column.LABEL: self._draw_label,
            Column.TAGS: self._draw_tags,
            Column.CHANNELS: self._draw_places,
        }
        theme.gallery.arrived.connect(self._see)
        theme.changed.connect(table.viewport().update)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(96, self._theme.scaled(ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        cell = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(cell)
        self._draw_ground(painter, cell, index)
        inside = cell.adjusted(_PAD, 0, -_PAD, 0)
        column, one = COLUMNS[index.column()], index.data(MEMBER_ROLE)
        own = self._parts.get(column)
        if isinstance(one, ListedMember) and own is not None:
            own(painter, inside, one)
        else:
            self._draw_text(painter, inside, str(index.data() or ""), at_end=column in NUMBERS)
        painter.restore()

    def _see(self, _arrived: str) -> None:
        """Somebody's picture is there."""
        self._table.viewport().update()

    def _draw_ground(self, painter: QPainter, cell: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        chosen = self._table.selectionModel().isRowSelected(index.row())
        current = self._table.hasFocus() and self._table.currentIndex().row() == index.row()
        if not (chosen or current):
            return
        painter.setPen(QPen(self._theme.colour("accent"), 1.5) if current else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(self._theme.colour("selected") if chosen else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._strip(cell, index.column()), _ROUND, _ROUND)

    def _strip(self, cell: QRectF, section: int) -> QRectF:
        """The row as it is seen through this cell: it ends where the first and the last column do."""
        head = self._table.horizontalHeader()
        shown = [at for at in range(head.count()) if not head.isSectionHidden(head.logicalIndex(at))]
        place = head.visualIndex(section)
        starts, ends = place == shown[0], place == shown[-1]
        before, after = (ends, starts) if is_mirrored() else (starts, ends)
        return cell.adjusted(1 if before else -20, 1, -1 if after else 20, -1)

    def _draw_face(self, painter: QPainter, inside: QRectF, one: ListedMember) -> None:
        side = float(self._theme.scaled(_FACE))
        face = QRectF(inside.left(), inside.center().y() - side / 2, side, side)
        draw_avatar(painter, placed(face, inside), self._theme, one.line.name, one.line.picture)
        texts = inside.adjusted(side + 12, 7, 0, -7)
        upper = QRectF(texts.left(), texts.top(), texts.width(), texts.height() / 2)
        self._draw_line(painter, upper, one.line.name, inside, fonts.MEDIUM)
        below = upper.translated(0, upper.height())
        self._draw_line(painter, below, ", ".join(one.line.handles), inside, fonts.REGULAR, "text3")

    def _draw_line(
        self, painter: QPainter, where: QRectF, text: str, room: QRectF, weight: int, ink: str = "text"
    ) -> None:
        font = self._theme.font(fonts.BODY if ink == "text" else fonts.META, weight)
        painter.setFont(font)
        painter.setPen(self._theme.colour(ink))
        write(painter, where, fonts.elide(text, font, where.width()), room)

    def _draw_label(self, painter: QPainter, inside: QRectF, one: ListedMember) -> None:
        if one.label.standing is None:
            return
        icon, ink, ground = LABELS[one.label.standing]
        name = standing_name(one.label.standing)
        self._chips(painter, inside).add(name, self._theme.colour(ink), self._theme.colour(ground), icon)

    def _draw_tags(self, painter: QPainter, inside: QRectF, one: ListedMember) -> None:
        """As many as there is room for, and how many more there are."""
        chips, left = self._chips(painter, inside), len(one.line.tags)
        ink, ground = self._theme.colour("text2"), self._theme.colour("hover")
        for name in one.line.tags:
            if not chips.add(name, ink, ground, dot=tag_colour(name, self.tag_colours.get(name, ""))):
                chips.add(f"+{left}", ink, ground)
                break
            left -= 1

    def _draw_places(self, painter: QPainter, inside: QRectF, one: ListedMember) -> None:
        side = float(self._theme.scaled(_BADGE))
        for place, (channel, kind) in enumerate(one.places):
            square = QRectF(inside.left() + place * (side + 4), inside.center().y() - side / 2, side, side)
            if square.right() > inside.right():
                break
            draw_badge(painter, placed(square, inside), channel, None, kind)

    def _draw_text(self, painter: QPainter, inside: QRectF, text: str, *, at_end: bool) -> None:
        font = self._theme.font(fonts.BODY)
        painter.setFont(font)
        painter.setPen(self._theme.colour("text2"))
        write(painter, inside, fonts.elide(text, font, inside.width()), inside, at_end=at_end)

    def _chips(self, painter: QPainter, inside: QRectF) -> ChipPainter:
        return ChipPainter(painter, self._theme, inside, inside.left(), inside.center().y(), inside.right())
