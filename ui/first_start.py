"""The first start: three ways in, each a sentence and one press; below them the settings and the other workspaces."""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.scrolling import scrolling
from ui.theme.signs import Sign
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton, ToolButton

_WIDEST = 720
_ICON, _EMBLEM = 24, 56


class FirstStart(QWidget):
    """Shown while no workspace is open, or one that holds nothing yet.

    Signals:
        practice_asked, connect_asked, archive_asked: one of the ways in.
        settings_asked: the language, say.
        workspaces_asked: show the menu of workspaces at `workspace_place()`.
    """

    practice_asked = Signal()
    connect_asked = Signal()
    archive_asked = Signal()
    settings_asked = Signal()
    workspaces_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("pane", "thread")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.practice = self._button(_("Open the practice room"), "primary")
        self.connect_channel = self._button(_("Connect a channel"), "plain")
        self.archive = self._button(_("Import an archive"), "plain")
        self.settings = ToolButton(theme, "gear", _("Settings…"), "link")
        self.others = ToolButton(theme, "swap", _("Another workspace…"), "link")
        self.others.hide()
        self._focused: QWidget | None = self.practice
        self._progress = Label(theme, tone="second").wrapping()
        self._progress.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title = Label(theme, _("Welcome to Portavoce"), size=fonts.WELCOME, weight=fonts.HEAVY)
        self._hello = Label(theme, _hello(), tone="second").wrapping()
        self._choices: list[QWidget] = []
        self._lay_out()
        self.practice.clicked.connect(self.practice_asked)
        self.connect_channel.clicked.connect(self.connect_asked)
        self.archive.clicked.connect(self.archive_asked)
        self.settings.clicked.connect(self.settings_asked)
        self.others.clicked.connect(self.workspaces_asked)

    def offer_others(self, there_are: bool) -> None:
        """Whether another workspace was opened here before: nobody is to be held by an empty one."""
        self.others.setVisible(there_are)

    def workspace_place(self) -> QPoint:
        """Where the menu of workspaces belongs on the screen."""
        return self.others.mapToGlobal(QPoint(0, self.others.height()))

    def work(self, sentence: str, of: str = "") -> None:
        """Something is under way; an empty sentence when it is over.

        A workspace that is named is about to be there again: nobody is welcomed then, and there is nothing to choose.
        """
        if sentence and self.practice.isEnabled():
            self._focused = self.focusWidget()
        self._title.setText(of or _("Welcome to Portavoce"))
        self._hello.setText(sentence if of else _hello())
        self._progress.setText("" if of else sentence)
        for part in self._choices:
            part.setVisible(not of)
        for way in (self.practice, self.connect_channel, self.archive, self.settings, self.others):
            way.setEnabled(not sentence)
        if not sentence:
            self._focus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._align_buttons()
        self._focus()

    def _focus(self) -> None:
        if self._focused is not None and self.isVisible():
            self._focused.setFocus()

    def _button(self, text: str, kind: str) -> PushButton:
        made = PushButton(self._theme, text, kind)
        # Outside a dialog only this lets Return press it.
        made.setAutoDefault(True)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addStretch(2)
        self._greet(column)
        for icon, button, title, text in self._ways():
            self._choices.append(self._card(icon, button, title, text))
            column.addWidget(self._choices[-1])
        self._choices.append(self._links())
        column.addWidget(self._choices[-1])
        column.addWidget(self._progress)
        column.addStretch(3)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        middle.setLayout(column)
        page = QWidget()
        page.setProperty("plain", True)
        across = QHBoxLayout(page)
        across.setContentsMargins(16, 12, 16, 12)
        across.addStretch(1)
        across.addWidget(middle, _WIDEST)
        across.addStretch(1)
        self._scroll(page)

    def _links(self) -> QWidget:
        links = QWidget()
        row = QHBoxLayout(links)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.others)
        row.addStretch(1)
        row.addWidget(self.settings)
        return links

    def _greet(self, column: QVBoxLayout) -> None:
        emblem, side = QLabel(), self._theme.scaled(_EMBLEM)
        emblem.setPixmap(QIcon(str(files("resources") / "icons" / "portavoce.svg")).pixmap(side, side))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._hello)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(emblem)
        row.addLayout(words, 1)
        column.addLayout(row)
        column.addSpacing(8)

    def _align_buttons(self) -> None:
        buttons = (self.practice, self.connect_channel, self.archive)
        widest = max(button.sizeHint().width() for button in buttons)
        for button in buttons:
            button.setMinimumWidth(widest)

    def _ways(self) -> tuple[tuple[str, PushButton, str, str], ...]:
        return (
            ("coffee", self.practice, _("Practice room"),
             _("A living, simulated community to look around in. It needs no account and no network.")),
            ("link", self.connect_channel, _("Your own channels"),
             _("Your own mailbox or network. Passwords stay in this computer's keyring.")),
            ("archive", self.archive, _("Archive"),
             _("Mail that another program kept, chats you exported, or a network's copy of your data.")),
        )  # fmt: skip

    def _scroll(self, page: QWidget) -> None:
        area = scrolling(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _card(self, icon: str, button: PushButton, title: str, text: str) -> QFrame:
        card = QFrame()
        card.setProperty("card", "plain")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(self._theme, title, size=fonts.MESSAGE, weight=fonts.BOLD))
        words.addWidget(Label(self._theme, text, tone="second").wrapping())
        inside = QHBoxLayout(card)
        inside.setContentsMargins(18, 14, 18, 14)
        inside.setSpacing(16)
        inside.addWidget(Sign(self._theme, icon, "accent_text", _ICON))
        inside.addLayout(words, 1)
        inside.addWidget(button)
        return card


def _hello() -> str:
    return _("Every conversation of your community, threaded, remembered and yours. How do you want to begin?")
