"""A poll below its question: each choice with a bar and its count, and whether one can still vote."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from inbox_app.domain.poll import Choice, Poll
from inbox_app.domain.poll_words import choice_words, standing_of, told
from ui.theme import fonts
from ui.theme.mirroring import placed
from ui.theme.moments import at, in_full
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Label

_WIDEST = 460
_BAR, _BELOW = 6, 5


class PollPart(QWidget):
    """Shown, not voted in: a brand's account that votes with one click has said something in public."""

    def __init__(self, theme: Theme, poll: Poll) -> None:
        super().__init__()
        self._theme, self._poll = theme, poll
        now = datetime.now(UTC)
        self.setAccessibleName(told(poll, now, partial(at, inside=True), number))
        self.setMaximumWidth(round(_WIDEST * theme.scale))
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 6, 0, 4)
        rows.setHorizontalSpacing(10)
        rows.setVerticalSpacing(3)
        rows.setColumnStretch(0, 1)
        most = max((one.votes or 0 for one in poll.choices), default=0)
        for one in poll.choices:
            self._write_choice(rows, one, leads=bool(most) and one.votes == most)
        standing = standing_of(poll, now, partial(at, inside=True), number)
        foot = Label(theme, standing[:1].upper() + standing[1:], size=fonts.META, tone="meta")
        if poll.closes_at is not None:
            foot.setToolTip(in_full(poll.closes_at))
        rows.addWidget(foot.wrapping(), rows.rowCount(), 0, 1, 2)

    @property
    def count(self) -> int:
        """How many choices there are."""
        return len(self._poll.choices)

    def _write_choice(self, rows: QGridLayout, one: Choice, *, leads: bool) -> None:
        line = rows.rowCount()
        weight = fonts.BOLD if leads else fonts.REGULAR
        counted = choice_words(self._poll, one, number)
        words = Label(self._theme, one.text if counted else f"○ {one.text}", size=fonts.BODY, weight=weight).wrapping()
        words.setAccessibleName(": ".join(filter(None, (one.text, counted))))
        rows.addWidget(words, line, 0)
        if not counted:
            return
        count = Label(self._theme, counted, size=fonts.META, weight=weight, tone="meta")
        rows.addWidget(count, line, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        rows.addWidget(_Bar(self._theme, self._poll.share(one), leads=leads), line + 1, 0, 1, 2)


class _Bar(QWidget):
    """How much chose it; the count beside the words says the same to whoever cannot see it."""

    def __init__(self, theme: Theme, share: float, *, leads: bool) -> None:
        super().__init__()
        self._theme, self._share, self._leads = theme, share, leads
        self.setFixedHeight(round((_BAR + _BELOW) * theme.scale))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        room = QRectF(0, 0, self.width(), _BAR * self._theme.scale)
        round_ = room.height() / 2
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(room, round_, round_)
        if self._share > 0:
            filled = QRectF(0, 0, max(room.width() * min(self._share, 1), room.height()), room.height())
            painter.setBrush(self._theme.colour("accent" if self._leads else "text3"))
            painter.drawRoundedRect(placed(filled, room), round_, round_)
        painter.end()
