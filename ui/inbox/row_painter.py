"""How a row of the conversation list is painted, and its pictures kept: painting one costs as much as copying fifty."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from inbox_app.domain.inbox import ConversationRow
from inbox_app.queries.search import Hit
from inbox_app.settings import Density
from ui.inbox.excerpt import Run, in_lines
from ui.inbox.model import HIT_ROLE, ROW_ROLE, Index
from ui.inbox.row_chips import chips_of, fitting
from ui.inbox.row_text import face, found_words, got_by, place, reads_leftwards, snippet, who
from ui.theme import fonts, icons
from ui.theme.mirroring import placed, placed_point, turned, write, write_at
from ui.theme.moments import ago
from ui.theme.numbers import number
from ui.theme.painting import ChipPainter, draw_channel, draw_dot, draw_person, tag_colour
from ui.theme.theme import Theme
from ui.theme.tokens import CLOSE_ROW, ROW_HEIGHT, TALL_ROW

_KEPT_PICTURES = 64
"""More than the largest screen shows. One takes 140 KB, and four times that where a screen is twice as fine."""
_FACE, _BESIDE = 38, 14
"""How large the avatar is, and how far from it the words begin."""
_AROUND, _AROUND_CLOSE = 12, 5
"""The room above what a row says, and the same where rows stand close together."""
_FOOT, _FOOT_CLOSE = 19, 14
"""From the bottom to the middle of the last line."""
_SELECTED = QStyle.StateFlag.State_Selected.value
_HOVERED = QStyle.StateFlag.State_MouseOver.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value
"""As numbers, since Python's flags are slow and these are asked for at each row of each frame."""
_Key = tuple[ConversationRow | None, Hit | None, int, bool, bool, bool, bool, float, int]


