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
from ui.foremost import page_over
from ui.theme.announcing import announce
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton

Undoing = Callable[[Iterable[OperationId]], Callable[[], None] | None]
"""Makes what the button does of the decisions that a sentence tells of; None where nothing was decided."""
STAYS_MS = 6_000
_BELOW, _ABOVE, _LAST_LINE = 20, 10, 64
_ASIDE, _LEAST = 10, 190
_LONG = re.compile(r"[\w@.:/-]{20,}")
"""An address is wider than the words' column beside the button, and Qt breaks lines between words alone."""
_JOINT = "\N{ZERO WIDTH SPACE}"


class Toast(QFrame):
    """Lies over the foot of the sidebar, where nothing is that one reaches for next; the last word is what is shown.

    Where the sidebar is not in sight it lies above `foot`, and where a page covers both, on the page.
    """

    def __init__(self, theme: Theme, over: QWidget, side: QWidget, foot: QWidget) -> None:
        super().__init__(over)
        self._theme, self._over, self._side, self._foot = theme, over, side, foot
        self._page: QWidget | None = None
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
        self._lie_on(page_over(self._over))
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
        if event.type() is QEvent.Type.Hide and watched is self._page:
            stays = not self.isHidden()
            self._lie_on(None)
            self.setVisible(stays)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._settle()
        return False

    def _lie_on(self, page: QWidget | None) -> None:
        """Over a page while that is open, else over the window; a page that goes must not take it along."""
        if page is self._page:
            return
        if self._page is not None:
            self._page.removeEventFilter(self)
        self._page = page
        if page is not None:
            page.installEventFilter(self)
        self.setParent(page or self._over)

    def _settle(self) -> None:
        over, side = self._page or self._over, self._side
        beside = self._page is None and side.isVisibleTo(over)
        room = side.width() if beside else over.width()
        widest = max(room - 2 * _ASIDE, self._theme.scaled(_LEAST))
        self.words.setWordWrap(False)
        self._row.activate()
        narrow = beside or self.sizeHint().width() > widest
        self.words.setWordWrap(narrow)
        self._row.invalidate()
        width = widest if narrow else self.sizeHint().width()
        height = max(self._row.totalHeightForWidth(width), self._row.totalMinimumSize().height())
        if beside:
            at = side.mapTo(over, QPoint(0, side.height()))
            left = at.x() + max((side.width() - width) // 2, _ASIDE)
            self.setGeometry(left, at.y() - height - _ASIDE, width, height)
            return
        place = self._above()
        left = max(0, min(place.x() - width // 2, over.width() - width))
        self.setGeometry(left, place.y() - height, width, height)

    def _above(self) -> QPoint:
        """The middle of what it lies above, where the sidebar is not in sight: a page's last line, or the foot."""
        over, foot = self._page or self._over, self._foot
        if self._page is not None:
            return QPoint(over.width() // 2, over.height() - self._theme.scaled(_LAST_LINE))
        if foot.isVisibleTo(over):
            return foot.mapTo(over, QPoint(foot.width() // 2, -_ABOVE))
        return QPoint(over.width() // 2, over.height() - _BELOW)

    def take_back(self) -> None:
        """Do what its button does."""
        self.hide()
        if self._deed is not None:
            self._deed()


def _with_joints(long: re.Match[str]) -> str:
    """The same word, that may be broken before each of its parts, and within those that are long themselves."""
    return _JOINT.join(re.findall(r"[@.:/-]?[^@.:/-]{1,12}|[@.:/-]", long[0]))
