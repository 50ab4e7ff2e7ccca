"""The settings: every choice holds at once, and stays for the next start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.i18n import _, available_languages, ngettext
from inbox_app.settings import Density, Settings
from inbox_app.settings import Theme as Wanted
from ui.desktop.autostart import AtLogin
from ui.inbox.segments import Segments
from ui.languages import own_name
from ui.screen_room import size_within
from ui.theme import fonts
from ui.theme.forms import add_field
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import CheckBox, ChoiceBox, Label, PushButton, rule

SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
UNDO = (10, 15, 20, 30, 60, 120)
_SIZE = QSize(620, 680)
Edit = Callable[[Settings], Settings]


class SettingsPage(QDialog):
    """Shows how things are.

    Signals:
        changed: an `Edit`, to be saved.
        look_changed: the theme and the size of text that were chosen.
        density_chosen: how close rows stand.
        withholding_chosen: whether the texts of deleted messages wait until somebody asks for one.
        motion_chosen: whether things move where the desktop lets them.
        language_chosen: a language's code, or None for the computer's.
        login_chosen: what is to happen at login (`AtLogin`).
        keys_asked, manners_asked, workspaces_asked, encryption_asked: pages of their own.
    """

    changed = Signal(object)
    look_changed = Signal(object, float)
    density_chosen = Signal(object)
    withholding_chosen = Signal(bool)
    motion_chosen = Signal(bool)
    language_chosen = Signal(object)
    login_chosen = Signal(object)
    keys_asked = Signal()
    manners_asked = Signal()
    workspaces_asked = Signal()
    encryption_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        now: Settings,
        *,
        at_login: AtLogin | None,
        in_workspace: bool = True,
    ) -> None:
        super().__init__(parent)
        self._theme, self._spoken, self._in_workspace = theme, now.language, in_workspace
        self._labels: list[QWidget] = []
        self.setWindowTitle(_("Settings"))
        self.resize(_SIZE)
        self.languages = ChoiceBox(theme)
        self.looks: Segments[Wanted] = Segments(
            theme,
            _("Colours"),
            [(Wanted.SYSTEM, _("Like the desktop")), (Wanted.LIGHT, _("Light")), (Wanted.DARK, _("Dark"))],
        )
        self.densities: Segments[Density] = Segments(
            theme,
            _("Conversations stand"),
            [(Density.COMFORTABLE, _("With room")), (Density.COMPACT, _("Close together"))],
        )
        self.motions: Segments[bool] = Segments(
            theme, _("Movement"), [(True, _("Like the desktop")), (False, _("No movement"))]
        )
        self.sizes, self.undo = ChoiceBox(theme), ChoiceBox(theme)
        self.withholding = CheckBox(_("Hide the texts of deleted messages"))
        self.withholding.setChecked(now.withhold_deleted)
        self.at_login = CheckBox(_("Open Portavoce when I log in"))
        self.minimised = CheckBox(_("Start minimised: in the tray, where the desktop has one"))
        self.show_login(at_login or AtLogin.NOTHING)
        if at_login is None:
            self.at_login.hide()
            self.minimised.hide()
        self._fill(now)
        self._lay_out()
        self._connect()

    def show_login(self, arranged: AtLogin) -> None:
        """What happens at login, as the desktop was told."""
        for button in (self.at_login, self.minimised):
            button.blockSignals(True)
        self.at_login.setChecked(arranged is not AtLogin.NOTHING)
        self.minimised.setChecked(arranged is AtLogin.OPENS_MINIMISED)
        self.minimised.setEnabled(self.at_login.isChecked())
        for button in (self.at_login, self.minimised):
            button.blockSignals(False)

    def _fill(self, now: Settings) -> None:
        self.languages.addItem(_("Like the computer"), None)
        for code in available_languages():
            self.languages.addItem(own_name(code), code)
        self.languages.setCurrentIndex(max(self.languages.findData(now.language), 0))
        self.looks.choose(now.theme)
        self.densities.choose(now.density)
        self.motions.choose(now.motion)
        for scale in sorted({*SCALES, now.text_scale}):
            self.sizes.addItem(_("{percent} %").format(percent=round(scale * 100)), scale)
        self.sizes.setCurrentIndex(self.sizes.findData(now.text_scale))
        for seconds in sorted({*UNDO, now.undo_seconds}):
            told = ngettext("{count} second", "{count} seconds", seconds).format(count=seconds)
            self.undo.addItem(told, seconds)
        self.undo.setCurrentIndex(self.undo.findData(now.undo_seconds))

    def _grow(self) -> None:
        """What is written larger than it was takes more room than it had."""
        self.resize(self.size().expandedTo(size_within(self.screen().availableSize(), _SIZE * self._theme.scale)))
        self._line_up()

    def _connect(self) -> None:
        self._theme.changed.connect(self._grow)
        self.languages.activated.connect(lambda _place: self._change_language())
        self.looks.chosen.connect(lambda _look: self._change_look())
        self.sizes.activated.connect(lambda _place: self._change_look())
        self.densities.chosen.connect(self._change_density)
        self.motions.chosen.connect(self._change_motion)
        self.undo.activated.connect(lambda _place: self._change_undo())
        self.withholding.toggled.connect(self._change_withholding)
        self.at_login.toggled.connect(self.minimised.setEnabled)
        for button in (self.at_login, self.minimised):
            button.toggled.connect(self._choose_login)

    def _change_language(self) -> None:
        """Whoever picks the one that is spoken goes on here."""
        if self.languages.currentData() != self._spoken:
            self.language_chosen.emit(self.languages.currentData())

    def _change_look(self) -> None:
        look, scale = self.looks.value, float(self.sizes.currentData())
        self.look_changed.emit(look, scale)
        self.changed.emit(lambda current: replace(current, theme=look, text_scale=scale))

    def _change_density(self, density: Density) -> None:
        self.density_chosen.emit(density)
        self.changed.emit(lambda current: replace(current, density=density))

    def _change_withholding(self, withheld: bool) -> None:
        self.withholding_chosen.emit(withheld)
        self.changed.emit(lambda current: replace(current, withhold_deleted=withheld))

    def _change_motion(self, moves: bool) -> None:
        self.motion_chosen.emit(moves)
        self.changed.emit(lambda current: replace(current, motion=moves))

    def _change_undo(self) -> None:
        seconds = int(self.undo.currentData())
        self.changed.emit(lambda current: replace(current, undo_seconds=seconds))

    def _choose_login(self) -> None:
        opens = AtLogin.OPENS_MINIMISED if self.minimised.isChecked() else AtLogin.OPENS
        self.login_chosen.emit(opens if self.at_login.isChecked() else AtLogin.NOTHING)

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        room = QWidget()
        room.setProperty("plain", True)
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        self._head(column, _("Language and appearance"))
        self._rows(
            column,
            (
                (_("Language"), self.languages),
                (_("Colours"), self.looks),
                (_("Size of text"), self.sizes),
                (_("Conversations stand"), self.densities),
                (_("Movement"), self.motions),
            ),
        )
        column.addWidget(self.withholding)
        self._head(column, _("Sending"))
        self._rows(column, ((_("A reply can be taken back for"), self.undo),))
        about = _("Each account has its own signature and manner of quoting: in its menu, beside its name.")
        column.addWidget(Label(self._theme, about, size=fonts.META, tone="meta").wrapping())
        self._head(column, _("This computer"))
        column.addWidget(self.at_login)
        column.addWidget(self.minimised)
        column.addLayout(self._links())
        column.addStretch(1)
        area = scrolling(room, _("Settings"))
        whole = titled_column(self._theme, self)
        whole.addWidget(area)
        self._line_up()

    def _head(self, column: QVBoxLayout, title: str) -> None:
        if column.count():
            column.addWidget(rule())
        column.addWidget(Label(self._theme, title, size=fonts.MESSAGE, weight=fonts.BOLD).wrapping())

    def _rows(self, column: QVBoxLayout, fields: tuple[tuple[str, QWidget], ...]) -> None:
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setHorizontalSpacing(18)
        for name, field in fields:
            field.setAccessibleName(name)
            add_field(rows, name, field)
            self._labels.append(rows.labelForField(field))
        column.addLayout(rows)

    def _line_up(self) -> None:
        """The fields of all parts begin below each other."""
        for label in self._labels:
            label.setMinimumWidth(0)
        widest = max(label.sizeHint().width() for label in self._labels)
        for label in self._labels:
            label.setMinimumWidth(widest)

    def _links(self) -> QVBoxLayout:
        manners = (_("Notifications and quiet hours…"), self.manners_asked)
        keys, others = (_("Keys…"), self.keys_asked), (_("Workspaces…"), self.workspaces_asked)
        encryption = (_("Encryption of this workspace…"), self.encryption_asked)
        rows = QVBoxLayout()
        rows.setSpacing(8)
        # Where no workspace is open there is none to encrypt, and no accounts to be told of.
        for row in ((manners, keys), (others, encryption)) if self._in_workspace else ((keys, others),):
            rows.addLayout(self._row(*row))
        return rows

    def _row(self, *links: tuple[str, SignalInstance]) -> QHBoxLayout:
        row = QHBoxLayout()
        for name, asked in links:
            button = PushButton(self._theme, name, "plain")
            button.clicked.connect(self.accept)
            button.clicked.connect(asked)
            row.addWidget(button)
        row.addStretch(1)
        return row
