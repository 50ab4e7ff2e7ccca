"""Charts of a report, painted by ourselves: bars over time and the heat of a week; each mark leads to its messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from inbox_app.domain.report import Figure, Part, Span
from inbox_app.domain.report_words import figure_name, figure_value, is_duration, is_mean, is_percent, weekday_name
from inbox_app.i18n import _, ngettext
from ui.theme import fonts, mirroring
from ui.theme.announcing import announce
from ui.theme.moments import short_date
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.told import told_as

_CENTRE = Qt.AlignmentFlag.AlignCenter
_AS_DARK_AS_LIGHT = 0.179
"""A ground of this luminance stands out from black as much as from white."""


def figure_said(one: Figure) -> str:
    """A figure as the window says it: counts with their thousands apart."""
    if one.value is None or is_duration(one) or is_percent(one):
        return figure_value(one)
    return number(one.value, decimals=1) if is_mean(one) else number(round(one.value))


def figure_told(part: Part, one: Figure, names: Mapping[str, str], span: Span) -> str:
    """What a figure is, as the window says days."""
    return figure_name(part, one.key, names, span, _day)


def _day(day: date) -> str:
    return short_date(datetime(day.year, day.month, day.day).astimezone())


class Chart(QWidget):
    """`figure_asked` brings the figure that was pressed; arrows walk through the figures, Enter asks."""

    figure_asked = Signal(object)

    def __init__(self, theme: Theme, part: Part, name: str) -> None:
        super().__init__()
        self._theme, self._part, self._name = theme, part, name
        self.figures: Sequence[Figure] = ()
        self._span: Span | None = None
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        told_as(self, QAccessible.Role.Chart)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def show_figures(self, figures: Sequence[Figure], span: Span) -> None:
        """Draw these, which are of a report of these days."""
        self.figures, self.current, self._span = figures, 0, span
        self.updateGeometry()
        self.setAccessibleName(f"{self._name}: {self._summary()}")
        self._say()
        self.update()

    def marks(self) -> list[tuple[QRectF, Figure]]:
        """Where each figure stands: time runs as the interface is read."""
        room = QRectF(self.rect())
        return [(mirroring.placed(where, room), one) for where, one in self.lay()]

    def lay(self) -> list[tuple[QRectF, Figure]]:
        """Where each figure stands in the design."""
        raise NotImplementedError

    def draw(self, painter: QPainter) -> None:
        """The whole chart."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter)
        if self.hasFocus() and self.figures:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            # In the colour of text: a bar is in that of the accent itself.
            painter.setPen(QPen(self._theme.colour("text"), 2))
            painter.drawRoundedRect(self.marks()[self.current][0].adjusted(-1, -1, 1, 1), 3, 3)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if place is None else self._spoken(self.figures[place]), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is not None:
            self._step(place - self.current)
            self.figure_asked.emit(self.figures[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ahead = -1 if mirroring.is_mirrored() else 1
        steps = {
            Qt.Key.Key_Left: -ahead,
            Qt.Key.Key_Right: ahead,
            Qt.Key.Key_Up: -self.across,
            Qt.Key.Key_Down: self.across,
            Qt.Key.Key_Home: -len(self.figures),
            Qt.Key.Key_End: len(self.figures),
        }
        if event.key() in steps:
            self._step(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.figures:
            self.figure_asked.emit(self.figures[self.current])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @property
    def across(self) -> int:
        """How many figures stand in a row."""
        return 1

    def _step(self, by: int) -> None:
        self.current = min(max(self.current + by, 0), max(len(self.figures) - 1, 0))
        self._say()
        announce(self, self.accessibleDescription())
        self.update()

    def _say(self) -> None:
        """Where the keyboard is among the figures; the name goes on telling what all of them are."""
        self.setAccessibleDescription(self._spoken(self.figures[self.current]) if self.figures else "")

    def _summary(self) -> str:
        count = sum(round(one.value or 0) for one in self.figures)
        if not count:
            return _("no message")
        most = self._spoken(max(self.figures, key=lambda one: one.value or 0))
        said = ngettext(
            "{count} message in all; the most: {figure}", "{count} messages in all; the most: {figure}", count
        )
        return said.format(count=number(count), figure=most)

    def _spoken(self, one: Figure) -> str:
        return "" if self._span is None else f"{figure_told(self._part, one, {}, self._span)}: {figure_said(one)}"

    def _at(self, where: QPointF) -> int | None:
        return next((place for place, (mark, _one) in enumerate(self.marks()) if mark.contains(where)), None)

    def _write(self, painter: QPainter, where: QRectF, text: str, *, at_end: bool = False) -> None:
        painter.setFont(self._theme.font(fonts.CHIP))
        painter.setPen(self._theme.colour("text3"))
        mirroring.write(painter, where, text, QRectF(self.rect()), at_end=at_end)


class Bars(Chart):
    """Two bars for each stretch of time: members first, then we, so that colour is not all that tells."""

    def sizeHint(self) -> QSize:
        return QSize(400, self._theme.scaled(170))

    @property
    def across(self) -> int:
        return 2

    def lay(self) -> list[tuple[QRectF, Figure]]:
        ground = self._ground()
        most = max((one.value or 0 for one in self.figures), default=0) or 1
        width = ground.width() / max(len(self.figures) / 2, 1)
        bar = max(min(width * 0.38, 18.0), 1.5)
        found = []
        for place, one in enumerate(self.figures):
            left = ground.left() + width * (place // 2) + width / 2 - bar + bar * (place % 2)
            height = max(ground.height() * (one.value or 0) / most, 1.0)
            found.append((QRectF(left, ground.bottom() - height, bar - 0.5, height), one))
        return found

    def draw(self, painter: QPainter) -> None:
        ground, marks = self._ground(), self.marks()
        painter.setPen(QPen(self._theme.colour("line2"), 1))
        foot = mirroring.placed(ground, QRectF(self.rect()))
        painter.drawLine(foot.bottomLeft(), foot.bottomRight())
        most = max((one.value or 0 for one in self.figures), default=0)
        if most:
            self._write(painter, QRectF(0, ground.top() - 8, ground.left() - 6, 16), number(round(most)), at_end=True)
        self._write(painter, QRectF(0, ground.bottom() - 8, ground.left() - 6, 16), "0", at_end=True)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (mark, _one) in enumerate(marks):
            painter.setBrush(self._theme.colour("accent" if place % 2 == 0 else "green"))
            painter.drawRect(mark)
        self._write_days(painter, ground)

    def _write_days(self, painter: QPainter, ground: QRectF) -> None:
        days = [one.key.split()[0] for one in self.figures[::2]]
        if not days:
            return
        step = ground.width() / len(days)
        every = max(1, round(self._theme.scaled(64) / step + 0.5))
        for place in range(0, len(days), every):
            day = _day(date.fromisoformat(days[place]))
            where = QRectF(ground.left() + step * place, ground.bottom() + 2, step * every, self._theme.scaled(18))
            self._write(painter, where, day)

    def _ground(self) -> QRectF:
        return QRectF(self.rect()).adjusted(self._theme.scaled(40), 10, -4, -self._theme.scaled(22))


class Heat(Chart):
    """A square for each hour of the week; the number stands in it, so that colour is not all that tells."""

    def sizeHint(self) -> QSize:
        return QSize(400, self._theme.scaled(7 * 24 + 26))

    @property
    def across(self) -> int:
        return 24

    def lay(self) -> list[tuple[QRectF, Figure]]:
        ground = self._ground()
        width, height = ground.width() / 24, ground.height() / 7
        return [
            (
                QRectF(ground.left() + width * (at % 24), ground.top() + height * (at // 24), width - 2, height - 2),
                one,
            )
            for at, one in enumerate(self.figures)
        ]

    def draw(self, painter: QPainter) -> None:
        ground = self._ground()
        most = max((one.value or 0 for one in self.figures), default=0) or 1
        for mark, one in self.marks():
            share = (one.value or 0) / most
            painter.setPen(Qt.PenStyle.NoPen)
            square = mixed(self._theme.colour("hover"), self._theme.colour("accent"), share)
            painter.setBrush(square)
            painter.drawRoundedRect(mark, 3, 3)
            if one.value and mark.width() > self._theme.scaled(18):
                painter.setFont(self._theme.font(fonts.CHIP))
                painter.setPen(ink_on(square))
                painter.drawText(mark, _CENTRE, f"{one.value:.0f}")
        for day in range(7):
            top = ground.top() + ground.height() / 7 * day
            row = QRectF(0, top, ground.left() - 8, ground.height() / 7)
            self._write(painter, row, weekday_name(day)[:3], at_end=True)
        for hour in range(0, 24, 3):
            left = ground.left() + ground.width() / 24 * hour
            self._write(painter, QRectF(left, ground.bottom(), 60, self._theme.scaled(20)), f"{hour}:00")

    def _ground(self) -> QRectF:
        return QRectF(self.rect()).adjusted(self._theme.scaled(44), 2, -2, -self._theme.scaled(22))


def mixed(low: QColor, high: QColor, share: float) -> QColor:
    """A colour between two."""
    pairs = ((low.redF(), high.redF()), (low.greenF(), high.greenF()), (low.blueF(), high.blueF()))
    return QColor.fromRgbF(*(one + (other - one) * share for one, other in pairs))


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever is read better: on every ground one of the two stands out by 4.5 to 1 at least.

    https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    parts = (ground.redF(), ground.greenF(), ground.blueF())
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return QColor(Qt.GlobalColor.black if light > _AS_DARK_AS_LIGHT else Qt.GlobalColor.white)
