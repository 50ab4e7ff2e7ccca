"""The post above its comments, always in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from inbox_app.domain.inbox import PostRow
from inbox_app.i18n import _, ngettext
from ui.conversation.poll_part import PollPart
from ui.conversation.post_picture import PostPicture
from ui.conversation.safe_document import SafeBrowser
from ui.theme import fonts
from ui.theme.moments import at, in_full
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Avatar, Chip, Label, ToolButton

_ROOM_FOR_PICTURE = 440
"""Pixels of width below which the text needs all of them."""
_LINES, _LOW_LINES, _WHOLE_LINES = 3, 2, 12
"""Of a long post: folded, folded in a low window, and unfolded; beyond that it scrolls."""
_LOWEST = 420
"""In a window lower than this its title, which stands in the header too, and all but one line leave the room."""

_MANY_CHOICES = 6
"""A longer poll waits until somebody asks for all of the post."""


class PostCard(QFrame):
    """Author, text (its first lines until asked for more) and figures."""

    link_asked = Signal(str)
    link_doubted = Signal(str, str)
    page_asked = Signal(PostRow)

    def __init__(self, theme: Theme, row: PostRow) -> None:
        super().__init__()
        self._theme = theme
        self._whole = self._low = False
        self.setProperty("card", "post")
        text = "\n".join(part for part in (row.title, row.text) if part) or _("(a post without text)")
        self.setAccessibleName(_("Post by {name}: {text}").format(name=row.author, text=text[:300]))
        self._text = SafeBrowser(theme)
        self._text.setAccessibleName(_("Text of the post"))
        # A channel's posts may be called like the channel, which stands above them already.
        titled = row.title if row.text and row.title != row.author else ""
        said = row.poll.besides(row.text) if row.poll else row.text or text
        self._text.show_text(said[:8_000], struck=row.deleted)
        self._poll = PollPart(theme, row.poll) if row.poll else None
        self._title = Label(theme, titled, size=fonts.MESSAGE, weight=fonts.BOLD).eliding()
        self._text.link_asked.connect(self.link_asked)
        self._text.link_doubted.connect(self.link_doubted)
        self._more = ToolButton(theme, "caret-down", _("Show all"), "link")
        self._more.clicked.connect(self._show_all)
        self._figures = [Label(theme, said, size=fonts.META, weight=fonts.MEDIUM, tone="meta") for said in _said(row)]
        self._picture = PostPicture(theme, row.picture_url, self)
        self._picture.shown.connect(self._fit)
        self._column = QVBoxLayout()
        self._column.addLayout(self._head(row))
        self._column.addWidget(self._title)
        self._column.addWidget(self._text)
        if self._poll is not None:
            self._column.addWidget(self._poll)
        self._column.addLayout(self._foot())
        self._row = QHBoxLayout(self)
        self._row.setSpacing(16)
        self._row.addLayout(self._column, 1)
        self._row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        self._arrange()
        # Not before: shown without a parent, it would be a window for a moment, and take the keys along.
        self._title.setVisible(bool(titled))

    def be_low(self, low: bool) -> None:
        """Whether the window is so low that the post must leave the room to the messages."""
        if low != self._low:
            self._low = low
            self._arrange()
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._picture.give_room(not self._low and event.size().width() >= _ROOM_FOR_PICTURE)
            self._fit()

    def _head(self, row: PostRow) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        when = Label(self._theme, at(row.published_at), size=fonts.META, tone="meta").eliding()
        when.setToolTip(in_full(row.published_at))
        line.addWidget(Avatar(self._theme, row.author, 22, picture=row.author_avatar))
        line.addWidget(Label(self._theme, row.author, size=fonts.BODY, weight=fonts.BOLD).eliding())
        line.addWidget(when)
        if row.deleted:
            line.addWidget(Chip(self._theme, _("Deleted"), ink="red", ground="red_soft", icon="trash"))
        line.addStretch(1)
        line.addWidget(self._more)
        page = ToolButton(self._theme, "chats", _("All its conversations"))
        page.setToolTip(_("List every conversation under this post"))
        page.clicked.connect(lambda: self.page_asked.emit(row))
        line.addWidget(page)
        if row.url:
            opener = ToolButton(self._theme, "arrow-square-out", _("Open"), "link")
            opener.setToolTip(_("Open the post in the browser"))
            opener.clicked.connect(lambda: self.link_asked.emit(row.url))
            line.addWidget(opener)
        return line

    def _foot(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(14)
        for figure in self._figures:
            line.addWidget(figure)
        line.addStretch(1)
        return line

    def _arrange(self) -> None:
        room = (16, 6, 16, 6) if self._low else (16, 12, 16, 10)
        self._row.setContentsMargins(*room)
        self._picture.give_room(not self._low and self.width() >= _ROOM_FOR_PICTURE)
        self._column.setSpacing(2 if self._low else 6)
        for figure in self._figures:
            figure.setVisible(not self._low)

    def _show_all(self) -> None:
        self._whole = not self._whole
        said = _("Show less") if self._whole else _("Show all")
        self._more.setText(f" {said}")
        self._more.setAccessibleName(said)
        self._fit()

    def _fit(self) -> None:
        margins = self._row.contentsMargins()
        taken = margins.left() + margins.right() + self._picture.width_taken + 2
        height = self._text.fit(max(self.width() - taken, 60))
        folded = self._tall(self._lines)
        self._title.setVisible(bool(self._title.said) and (self._lines > 1 or self._whole))
        long = height > folded + 4
        waits = self._poll is not None and (self._low or self._poll.count > _MANY_CHOICES)
        if self._poll is not None:
            self._poll.setVisible(self._whole or not waits)
        self._more.setVisible(long or waits)
        self._text.let_scroll(long and self._whole)
        if long:
            most = min(self._tall(_WHOLE_LINES), max(folded, self.window().height() // 3))
            height = min(height, most) if self._whole else folded
        self._text.setFixedHeight(height)
        self._text.verticalScrollBar().setValue(0)
        self._row.activate()
        self.updateGeometry()

    @property
    def _lines(self) -> int:
        """How many lines of the text are shown at first."""
        if not self._low:
            return _LINES
        return _LOW_LINES if self.window().height() >= self._theme.scaled(_LOWEST) else 1

    def _tall(self, lines: int) -> int:
        line = fonts.metrics(self._theme.font(fonts.MESSAGE)).height() * fonts.LINE_HEIGHT / 100
        return int(line * lines) + 2


def _said(row: PostRow) -> list[str]:
    said = []
    if row.reaction_count is not None:
        text = ngettext("{count} reaction", "{count} reactions", row.reaction_count)
        said.append(text.format(count=number(row.reaction_count)))
    if row.comment_count is not None:
        text = ngettext("{count} comment", "{count} comments", row.comment_count)
        said.append(text.format(count=number(row.comment_count)))
    return said
