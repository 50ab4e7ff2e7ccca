"""What became of a message: each text it had, with what edits added and took, hides and its deletion, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from inbox_app.domain.happened import Change, Event, Happened, Version, versions
from inbox_app.domain.inbox import MessageRow
from inbox_app.i18n import LazyText, _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected
from ui.theme import fonts
from ui.theme.moments import at
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label

_SAID: dict[Event, LazyText] = {
    Event.TITLE: N_("Its title was “{before}” until then"),
    Event.DELETION: N_("Deleted on the service"),
    Event.HIDE: N_("Hidden"),
    Event.SHOW: N_("Shown again"),
}


class HistoryDialog(QDialog):
    """Read, and closed by Esc."""

    def __init__(self, theme: Theme, parent: QWidget, row: MessageRow, history: Sequence[Happened]) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(_("What became of the message"))
        self.resize(560, 440)
        room = QWidget()
        room.setProperty("plain", True)
        self._column = QVBoxLayout(room)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        area = scrolling(room, _("What became of the message"), read=True, sideways=True)
        whole = titled_column(theme, self)
        whole.addWidget(area)
        self._show(row, history)
        area.setFocus()

    def _show(self, row: MessageRow, history: Sequence[Happened]) -> None:
        said = [
            (one.at, str(_SAID[one.event]).format(before=one.before), None) for one in history if one.event in _SAID
        ]
        texts = versions(row.sent_at, row.text, history)
        written = [(one.since, self._heading(one, texts), one) for one in texts]
        for moment, heading, version in sorted([*said, *written], key=lambda line: line[0], reverse=True):
            self._add(f"{heading}, {at(moment)}", version)
        self._column.addStretch(1)

    def _heading(self, one: Version, texts: Sequence[Version]) -> str:
        return _("Written") if one is texts[-1] else _("Edited")

    def _add(self, heading: str, version: Version | None) -> None:
        self._column.addWidget(Label(self._theme, heading, size=fonts.META, weight=fonts.MEDIUM, tone="meta"))
        if version is not None:
            self._column.addWidget(self._text(version))

    def _text(self, version: Version) -> Label:
        """What was added is underlined and what was taken is struck out: never told by colour alone."""
        text = Label(self._theme, size=fonts.MESSAGE).wrapping()
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setText("".join(self._marked(one.change, one.text) for one in version.changes))
        text.setAccessibleName(version.text)
        return text

    def _marked(self, change: Change, words: str) -> str:
        safe = escape(words).replace("\n", "<br>")
        if change is Change.SAME:
            return safe
        ink, ground, tag = ("green", "green_soft", "u") if change is Change.ADDED else ("red", "red_soft", "s")
        colours = (self._theme.colour(ink).name(), self._theme.colour(ground).name())
        return '<span style="color:{};background-color:{}"><{tag}>{safe}</{tag}></span>'.format(
            *colours, tag=tag, safe=safe
        )
