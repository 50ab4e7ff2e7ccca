"""The look that is worn now: it follows the desktop's light or dark unless told otherwise."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from inbox_app.settings import Density
from inbox_app.settings import Theme as Wanted
from ui.theme import fonts
from ui.theme.gallery import Gallery
from ui.theme.motion import Motion
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import DARK, LIGHT, Tokens

_ROLES = {
    QPalette.ColorRole.Window: "bg",
    QPalette.ColorRole.Base: "bg",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Link: "accent_text",
    QPalette.ColorRole.LinkVisited: "accent_text",
    QPalette.ColorRole.Mid: "line2",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Accent: "accent",
}


class Theme(QObject):
    """Colours and fonts for every widget; `changed` is told when they must be painted anew."""

    changed = Signal()

    def __init__(
        self, wanted: Wanted = Wanted.SYSTEM, text_scale: float = 1.0, density: Density = Density.COMFORTABLE
    ) -> None:
        super().__init__()
        self.density = density
        self.withholds_deleted = False
        """Whether the texts of deleted messages are shown only to whoever asks for one."""
        self._wanted = wanted
        self._scale = text_scale
        self.tokens: Tokens = self._choose()
        self.gallery = Gallery(self)
        self.own_files = Gallery(self)
        """Pictures that are attached here, by what `composer.thumbnail` calls them."""
        self.motion = Motion()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._settle)

    def wear(self, wanted: Wanted, text_scale: float | None = None) -> None:
        """Follow the desktop, or stay light or dark; and, if given, write everything this much larger."""
        rescaled = text_scale is not None and text_scale != self._scale
        self._wanted = wanted
        self._scale = self._scale if text_scale is None else text_scale
        self._settle(rescaled)

    def stand(self, density: Density) -> None:
        """Rows close together, or with room."""
        if density is not self.density:
            self.density = density
            self.changed.emit()

    def withhold_deleted(self, withheld: bool) -> None:
        """Show the texts of deleted messages, or only to whoever asks for one."""
        if withheld is not self.withholds_deleted:
            self.withholds_deleted = withheld
            self.changed.emit()

    def dress(self, app: QApplication) -> None:
        """Give the whole program this look, now and whenever it changes."""
        app.setStyle("Fusion")
        self._paint_all()
        self.changed.connect(self._paint_all)

    def colour(self, name: str) -> QColor:
        """A colour by its token."""
        return QColor(str(getattr(self.tokens, name)))

    def font(self, pixels: int, weight: int = fonts.REGULAR) -> QFont:
        """The interface font at a size of the design, in the person's scale."""
        return fonts.font(pixels, weight, self.scale)

    @property
    def scale(self) -> float:
        """How much larger than designed text is written, and whatever stands beside it drawn."""
        return fonts.within_reason(fonts.system_scale() * self._scale)

    def scaled(self, pixels: float) -> int:
        """A measure that must grow with the text it holds."""
        return round(pixels * self.scale)

    def _choose(self) -> Tokens:
        dark = {Wanted.DARK: True, Wanted.LIGHT: False}.get(
            self._wanted, QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        )
        return DARK if dark else LIGHT

    def _settle(self, rescaled: object = False) -> None:
        chosen = self._choose()
        if chosen is not self.tokens or rescaled is True:
            self.tokens = chosen
            self.changed.emit()

    def _paint_all(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(self.palette())
            app.setFont(self.font(fonts.BODY))
            app.setStyleSheet(stylesheet(self.tokens, self.scaled))

    def palette(self) -> QPalette:
        """Every role of a palette in these colours."""
        made = QPalette()
        for role, token in _ROLES.items():
            made.setColor(role, self.colour(token))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            made.setColor(QPalette.ColorGroup.Disabled, role, self.colour("text3"))
        return made
