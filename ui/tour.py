"""The tour: five hints at the first look at the practice room, each beside what it explains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.i18n import _, ngettext
from ui.commands import Does, first_key, key_text
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton

_WIDTH, _GAP, _EDGE = 300, 14, 8


@dataclass(frozen=True, slots=True)
class Hint:
    """What it says, and the place it is about; None while that is not in sight."""

    title: str
    text: str
    place: Callable[[], QRect | None]


class Tour(QFrame):
    """Lies beside its place, never over it, and marks the place with a ring. Enter goes on, Esc closes it for ever."""

    ended = Signal()
    """The last hint was read, or the tour was closed."""

    def __init__(self, theme: Theme, over: QWidget, hints: tuple[Hint, ...]) -> None:
        super().__init__(over)
        self._theme, self._over, self._hints = theme, over, hints
        self._at = -1
        self.was_seen = False
        self._before = over.window().focusWidget()
        self.setProperty("card", "tour")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Tour"))
        self._ring = _Ring(theme, over)
        self._title = Label(theme, size=fonts.MESSAGE, weight=fonts.BOLD).wrapping()
        self._text = Label(theme, tone="second").wrapping()
        self._count = Label(theme, size=fonts.META, tone="meta")
        self.away = PushButton(theme, _("Close for ever"), "plain")
        self.next = PushButton(theme, _("Next"), "primary")
        # Outside a dialog only this lets Return press it.
        self.next.setAutoDefault(True)
        self.away.setAutoDefault(True)
        self._lay_out()
        self.away.clicked.connect(self.end)
        self.next.clicked.connect(self.go_on)
        over.installEventFilter(self)
        self.hide()

    @property
    def hint(self) -> Hint | None:
        """What is explained now."""
        return self._hints[self._at] if 0 <= self._at < len(self._hints) and not self.isHidden() else None

    def go_on(self) -> None:
        """The next hint whose place is in sight and leaves room beside it; after the last one it is over."""
        for at in range(self._at + 1, len(self._hints)):
            self._at = at
            if self._show():
                return
        self.end()

    def end(self) -> None:
        """Close it."""
        self._over.removeEventFilter(self)
        focused = self.window().focusWidget()
        held = focused is not None and self.isAncestorOf(focused)
        self._ring.hide()
        self.hide()
        if held and self._before is not None:
            self._before.setFocus()
        self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            if watched is not self._over:
                # The parts beside it get their places in this same turn.
                QTimer.singleShot(0, self, self._settle)
            elif not self._settle():
                self.go_on()
        return False

    def event(self, event: QEvent) -> bool:
        """Escape is a key of the tour while it has the focus, and none of the window around it."""
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if event.key() != Qt.Key.Key_Escape:
            return super().event(event)
        event.accept()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def _show(self) -> bool:
        hint = self._hints[self._at]
        self._title.setText(hint.title)
        self._text.setText(hint.text)
        self._count.setText(_("{number} of {count}").format(number=self._at + 1, count=len(self._hints)))
        last = self._at == len(self._hints) - 1
        self.next.setText(_("Begin") if last else _("Next"))
        self.next.setAccessibleName(self.next.text())
        self.next.setAccessibleDescription(f"{hint.title}. {hint.text}")
        self.away.setVisible(not last)
        if not self._settle():
            return False
        self.was_seen = True
        if self.isHidden():
            self.show()
            self._theme.motion.appear(self)
        self._ring.show()
        self._ring.raise_()
        self.raise_()
        self.next.setFocus()
        # What it is about may just have come into sight.
        QTimer.singleShot(0, self, self._settle)
        return True

    def _settle(self) -> bool:
        """Move beside the place; False where there is no room or nothing to point at."""
        target = self._hints[self._at].place()
        if target is None or target.isEmpty():
            return False
        width = self._theme.scaled(_WIDTH)
        self._column.activate()
        size = QSize(width, self._column.totalHeightForWidth(width))
        spot = next(_spots(self._over.rect(), target, size), None)
        if spot is None:
            return False
        self._theme.motion.glide(self, spot)
        self._theme.motion.glide(self._ring, target.adjusted(-3, -3, 3, 3) & self._over.rect())
        return True

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._count)
        foot.addStretch(1)
        foot.addWidget(self.away)
        foot.addWidget(self.next)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 14, 12)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(4)
        column.addLayout(foot)


class _Ring(QWidget):
    """A line around what is explained; it takes no click."""

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 11, 11)
        painter.end()


def _spots(room: QRect, target: QRect, size: QSize) -> Iterator[QRect]:
    """Where the tour may lie: right, left, below or above its place, whole and not over it."""
    left, top = target.left(), target.top()
    corners = (
        QPoint(target.right() + _GAP, top),
        QPoint(left - _GAP - size.width(), top),
        QPoint(left, target.bottom() + _GAP),
        QPoint(left, top - _GAP - size.height()),
    )
    inside = room.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
    for corner in corners:
        spot = QRect(corner, size)
        spot.moveLeft(max(inside.left(), min(spot.left(), inside.right() + 1 - size.width())))
        spot.moveTop(max(inside.top(), min(spot.top(), inside.bottom() + 1 - size.height())))
        if inside.contains(spot) and not spot.intersects(target):
            yield spot


@dataclass(frozen=True, slots=True)
class Sights:
    """What the hints are about: parts of the window, and what brings a conversation into sight."""

    over: QWidget
    sidebar: QWidget
    first_row: Callable[[], QRect | None]
    header: QWidget
    messages: QWidget
    composer: QWidget
    undo_seconds: int
    open_one: Callable[[], None]

    def place_of(self, part: QWidget) -> QRect | None:
        """Where a part is, if it is in sight."""
        if not part.isVisibleTo(self.over):
            return None
        return QRect(part.mapTo(self.over, QPoint(0, 0)), part.size())

    def messages_place(self) -> QRect | None:
        """The conversation, which is opened for it where none is."""
        self.open_one()
        return self.place_of(self.messages)


def hints(sights: Sights) -> tuple[Hint, ...]:
    """The five."""
    return (
        Hint(
            _("Everything in one place"),
            _("All channels of this made-up pottery come in here. The figures say how much waits for you."),
            lambda: sights.place_of(sights.sidebar),
        ),
        Hint(
            _("From one to the next"),
            _("Each line is a conversation. {next} and {previous} go on and back, {reply} answers.").format(
                next=key_text(Does.NEXT), previous=key_text(Does.PREVIOUS), reply=first_key(Does.REPLY)
            ),
            sights.first_row,
        ),
        Hint(
            _("A comment under its post"),
            _("The post stays in sight. Lines lead from each answer to what it answers."),
            sights.messages_place,
        ),
        Hint(
            _("Nothing leaves at once"),
            ngettext(
                "Write here and send with {send}. For {count} second {undo} takes it back.",
                "Write here and send with {send}. For {count} seconds {undo} takes it back.",
                sights.undo_seconds,
            ).format(send=first_key(Does.SEND), count=sights.undo_seconds, undo=first_key(Does.UNDO)),
            lambda: sights.place_of(sights.composer),
        ),
        Hint(
            _("Done, or later"),
            _("{done} closes a conversation, {snooze} puts it off. {all} finds every command and its key.").format(
                done=key_text(Does.DONE), snooze=key_text(Does.SNOOZE), all=key_text(Does.COMMANDS)
            ),
            lambda: sights.place_of(sights.header),
        ),
    )
