"""Small widgets in the theme's dress: labels that never interpret markup, avatars, chips, buttons."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from ui.theme import fonts, icons
from ui.theme.channels import draw_badge
from ui.theme.dressed import Dressed
from ui.theme.mirroring import at_start, is_mirrored, placed, placed_point, write
from ui.theme.painting import draw_avatar, draw_dot, draw_person
from ui.theme.theme import Theme


class Label(Dressed, QLabel):
    """Plain text and nothing else, whatever it holds; elides when it is given less room than it wants."""

    def __init__(
        self, theme: Theme, text: str = "", *, size: int = fonts.BODY, weight: int = fonts.REGULAR, tone: str = ""
    ) -> None:
        super().__init__()
        self._theme, self._size, self._weight = theme, size, weight
        self._full = text
        self._elides = False
        self._meaning = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        if is_mirrored():
            # Titles and sentences begin where all else does, whatever script is in them.
            self.setAlignment(at_start())
        self.dress()
        if tone:
            self.setProperty("tone", tone)
        self.setText(text)

    def dress(self) -> None:
        self.setFont(self._theme.font(self._size, self._weight))

    def eliding(self) -> Label:
        """Let it shrink, and cut its text with an ellipsis then.

        It begins where the interface's lines begin, so that a name in another script stands with what is below it.
        """
        self.setAlignment(at_start())
        self._elides = True
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)
        return self

    def wrapping(self) -> Label:
        """Let it break into lines, and its text be selected."""
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return self

    def fold(self, folded: bool) -> None:
        """Take one line, with the whole text in its tip; or break into lines again."""
        self._elides = folded
        self.setWordWrap(not folded)
        self._show(self._full)

    def explain(self, meaning: str) -> Label:
        """Tell more in its tip, below the whole text where that is cut."""
        self._meaning = meaning
        self.setToolTip(meaning)
        return self

    def say(self, text: str) -> None:
        """Show another text; the same one costs nothing, since nothing has to be laid out for it."""
        if text != self.text() or text != self._full:
            self._show(text)

    def _show(self, text: str) -> None:
        self._full = text
        self.setText(text)
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        """As wide as the whole text, however much of it is shown now."""
        hint = super().sizeHint()
        if self._elides:
            hint.setWidth(int(fonts.metrics(self.font()).horizontalAdvance(self._full)) + 2)
        return hint

    def minimumSizeHint(self) -> QSize:
        """An eliding label can become very narrow."""
        hint = super().minimumSizeHint()
        return QSize(24, hint.height()) if self._elides else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    @property
    def said(self) -> str:
        """The whole text, however much of it is shown."""
        return self._full

    def room(self) -> float:
        """How much of it there is for the text."""
        return self.width()

    def _cut(self) -> None:
        if not self._elides:
            return
        shown = fonts.elide(self._full, self.font(), self.room())
        if shown != self.text():
            self.setText(shown)
        self.setAccessibleName(self._full)
        cut = self._full if shown != self._full else ""
        self.setToolTip("\n".join(filter(None, (cut, self._meaning))))


class Avatar(Dressed, QWidget):
    """Somebody's picture or initials in a circle, with the channel's badge where one is given.

    The ear passes it by: the name stands beside it.
    """

    def __init__(
        self, theme: Theme, name: str, size: int = 32, channel: str = "", place: str = "", *, picture: str = ""
    ) -> None:
        super().__init__()
        self._picture = picture
        if picture:
            theme.gallery.arrived.connect(self._see)
        self._theme, self._name, self._size, self._channel, self._place = theme, name, size, channel, place
        self.dress()

    def dress(self) -> None:
        whole = self._theme.scaled(self._size) + (4 if self._channel else 0)
        self.setFixedSize(whole, whole)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = float(self._theme.scaled(self._size))
        where = QRectF(0, 0, side, side)
        if self._channel:
            ring = self._theme.colour("bg")
            draw_person(painter, where, self._theme, (self._name, self._picture), self._channel, ring, self._place)
        else:
            draw_avatar(painter, where, self._theme, self._name, self._picture)
        painter.end()

    def _see(self, arrived: str) -> None:
        if arrived == self._picture:
            self.update()


class Badge(Dressed, QWidget):
    """A channel's badge alone; `place` tells apart what one channel plays several of."""

    def __init__(self, theme: Theme, channel: str, size: int = 18, place: str = "") -> None:
        super().__init__()
        self._theme, self._size = theme, size
        self._channel, self._place = channel, place
        self.dress()

    def dress(self) -> None:
        side = self._theme.scaled(self._size)
        self.setFixedSize(side, side)

    def show_channel(self, channel: str, place: str = "") -> None:
        """Be the badge of another one."""
        self._channel, self._place = channel, place
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_badge(painter, QRectF(self.rect()), self._channel, None, self._place)
        painter.end()


