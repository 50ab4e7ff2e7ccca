"""What was just done, in a sentence that lies over the window, leaves by itself and moves nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from inbox_app.domain.ids import OperationId
from inbox_app.i18n import _
from ui.commands import Does, with_key
from ui.theme.announcing import announce
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton

Undoing = Callable[[Iterable[OperationId]], Callable[[], None] | None]
"""Makes what the button does of the decisions that a sentence tells of; None where nothing was decided."""
STAYS_MS = 6_000
_BELOW, _ABOVE = 20, 10
_ASIDE, _LEAST = 10, 190
_LONG = re.compile(r"[\w@.:/-]{20,}")
"""An address is wider than the words' column beside the button, and Qt breaks lines between words alone."""
_JOINT = "\N{ZERO WIDTH SPACE}"


class Toast(QFrame):
    """Lies over the foot of the sidebar, where nothing is that one reaches for next; the last word is what is shown.

    Where the sidebar is not in sight it lies above `foot`.
    """

    def __init__(self, theme: Theme, over: QWidget, side: QWidget, foot: QWidget) -> None:
        super().__init__(over)
        self._theme, self._over, self._side, self._foot = theme, over, side, foot
        self._deed: Callable[[], object] | None = None
        self._said_at = datetime.now(UTC)
        self.setProperty("card", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("What was just done"))
        self.words = Label(theme, tone="toast")
        self.words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.undo = PushButton(theme, with_key(_("Undo"), Does.UNDO))
        self.undo.clicked.connect(self.take_back)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 10, 8)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self.undo)
        self._leave = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._leave.timeout.connect(self.hide)
        for one in (over, side):
            one.installEventFilter(self)
        self.hide()

    def say(self, sentence: str, undo: Callable[[], object] | None = None) -> None:
        """Show a sentence for a while; with `undo`, a button that takes it back."""
        self._deed, self._said_at = undo, datetime.now(UTC)
        self.words.setText(_LONG.sub(_with_joints, sentence))
        self.words.setAccessibleName(sentence)
        self.undo.setText(with_key(_("Undo"), Does.UNDO))
        self.undo.setVisible(undo is not None)
        self._settle()
        came = self.isHidden()
        self.show()
        self.raise_()
        if came:
            self._theme.motion.appear(self)
        announce(self, sentence)
        self._leave.start()

    def follow(self, sentence: str, stop: Callable[[], object]) -> None:
        """Show how far something is until another word is said; the button stops it."""
        self.say(sentence, stop)
        self.undo.setText(with_key(_("Stop"), Does.UNDO))
        self._settle()
        self._leave.stop()

    def offers_undo(self, since: datetime | None) -> bool:
        """Whether it offers to take back something that was done after this moment."""
        return self.isVisible() and self._deed is not None and (since is None or since < self._said_at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._settle()
        return False

    def _settle(self) -> None:
        over, foot, side = self._over, self._foot, self._side
        beside = side.isVisibleTo(over)
        self.words.setWordWrap(beside)
        if beside:
            width = max(side.width() - 2 * _ASIDE, self._theme.scaled(_LEAST))
            self._row.invalidate()
            height = max(self._row.totalHeightForWidth(width), self._row.totalMinimumSize().height())
            at = side.mapTo(over, QPoint(0, side.height()))
            left = at.x() + max((side.width() - width) // 2, _ASIDE)
            self.setGeometry(left, at.y() - height - _ASIDE, width, height)
            return
        self._row.activate()
        wanted = self.sizeHint().boundedTo(over.size())
        middle, bottom = over.width() // 2, over.height() - _BELOW
        if foot.isVisibleTo(over):
            place = foot.mapTo(over, QPoint(foot.width() // 2, 0))
            middle, bottom = place.x(), place.y() - _ABOVE
        left = max(0, min(middle - wanted.width() // 2, over.width() - wanted.width()))
        self.setGeometry(left, bottom - wanted.height(), wanted.width(), wanted.height())

    def take_back(self) -> None:
        """Do what its button does."""
        self.hide()
        if self._deed is not None:
            self._deed()


def _with_joints(long: re.Match[str]) -> str:
    """The same word, that may be broken before each of its parts, and within those that are long themselves."""
    return _JOINT.join(re.findall(r"[@.:/-]?[^@.:/-]{1,12}|[@.:/-]", long[0]))
