"""Widgets of conversations that are not on screen: of the one before, and of the one that comes next."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtWidgets import QWidget

from ui.conversation.items import Item

MOST = 40
_FAR_UP = -20_000


class Spare:
    """So many at most, the newest; each is taken again only for the very item that it was made for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Item, QWidget]] = OrderedDict()

    def put(self, item: Item, widget: QWidget) -> None:
        """Keep this one, hidden."""
        widget.hide()
        self._kept[item.key] = item, widget
        while len(self._kept) > MOST:
            discard(self._kept.popitem(last=False)[1][1])

    def put_new(self, item: Item, widget: QWidget) -> None:
        """Keep one that was never in sight: what its first showing costs is paid here."""
        widget.move(0, _FAR_UP)
        widget.show()
        self.put(item, widget)

    def take(self, item: Item) -> QWidget | None:
        """The widget that was made for this item, as long as it says the same."""
        kept, widget = self._kept.pop(item.key, (None, None))
        if widget is None or kept == item:
            return widget
        discard(widget)
        return None

    def drop(self) -> None:
        """Everything is to be made anew."""
        while self._kept:
            discard(self._kept.popitem()[1][1])


def discard(widget: QWidget) -> None:
    """It is never shown again."""
    widget.hide()
    widget.deleteLater()