class RowPainter(QStyledItemDelegate):
    """Paints rows from pictures that it keeps for as long as nothing about them changes."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.picking = False
        """Whether what is selected was picked, and says so."""
        self._theme = theme
        self._lines = 1
        self._pictures: OrderedDict[_Key, QPixmap] = OrderedDict()
        theme.changed.connect(self._forget)
        theme.gallery.arrived.connect(self._see)

    @property
    def height(self) -> int:
        """The height of every row."""
        if self._theme.density is Density.COMPACT:
            return self._theme.scaled(CLOSE_ROW)
        return self._theme.scaled(TALL_ROW if self._lines == 2 else ROW_HEIGHT)

    def show_lines(self, lines: int) -> bool:
        """How many lines of what was said a row has, one or two; whether that is new."""
        if lines == self._lines:
            return False
        self._lines = lines
        self._pictures.clear()
        return True

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state = option.state.value
        where: QRect = option.rect
        selected = bool(state & _SELECTED)
        hovered = bool(state & _HOVERED)
        focused = bool(state & _FOCUSED)
        scale = painter.device().devicePixelRatioF()
        minute = int(datetime.now(UTC).timestamp() // 60)
        picked = selected and self.picking
        key = (
            index.data(ROW_ROLE),
            index.data(HIT_ROLE),
            where.width(),
            selected,
            hovered,
            focused,
            picked,
            scale,
            minute,
        )
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = self._draw(key, QSize(where.width(), where.height()))
            while len(self._pictures) > _KEPT_PICTURES:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(key)
        painter.drawPixmap(where.topLeft(), picture)

    def _forget(self) -> None:
        """Paint everything anew. A method of its own: the theme would keep the pictures alive by theirs."""
        self._pictures.clear()

    def _see(self, arrived: str) -> None:
        """Somebody's picture is there: their rows are painted anew."""
        for key in [key for key in self._pictures if key[0] is not None and face(key[0], key[1])[1] == arrived]:
            del self._pictures[key]

    def _draw(self, key: _Key, size: QSize) -> QPixmap:
        row, hit, _width, selected, hovered, focused, picked, scale, _minute = key
        made = QPixmap(size * scale)
        made.setDevicePixelRatio(scale)
        ground = self._theme.colour("selected" if selected else "hover" if hovered else "bg")
        made.fill(self._theme.colour("bg"))
        painter = QPainter(made)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        inset = QRectF(0, 0, size.width(), size.height()).adjusted(8, 1, -8, -1)
        painter.setPen(QPen(self._theme.colour("accent"), 1.5) if focused else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(ground)
        painter.drawRoundedRect(inset.adjusted(1, 1, -1, -1) if focused else inset, 10, 10)
        if row is None:
            self._draw_placeholder(painter, inset)
        else:
            _RowLines(painter, self._theme, row, hit, inset, ground).draw(self._lines, picked=picked)
        painter.end()
        return made

    def _draw_placeholder(self, painter: QPainter, inset: QRectF) -> None:
        """Where the avatar and the lines will be, while the row is fetched."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("hover"))
        close = self._theme.density is Density.COMPACT
        top, left = inset.top() + self._theme.scaled(_AROUND_CLOSE if close else _AROUND) + 1, inset.left() + 12
        face = self._theme.scaled(_FACE)
        painter.drawEllipse(placed(QRectF(left, top, face, face), inset))
        beside = left + face + _BESIDE
        for line, share in enumerate((0.45, 0.9, 0.3)):
            width = (inset.right() - beside - 20) * share
            bar = QRectF(beside, top + 3 + line * self._theme.scaled(21), width, self._theme.scaled(10))
            painter.drawRoundedRect(placed(bar, inset), 5, 5)


class _RowLines:
    """One row being painted: name and time, snippet, chips and place."""

    def __init__(
        self,
        painter: QPainter,
        theme: Theme,
        row: ConversationRow,
        hit: Hit | None,
        inset: QRectF,
        ground: QColor,
    ) -> None:
        self._painter, self._theme, self._row, self._hit, self._ground = painter, theme, row, hit, ground
        self._inset = inset
        close = theme.density is Density.COMPACT
        self._top = inset.top() + theme.scaled(_AROUND_CLOSE if close else _AROUND)
        self._foot = theme.scaled(_FOOT_CLOSE if close else _FOOT)
        self._avatar = inset.left() + 12
        self._face = float(theme.scaled(_FACE))
        self._left = self._avatar + self._face + _BESIDE
        self._right = inset.right() - 14
        self._bottom = inset.bottom()
        self._line = float(theme.scaled(19))

    def draw(self, lines: int, *, picked: bool = False) -> None:
        """Paint all of it, with up to so many lines of what was said; what needs fewer stands in the middle."""
        said = self._said(lines)
        spare = (lines - max(1, len(said))) * self._line / 2
        self._top += spare
        self._bottom -= spare
        self._draw_face(picked)
        self._draw_name(self._draw_time())
        for line, runs in enumerate(said, 1):
            self._draw_said(runs, self._top + self._line * line + 1)
        self._draw_foot()

    def _draw_face(self, picked: bool) -> None:
        """Whose it is, or a tick, so that colour is not all that tells what is picked; and where it comes from."""
        row, where = self._row, placed(QRectF(self._avatar, self._top, self._face, self._face), self._inset)
        if not picked:
            draw_person(self._painter, where, self._theme, face(row, self._hit), row.channel, self._ground, row.kind)
            return
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._ink("accent"))
        self._painter.drawEllipse(where)
        around = self._face * 0.24
        icons.draw(self._painter, where.adjusted(around, around, -around, -around), "check", self._ink("on_accent"))
        draw_channel(self._painter, where, row.channel, self._ground, row.kind)

    def _draw_time(self) -> float:
        text, unread = ago(self._hit.sent_at if self._hit else self._row.last_at), self._row.unread > 0
        font = self._theme.font(fonts.META, fonts.MEDIUM if unread else fonts.REGULAR)
        width = fonts.metrics(font).horizontalAdvance(text) + 2
        self._write(
            text, font, "accent_text" if unread else "text3", self._right - width, self._top, width, at_end=True
        )
        return self._right - width

    def _draw_name(self, right: float) -> None:
        unread, side = self._row.unread > 0, float(self._theme.scaled(14))
        font = self._theme.font(fonts.MESSAGE, fonts.HEAVY if unread else fonts.MEDIUM)
        room = right - self._left - (self._theme.scaled(24) if unread else 8) - (side + 6 if self._row.has_notes else 0)
        name = fonts.elide(who(self._row, self._hit), font, room)
        self._write(name, font, "text", self._left, self._top, right - self._left)
        left, middle = self._left + fonts.metrics(font).horizontalAdvance(name) + 6, self._top + self._line / 2 + 0.5
        if self._row.has_notes:
            self._draw_icon(QRectF(left, middle - side / 2, side, side), "note", "warn")
            left += side + 4
        if unread:
            radius = 3.5 * self._theme.scale
            centre = placed_point(QPointF(left + 0.5 + radius, middle), self._inset)
            draw_dot(self._painter, centre, self._ink("accent"), radius)

    def _said(self, most: int) -> list[list[Run]]:
        """What stands below the name, by lines: what was said last, or what was found with what is around it."""
        width = self._right - self._left
        if self._hit is not None:
            return in_lines(found_words(self._hit), self._measure, width, most)
        said, font = snippet(self._row), self._said_font(found=False)
        written = fonts.two_lines(said, font, width) if most == 2 else (fonts.elide(said, font, width),)
        return [[(text, False)] for text in written if text]

    def _said_font(self, *, found: bool) -> QFont:
        if self._hit is not None:
            return self._theme.font(fonts.BODY, fonts.HEAVY if found else fonts.REGULAR)
        return self._theme.font(fonts.BODY, fonts.MEDIUM if self._row.unread else fonts.REGULAR)

    def _measure(self, words: str, found: bool) -> float:
        return fonts.metrics(self._said_font(found=found)).horizontalAdvance(words)

    def _draw_said(self, runs: list[Run], top: float) -> None:
        """One line; what was found in it is marked."""
        room = placed(QRectF(self._left, top, self._right - self._left, self._line), self._inset)
        leftwards = reads_leftwards(self._hit.excerpt.text if self._hit else snippet(self._row))
        if self._hit is None:
            self._take_up(self._said_font(found=False), "text" if self._row.unread else "text2")
            write_at(self._painter, room, runs[0][0], right=leftwards)
            return
        left = room.left()
        for words, found in runs:
            font = self._said_font(found=found)
            shown = fonts.elide(words, font, room.right() - left)
            width = self._measure(shown, found)
            where = QRectF(left, room.top(), width + 2, room.height())
            where = turned(where, room) if leftwards else where
            if found and shown.strip():
                self._draw_mark(where, shown, found)
            self._take_up(font, "text" if found else "text2")
            write_at(self._painter, where, shown, right=leftwards)
            left += width
            if shown != words or left >= room.right() - 6:
                return

    def _draw_mark(self, where: QRectF, words: str, found: bool) -> None:
        """The ground of what was found, without the space after it."""
        blank = self._measure(words, found) - self._measure(words.rstrip(), found)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._ink("warn_soft"))
        self._painter.drawRoundedRect(where.adjusted(-1, 1, -blank, -1), 3, 3)

    def _draw_foot(self) -> None:
        middle = self._bottom - self._foot
        right = self._draw_count(middle)
        chips = ChipPainter(self._painter, self._theme, self._inset, self._left, middle, right)
        self._draw_state(chips)
        for tag in self._row.tags:
            if not chips.add(tag.name, self._ink("text2"), self._chip_ground(), dot=tag_colour(tag.name, tag.colour)):
                break
        left = chips.left + (2 if chips.left > self._left else 0)
        if right - left > 40:
            self._draw_place(left, right, middle - self._line / 2)

    def _draw_place(self, left: float, right: float, top: float) -> None:
        """Where it happens, and at the end, if several accounts got it, which; each has half where both are long."""
        font, words, accounts = self._theme.font(fonts.META), place(self._row), got_by(self._row)
        if accounts:
            metrics, room = fonts.metrics(font), right - left - 12
            shown = fonts.elide(accounts, font, max(room / 2, room - metrics.horizontalAdvance(words)))
            width = metrics.horizontalAdvance(shown) + 2
            self._write(shown, font, "text3", right - width, top, width, at_end=True)
            right -= width + 10
        self._write(fonts.elide(words, font, right - left), font, "text3", left, top, right - left)

    def _draw_count(self, middle: float) -> float:
        """The number of messages and a clip at the right end; where that leaves off."""
        right = self._right
        font = self._theme.font(fonts.META)
        if self._row.messages > 1:
            text = number(self._row.messages)
            width = fonts.metrics(font).horizontalAdvance(text) + 2
            self._write(text, font, "text3", right - width, middle - self._line / 2, width, at_end=True)
            right -= width + 8
        if self._row.has_attachments:
            side = self._theme.scaled(14)
            self._draw_icon(QRectF(right - side, middle - side / 2, side, side), "paperclip", "text3")
            right -= side + 6
        return right

    def _draw_state(self, chips: ChipPainter) -> None:
        for one in fitting(chips_of(self._row, datetime.now(UTC)), chips.room, lambda one: chips.width(one.text)):
            ground = self._soft(one.ground) if one.soft else self._ink(one.ground)
            chips.add(one.text, self._ink(one.ink), ground, one.icon)

    def _ink(self, token: str) -> QColor:
        return self._theme.colour(token)

    def _chip_ground(self) -> QColor:
        """Chips stand out from a row that is hovered or selected, too."""
        return self._soft("hover")

    def _soft(self, token: str) -> QColor:
        wanted = self._theme.colour(token)
        return wanted if self._ground == self._theme.colour("bg") else self._theme.colour("bg")

    def _draw_icon(self, where: QRectF, name: str, ink: str) -> None:
        icons.draw(self._painter, placed(where, self._inset), name, self._ink(ink))

    def _take_up(self, font: QFont, ink: str) -> None:
        self._painter.setFont(font)
        self._painter.setPen(self._ink(ink))

    def _write(
        self, text: str, font: QFont, ink: str, left: float, top: float, width: float, *, at_end: bool = False
    ) -> None:
        self._take_up(font, ink)
        write(self._painter, QRectF(left, top, width, self._line), text, self._inset, at_end=at_end)
