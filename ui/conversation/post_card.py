"""The post above its comments, always in sight."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from inbox_app.domain.inbox import PostRow
from inbox_app.i18n import _, ngettext
from ui.conversation.safe_document import SafeBrowser
from ui.theme import fonts
from ui.theme.moments import at, in_full
from ui.theme.theme import Theme
from ui.theme.widgets import Avatar, Chip, Label, ToolButton

_LINES = 3


class PostCard(QFrame):
    """Author, text (its first lines until asked for more) and figures."""

    link_asked = Signal(str)
    link_doubted = Signal(str, str)

    def __init__(self, theme: Theme, row: PostRow) -> None:
        super().__init__()
        self._theme = theme
        self._whole = False
        self.setProperty("card", "post")
        text = "\n".join(part for part in (row.title, row.text) if part) or _("(a post without text)")
        self.setAccessibleName(_("Post by {name}: {text}").format(name=row.author, text=text[:300]))
        self._text = SafeBrowser(theme)
        self._text.setAccessibleName(_("Text of the post"))
        self._text.show_text(text[:8_000], struck=row.deleted)
        self._text.link_asked.connect(self.link_asked)
        self._text.link_doubted.connect(self.link_doubted)
        self._more = ToolButton(theme, "caret-down", _("Show all"), "link")
        self._more.clicked.connect(self._show_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 10)
        column.setSpacing(6)
        column.addLayout(self._head(row))
        column.addWidget(self._text)
        column.addLayout(self._figures(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _head(self, row: PostRow) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        when = Label(self._theme, at(row.published_at), size=fonts.META, tone="meta")
        when.setToolTip(in_full(row.published_at))
        line.addWidget(Avatar(self._theme, row.author, 22))
        line.addWidget(Label(self._theme, row.author, size=fonts.BODY, weight=fonts.BOLD).eliding())
        line.addWidget(when)
        if row.deleted:
            line.addWidget(Chip(self._theme, _("Deleted"), ink="red", ground="red_soft", icon="trash"))
        line.addStretch(1)
        if row.url:
            opener = ToolButton(self._theme, "arrow-square-out", _("Open"), "link")
            opener.setToolTip(_("Open the post in the browser"))
            opener.clicked.connect(lambda: self.link_asked.emit(row.url))
            line.addWidget(opener)
        return line

    def _figures(self, row: PostRow) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(14)
        said = []
        if row.reaction_count is not None:
            said.append(ngettext("{count} reaction", "{count} reactions", row.reaction_count))
        if row.comment_count is not None:
            said.append(ngettext("{count} comment", "{count} comments", row.comment_count))
        counts = [one for one in (row.reaction_count, row.comment_count) if one is not None]
        for text, count in zip(said, counts, strict=True):
            line.addWidget(
                Label(self._theme, text.format(count=f"{count:n}"), size=fonts.META, weight=fonts.MEDIUM, tone="meta")
            )
        line.addStretch(1)
        line.addWidget(self._more)
        return line

    def _show_all(self) -> None:
        self._whole = not self._whole
        self._more.setText(f" {_('Show less') if self._whole else _('Show all')}")
        self._fit()

    def _fit(self) -> None:
        margins = self.contentsMargins().left() + self.contentsMargins().right() + 34
        height = self._text.fit(max(self.width() - margins, 60))
        most = int(fonts.metrics(self._theme.font(fonts.MESSAGE)).height() * fonts.LINE_HEIGHT / 100 * _LINES) + 2
        long = height > most + 4
        self._more.setVisible(long)
        if long and not self._whole:
            self._text.setFixedHeight(most)
        elif long:
            self._text.setFixedHeight(min(height, most * 4))
        self._text.verticalScrollBar().setValue(0)
        self.updateGeometry()
