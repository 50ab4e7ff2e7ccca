"""A column of things of different heights, of which only those in sight exist.

Heights of what was never seen are estimates. What is at the top of the view stays where it is when an estimate turns
out wrong, when the width changes and when things come in above.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from ui.conversation.items import Item
from ui.conversation.spare import Spare, discard
from ui.theme.told import told_as

KEPT = 90
"""Widgets that stay alive though they are out of sight."""
WIDEST = 860
"""Lines longer than this are hard to read."""
LEAD = 160
"""Pixels of what stands before it, where an item is brought into sight."""
_ROUNDS = 6
_AHEAD = 3
_REST_MS = 150
"""How long another conversation is in sight before more of it is made: who steps on never sees that."""
_ABOVE, _BELOW = 8, 16


class Part(Protocol):
    """What the column asks of the widget of an item."""

    def fit(self, width: int) -> int:
        """Lay out at a width and return the height."""


class Column(QAbstractScrollArea):
    """Shows items; `make` turns one into a widget when it comes into sight.

    Widgets that were made before, for another conversation, come into sight through `renew`, which may refuse them.
    """

    def __init__(self, make: Callable[[Item], QWidget], renew: Callable[[QWidget], bool] = lambda _old: True) -> None:
        super().__init__()
        self._make, self._renew = make, renew
        self._items: list[Item] = []
        self._heights: list[int] = []
        self._tops: list[int] = [0]
        self._places: dict[str, int] = {}
        self._known: set[str] = set()
        self._widgets: dict[str, QWidget] = {}
        self._anchor: tuple[str, int] | None = None
        self._moving = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        told_as(self, QAccessible.Role.Pane)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(28)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._later = QTimer(self, singleShot=True)
        self._pause = 0
        self._later.timeout.connect(self._make_ahead)
        self._spare = Spare()
        self._coming: Iterator[bool] = iter(())

    def show_items(self, items: Sequence[Item], *, reveal: str | None = None) -> None:
        """Show these; widgets of unchanged ones stay. With `reveal`, scroll to that item, else stay in place."""
        before = {item.key: (item, height) for item, height in zip(self._items, self._heights, strict=True)}
        same = {item.key for item in items if item.key in before and before[item.key][0] == item}
        staying = {item.key for item in items}
        for item in self._items:
            if item.key in self._widgets and item.key not in staying:
                self._spare.put(item, self._widgets.pop(item.key))
        self._drop([key for key in self._widgets if key not in same])
        self._known &= same
        self._coming = iter(())
        width = self.content_width
        self._hold_on_to(staying)
        self._items = list(items)
        self._heights = [
            before[item.key][1] if item.key in self._known else item.estimate(width) for item in self._items
        ]
        self._sum()
        if reveal is None:
            self._settle()
        else:
            self._pause = _REST_MS
            self.reveal(reveal)

    def prepare(self, items: Sequence[Item], reveal: str) -> None:
        """These come next, with this one brought into sight: what will be seen is made while nothing else is."""
        if not self._items:
            return
        first = next((place for place, item in enumerate(items) if item.key == reveal), 0)
        self._coming = self._make_coming(items[first:], items[:first][::-1])
        self._later.start(max(self._later.remainingTime(), 0))

    @property
    def is_making_ahead(self) -> bool:
        """Whether something that is not in sight yet is about to be made."""
        return self._later.isActive()

    def reveal(self, key: str) -> None:
        """Bring an item into sight, with a little of what stands before it."""
        place = self._place_of(key)
        if place is None:
            return
        for _round in range(3):
            height = self._heights[place]
            self._anchor = (key, -min(max(self.viewport().height() - height, 0) // 2, LEAD))
            self._settle()
            if height == self._heights[place]:
                break

    def bring_in(self, key: str) -> None:
        """Scroll to an item only where it does not stand in sight whole."""
        place = self._place_of(key)
        value, height = self.verticalScrollBar().value(), self.viewport().height()
        if place is not None and not value <= self._tops[place] <= value + height - self._heights[place]:
            self.reveal(key)

    def forget_widgets(self) -> None:
        """Make everything anew, in another theme or size."""
        self._drop(list(self._widgets))
        self._spare.drop()
        self._known.clear()
        self._settle()

    def forget_spare(self) -> None:
        """What is not of the conversation on screen is made anew."""
        self._spare.drop()

    def forget_widget(self, key: str) -> None:
        """Make one item anew: what it shows has arrived."""
        if key in self._widgets:
            self._drop([key])
        self._known.discard(key)
        self._settle()

    def remeasure(self, key: str) -> None:
        """An item became higher or lower by itself."""
        self._known.discard(key)
        self._settle()

    def widgets(self) -> list[QWidget]:
        """The widgets that exist, from top to bottom."""
        return [self._widgets[item.key] for item in self._items if item.key in self._widgets]

    @property
    def content_width(self) -> int:
        """How wide an item is."""
        return max(min(self.viewport().width() - 2 * self.margin, WIDEST), 120)

    @property
    def margin(self) -> int:
        """Room at either side."""
        return margin_of(self.viewport().width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._known.clear()
        self._settle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settle()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Widgets are placed by `_settle`."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        steps = {
            Qt.Key.Key_Up: -bar.singleStep(), Qt.Key.Key_Down: bar.singleStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(), Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_Home: -bar.maximum(), Qt.Key.Key_End: bar.maximum(),
        }  # fmt: skip
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(bar.value() + by)

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab walks through the messages in the order shown, and out at either end."""
        chain = [part for widget in self.widgets() for part in _focusable(widget)]
        current = QApplication.focusWidget()
        if current is None or current is self or current not in chain:
            if current is self and following and chain:
                chain[0].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            return super().focusNextPrevChild(following)
        place = chain.index(current) + (1 if following else -1)
        if 0 <= place < len(chain):
            chain[place].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        (chain[-1] if following else self).setFocus(Qt.FocusReason.TabFocusReason)
        return super().focusNextPrevChild(following) if following else True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._bring_in(watched)
        return super().eventFilter(watched, event)

    def _hold_on_to(self, staying: set[str]) -> None:
        """When what was at the top goes, the next one that stays keeps its place in the view instead."""
        place = self._place_of(self._anchor[0]) if self._anchor else None
        if place is None:
            return
        value = self.verticalScrollBar().value()
        for at in range(place, len(self._items)):
            if self._items[at].key in staying:
                self._anchor = (self._items[at].key, value - self._tops[at])
                return

    def _bring_in(self, part: QWidget) -> None:
        top = part.mapTo(self.viewport(), part.rect().topLeft()).y()
        bottom = top + part.height()
        bar = self.verticalScrollBar()
        if top < 0:
            bar.setValue(bar.value() + top - 12)
        elif bottom > self.viewport().height() and part.height() < self.viewport().height():
            bar.setValue(bar.value() + bottom - self.viewport().height() + 12)

    def _scrolled(self, value: int) -> None:
        if self._moving or not self._items:
            return
        place = self._place_of(self._anchor[0]) if self._anchor else None
        in_sight = (
            place is not None and value - self._heights[place] < self._tops[place] < value + self.viewport().height()
        )
        if place is None or not in_sight:
            place = min(bisect_right(self._tops, value) - 1, len(self._items) - 1)
        self._anchor = (self._items[place].key, value - self._tops[place])
        self._pause = 0
        self._settle()

    def _settle(self) -> None:
        """Measure what is in sight until nothing changes, put it in place, and hide the rest."""
        if not self.isVisible():
            return  # Shown, it has the width at which everything is laid out; laid out twice it would cost twice.
        if not self._items or self.viewport().width() <= 0:
            self._drop(list(self._widgets))
            self.verticalScrollBar().setRange(0, 0)
            return
        first = last = 0
        for _round in range(_ROUNDS):
            self._move_bar()
            first, last = self._in_sight()
            if not self._measure(range(first, last + 1)):
                break
            self._sum()
        self._move_bar()
        self._put(first, last)
        self._later.start(self._pause)

    def _measure(self, places: Iterable[int]) -> bool:
        changed = False
        for place in places:
            key = self._items[place].key
            if key in self._known and key in self._widgets:
                continue
            height = cast(Part, self._widget(place)).fit(self.content_width)
            changed |= height != self._heights[place]
            self._heights[place] = height
            self._known.add(key)
        return changed

    def _widget(self, place: int) -> QWidget:
        item = self._items[place]
        widget = self._widgets.get(item.key)
        if widget is None:
            widget = self._widgets[item.key] = self._taken_again(item) or self._made(item)
        return widget

    def _made(self, item: Item) -> QWidget:
        widget = self._make(item)
        widget.setParent(self.viewport())
        for part in _focusable(widget):
            part.installEventFilter(self)
        return widget

    def _taken_again(self, item: Item) -> QWidget | None:
        widget = self._spare.take(item)
        if widget is not None and not self._renew(widget):
            discard(widget)
            return None
        return widget

    def _make_coming(self, below: Iterable[Item], above: Iterable[Item]) -> Iterator[bool]:
        """One thing in each turn, until a screen is full, and above that what stands before it."""
        room = self.viewport().height()
        for item in below:
            if room <= 0:
                break
            room -= self._make_spare(item)
            yield True
        room = max(room, LEAD)
        for item in above:
            if room <= 0:
                break
            room -= self._make_spare(item)
            yield True

    def _make_spare(self, item: Item) -> int:
        """Returns its height."""
        if (kept := self._spare.take(item)) is not None:
            self._spare.put(item, kept)
            return kept.height()
        widget = self._made(item)
        height = cast(Part, widget).fit(self.content_width)
        widget.resize(self.content_width, height)
        self._spare.put_new(item, widget)
        return height

    def _put(self, first: int, last: int) -> None:
        value, left, width = self.verticalScrollBar().value(), self.margin, self.content_width
        shown = set()
        for place in range(first, last + 1):
            widget = self._widget(place)
            widget.setGeometry(left, self._tops[place] - value, width, self._heights[place])
            widget.show()
            shown.add(self._items[place].key)
        for key, widget in self._widgets.items():
            if key not in shown and not widget.isHidden():
                self._put_aside(key, widget, value, left, width)
        self._thin(first, last)

    def _put_aside(self, key: str, widget: QWidget, value: int, left: int, width: int) -> None:
        """Out of sight, but where it belongs, so that Tab can still reach it."""
        place = self._place_of(key)
        if place is None:
            widget.hide()
        else:
            widget.setGeometry(left, self._tops[place] - value, width, self._heights[place])

    def _thin(self, first: int, last: int) -> None:
        if len(self._widgets) <= KEPT:
            return
        near = {item.key for item in self._items[max(first - KEPT // 4, 0) : last + KEPT // 4]}
        focus = QApplication.focusWidget()
        self._drop(
            key
            for key, widget in list(self._widgets.items())
            if key not in near and not (focus and widget.isAncestorOf(focus))
        )

    def _make_ahead(self) -> None:
        """Make what will be in sight next, a few at a time, while nothing else is to be done."""
        self._pause = 0
        first, last = self._in_sight()
        screen = self.viewport().height()
        value = self.verticalScrollBar().value()
        ahead = [*range(last + 1, len(self._items)), *range(first - 1, -1, -1)]
        wanted: list[int] = []
        for place in ahead:
            near = value - screen < self._tops[place + 1] and self._tops[place] < value + 2 * screen
            if near and not (self._items[place].key in self._known and self._items[place].key in self._widgets):
                wanted.append(place)
            if len(wanted) == _AHEAD:
                break
        if not wanted:
            if next(self._coming, False):
                self._later.start(0)
            return
        if self._measure(wanted):
            self._sum()
        for place in wanted:
            self._widgets[self._items[place].key].show()
        self._settle()

    def _in_sight(self) -> tuple[int, int]:
        value = self.verticalScrollBar().value()
        first = max(bisect_right(self._tops, value) - 1, 0)
        last = bisect_left(self._tops, value + self.viewport().height()) - 1
        end = len(self._items) - 1
        return min(first, end), min(max(last, first), end)

    def _move_bar(self) -> None:
        """Let the scroll bar say where the anchor is now."""
        self._moving = True
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(max(height - 40, 1))
        bar.setRange(0, max(self._tops[-1] - height, 0))
        place = self._place_of(self._anchor[0]) if self._anchor else None
        if self._anchor and place is not None:
            bar.setValue(self._tops[place] + self._anchor[1])
        self._moving = False

    def _sum(self) -> None:
        self._tops = list(accumulate(self._heights, initial=_ABOVE))
        self._tops[-1] += _BELOW
        self._places = {item.key: place for place, item in enumerate(self._items)}

    def _place_of(self, key: str) -> int | None:
        return self._places.get(key)

    def _drop(self, keys: Iterable[str]) -> None:
        for key in keys:
            discard(self._widgets.pop(key))


def margin_of(width: int) -> int:
    """Room at either side of a thread of this width."""
    return max(24 if width > 480 else 12, (width - WIDEST) // 2)


def _focusable(widget: QWidget) -> list[QWidget]:
    """What Tab reaches inside a widget, in its own order."""
    return [
        part
        for part in widget.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isEnabled() and not part.isHidden()
    ]