class Chip(QLabel):
    """A word on a soft ground, with an icon or a dot so that colour is not all that tells.

    The dot is in a colour of the theme, or in one that a person chose (`#…`).
    """

    def __init__(
        self, theme: Theme, text: str, *, ink: str = "text2", ground: str = "hover", icon: str = "", dot: str = ""
    ) -> None:
        super().__init__()
        self._theme, self._ink, self._ground, self._icon, self._dot = theme, ink, ground, icon, dot
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text)

    def say(self, text: str) -> None:
        """Show another word."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        lead = self._theme.scaled(12) + 3 if self._icon or self._dot else 0
        width = fonts.metrics(self._font).horizontalAdvance(self._text) + 16 + lead
        return QSize(int(width) + 1, self._theme.scaled(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def said(self) -> str:
        """What it says."""
        return self._text

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        where, ink = QRectF(self.rect()), self._theme.colour(self._ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(self._ground))
        painter.drawRoundedRect(where, where.height() / 2, where.height() / 2)
        mark = self._theme.scaled(12)
        if self._icon:
            square = QRectF(7, where.center().y() - mark / 2, mark, mark)
            icons.draw(painter, placed(square, where), self._icon, ink)
        elif self._dot:
            own = QColor(self._dot) if self._dot.startswith("#") else self._theme.colour(self._dot)
            centre = placed_point(QPointF(7 + mark / 2, where.center().y()), where)
            draw_dot(painter, centre, own, 3.5 * self._theme.scale)
        painter.setFont(self._font)
        painter.setPen(ink)
        lead = mark + 3 if self._icon or self._dot else 0
        write(painter, where.adjusted(8 + lead, 0, 0, 0), self._text, where)
        painter.end()

    @property
    def _font(self) -> QFont:
        return self._theme.font(fonts.CHIP, fonts.MEDIUM)


_NAMED = ("link", "back")
_CHOICE = 140


class ToolButton(Dressed, QToolButton):
    """A small button with an icon; of the kinds `link` and `back` it shows its name too."""

    def __init__(self, theme: Theme, icon: str, name: str, kind: str = "ghost") -> None:
        super().__init__()
        self._theme, self._icon, self._kind, self._ink = theme, icon, kind, "text3" if kind in _NAMED else "text2"
        self.setProperty("kind", kind)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if kind in _NAMED:
            self.setText(f" {name}")
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        else:
            self.setToolTip(name)
        self.dress()

    def cut(self, name: str, widest: int) -> ToolButton:
        """Show so much of a long name as has room in this, the whole of it in the tip."""
        shown = fonts.elide(name, self.font(), self._theme.scaled(widest))
        self.setText(f" {shown}")
        self.setToolTip("" if shown == name else name)
        return self

    def inked(self, ink: str) -> ToolButton:
        """In another colour of the theme."""
        self._ink = ink
        self.dress()
        return self

    def say(self, name: str) -> None:
        """Another name, since what it does next is another thing; of the kinds that show it."""
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setText(f" {name}")

    def show_icon(self, icon: str) -> None:
        """Another icon, since what it does next is another thing."""
        self._icon = icon
        self.dress()

    def dress(self) -> None:
        side = self._theme.scaled(14 if self._kind in _NAMED else 16)
        self.setIconSize(QSize(side, side))
        self.setIcon(icons.icon(self._theme, self._icon, self._ink, side))
        if self._kind in _NAMED:
            self.setFont(self._theme.font(fonts.META, fonts.MEDIUM))


class NameButton(Dressed, QToolButton):
    """Somebody's name, which leads to them; it elides where there is too little room."""

    def __init__(self, theme: Theme, name: str, tip: str) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self.setProperty("kind", "name")
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.dress()

    def sizeHint(self) -> QSize:
        metrics = fonts.metrics(self.font())
        return QSize(int(metrics.horizontalAdvance(self._name)) + 4, int(metrics.height()) + 2)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(32, hint.width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(fonts.elide(self._name, self.font(), self.width() - 2).replace("&", "&&"))

    def dress(self) -> None:
        self.setFont(self._theme.font(fonts.BODY, fonts.BOLD))


class RadioButton(QRadioButton):
    """One of several ways with its name; exactly one is taken."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """With a frame around the circle where the keyboard is."""
        super().paintEvent(event)
        if self.hasFocus():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            circle = self.style().subElementRect(QStyle.SubElement.SE_RadioButtonIndicator, option, self)
            _frame(self, QRectF(circle).adjusted(1, 1, -1, -1), circle.height() / 2)


class CheckBox(QCheckBox):
    """A choice with its name, ticked or not; a click on it leaves the keyboard where one writes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.say(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(self, name: str) -> None:
        """Show another name, or a part of it: what comes from outside has no key of its own."""
        self.setText(name.replace("&", "&&"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """With a frame around the box where the keyboard is."""
        super().paintEvent(event)
        if self.hasFocus():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
            _frame(self, QRectF(box).adjusted(1, 1, -1, -1), 4)


def _frame(around: QWidget, where: QRectF, radius: float) -> None:
    """Draw where the keyboard is."""
    painter = QPainter(around)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(around.palette().color(QPalette.ColorRole.WindowText), 2))
    painter.drawRoundedRect(where, radius, radius)
    painter.end()


class PushButton(Dressed, QPushButton):
    """A button with a word, and an icon where the design has one; `primary` for the one thing to do, `small` inside
    messages.
    """

    def __init__(self, theme: Theme, text: str, kind: str = "small", icon: str = "") -> None:
        super().__init__()
        self._theme, self._kind, self._icon = theme, kind, icon
        self._elides = False
        self.setProperty("kind", kind)
        self.setText(text)
        self.dress()

    def eliding(self) -> PushButton:
        """Let it shrink where there is too little room for a row, and cut its word with an ellipsis then."""
        self._elides = True
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return self

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._theme.scaled(_CHOICE)), hint.height()) if self._elides else hint

    def setText(self, text: str) -> None:
        """Say another word, to the ear too."""
        super().setText(text)
        self.setAccessibleName(text)

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Mirrored, a styled button forgets the room between its icon and its word."""
        super().initStyleOption(option)
        if self._elides:
            room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
            option.text = fonts.elide(option.text, self.font(), room + 1)
        if self._icon and is_mirrored():
            option.text = f"\N{NO-BREAK SPACE}{option.text}\N{NO-BREAK SPACE}"

    def dress(self) -> None:
        size, weight = (fonts.META, fonts.MEDIUM) if self._kind == "small" else (fonts.BODY, fonts.BOLD)
        self.setFont(self._theme.font(size, weight))
        if self._icon:
            side = self._theme.scaled(16)
            self.setIconSize(QSize(side, side))
            self.setIcon(icons.icon(self._theme, self._icon, "on_accent" if self._kind == "primary" else "text2", side))


class ChoiceBox(QComboBox):
    """One of several words, dressed like a field; the sheet leaves no arrow, so it is drawn here."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def setAccessibleName(self, name: str) -> None:
        """Where no label stands before it this is all that says what it is for: Qt tells Linux its value alone."""
        super().setAccessibleName(name)
        self.setAccessibleDescription(name)

    def minimumSizeHint(self) -> QSize:
        """Its longest word asks for room and does not insist: a form beside it stays a form."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._theme.scaled(_CHOICE)), hint.height())

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """What does not fit ends with an ellipsis; by itself it ends in the middle of a letter."""
        super().initStyleOption(option)
        place = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, place, self).width()
        option.currentText = fonts.elide(option.currentText, self.font(), room)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = float(self._theme.scaled(14))
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = 8.0 if mirrored else self.width() - side - 8
        painter = QPainter(self)
        square = QRectF(left, (self.height() - side) / 2, side, side)
        icons.draw(painter, square, "caret-down", self._theme.colour("text2"))
        painter.end()


def rule() -> QFrame:
    """A thin line between two parts."""
    made = QFrame()
    made.setProperty("rule", True)
    made.setFixedHeight(1)
    return made
