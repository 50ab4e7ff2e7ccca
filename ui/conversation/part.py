"""What messages and notes have in common: an avatar where the guides end, a card beside it, the guides themselves."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.conversation.nesting import Branch
from ui.conversation.safe_document import SafeBrowser
from ui.theme import fonts
from ui.theme.mirroring import is_mirrored
from ui.theme.moments import ago, in_full
from ui.theme.theme import Theme
from ui.theme.tokens import NESTING
from ui.theme.widgets import Avatar, Label

_AVATAR = 30
_ABOVE, _BELOW = 8, 6
_BESIDE = 10
_NARROW = 560
_ELBOW = 8.0


class ThreadPart(QFrame):
    """A card that hangs at its branch. What it says is put into `column` by those who inherit it."""

    def __init__(
        self, theme: Theme, branch: Branch, who: str, card: str, picture: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._branch = branch
        self._face, self._step = theme.scaled(_AVATAR), theme.scaled(NESTING)
        self._fitted = (-1, 0)
        self.avatar = Avatar(theme, who, _AVATAR, picture=picture)
        self.avatar.setParent(self)
        self.card = QFrame(self)
        self.card.setProperty("card", card)
        self.column = QVBoxLayout(self.card)
        self.column.setSpacing(2)
        self.column.setContentsMargins(*((0, 0, 0, 0) if card == "bare" else (12, 9, 12, 8)))
        self.head = QHBoxLayout()
        self.head.setSpacing(6)
        self.column.addLayout(self.head)
        self.bodies: list[SafeBrowser] = []
        self._when: Label | None = None
        self._moment: datetime | None = None

    def tell_when(self, moment: datetime) -> Label:
        """How long ago it was, for the head; it stays true by `keep_time`."""
        self._moment = moment
        self._when = Label(self.theme, ago(moment), size=fonts.META, tone="meta")
        self._when.setToolTip(in_full(moment))
        return self._when

    def keep_time(self) -> None:
        """Time has passed."""
        if self._when is not None and self._moment is not None:
            self._when.say(ago(self._moment))

    def add_body(self, body: SafeBrowser) -> None:
        """Put a text under what is there."""
        self.bodies.append(body)
        self.column.addWidget(body)

    def unfit(self) -> None:
        """Something inside changed its size."""
        self._fitted = (-1, 0)

    def fit(self, width: int) -> int:
        """Lay out at a width and return the height."""
        if self._fitted[0] == width:
            return self._fitted[1]
        self._face, self._step = self.theme.scaled(_AVATAR), self.theme.scaled(NESTING)
        if width <= self.theme.scaled(_NARROW):
            self._step //= 2
        left = self._branch.level * self._step
        mirrored = is_mirrored()
        self.avatar.move(width - left - self._face if mirrored else left, _ABOVE)
        inner = width - left - self._face - _BESIDE
        margins = self.column.contentsMargins()
        for body in self.bodies:
            body.fit(inner - margins.left() - margins.right())
        self.column.invalidate()
        height = self._height(inner)
        self.card.setGeometry(0 if mirrored else left + self._face + _BESIDE, _ABOVE, inner, height)
        self._fitted = (width, _ABOVE + max(height, self._face) + _BELOW)
        return self._fitted[1]

    def _height(self, width: int) -> int:
        if self.column.hasHeightForWidth():
            return self.column.totalHeightForWidth(width)
        return self.column.totalSizeHint().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_mirrored():
            # There are lines only: the whole picture can be turned.
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        painter.setPen(QPen(self.theme.colour("line2"), 1.5))
        for level in self._branch.passing:
            painter.drawLine(QPointF(self._guide(level), 0), QPointF(self._guide(level), self.height()))
        if self._branch.answered:
            x = self._guide(self._branch.level)
            painter.drawLine(QPointF(x, _ABOVE + self._face + 4), QPointF(x, self.height()))
        if self._branch.level:
            painter.drawPath(self._elbow())
        painter.end()

    def _elbow(self) -> QPainterPath:
        x, y = self._guide(self._branch.level - 1), float(_ABOVE + self._face // 2)
        path = QPointF(x, 0)
        made = QPainterPath(path)
        made.lineTo(x, y - _ELBOW)
        made.quadTo(x, y, x + _ELBOW, y)
        made.lineTo(max(x + _ELBOW, self._branch.level * self._step - 4.0), y)
        return made

    def _guide(self, level: int) -> float:
        return level * self._step + self._face / 2
