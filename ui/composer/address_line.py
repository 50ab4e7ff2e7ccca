"""Whom a mail goes to: one line that names them, or three fields to change them, completed from who wrote before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Signal
from PySide6.QtWidgets import QCompleter, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inbox_app.actions.lettering import read_recipients
from inbox_app.domain.recipients import ROLES, Recipient, bad_addresses, written
from inbox_app.domain.senders import Sender
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import ChoiceBox, Label, ToolButton


class AddressLine(QWidget):
    """Shows recipients and lets them be changed."""

    changed = Signal()
    completion_wanted = Signal(str)
    """The beginning of a name or an address; answered by `show_completions`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._usual: tuple[Recipient, ...] = ()
        self._names = Label(theme, size=fonts.META, tone="meta").eliding()
        self._change = ToolButton(theme, "pencil-simple", _("Change the recipients"))
        self._fields = [AddressField(name) for name in (_("To"), _("Cc"), _("Bcc"))]
        self.senders = ChoiceBox(theme)
        self.senders.setAccessibleName(_("From"))
        self._form = QWidget()
        self._lay_out(theme)
        self._change.clicked.connect(self.begin_changing)
        for field in self._fields:
            field.textChanged.connect(self._tell)
            field.completion_wanted.connect(self.completion_wanted)
        self.senders.activated.connect(self._tell)
        self._form.hide()

    def show_recipients(self, usual: tuple[Recipient, ...], chosen: tuple[Recipient, ...] | None = None) -> None:
        """Who gets the mail by the rules, and who instead where a person chose."""
        self._usual = usual
        shown = usual if chosen is None else chosen
        if chosen is None and self._form.isVisibleTo(self):
            return  # they are being changed right now
        for role, field in zip(ROLES, self._fields, strict=True):
            blocked = field.blockSignals(True)
            field.setText(written(shown, role))
            field.blockSignals(blocked)
        self._name(shown)
        self._fold(chosen is None)

    def show_senders(self, senders: Sequence[Sender], chosen: str = "") -> None:
        """The addresses of ours that can be written from, the usual one first; `chosen` where a person chose."""
        addresses = [one.address for one in senders]
        if addresses != [self.senders.itemText(place) for place in range(self.senders.count())]:
            self.senders.clear()
            self.senders.addItems(addresses)
        self.senders.setCurrentIndex(max(self.senders.findText(chosen), 0))
        self._rows.setRowVisible(self.senders, len(addresses) > 1)

    @property
    def chosen_sender(self) -> str:
        """The address that a person chose; empty for the usual one."""
        return self.senders.currentText() if self.senders.currentIndex() > 0 else ""

    def begin_changing(self) -> None:
        """Open the fields, and type into the first."""
        self._fold(False)
        self._fields[0].setFocus()

    def forget(self) -> None:
        """Show nobody."""
        self._fold(True)
        self.show_senders(())
        self.show_recipients(())

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Everybody in the fields."""
        return read_recipients(*(field.text() for field in self._fields))

    @property
    def chosen(self) -> tuple[Recipient, ...] | None:
        """The recipients where they are not the usual ones."""
        if not self._form.isVisibleTo(self):
            return None
        now = self.recipients
        return None if _addresses(now) == _addresses(self._usual) else now

    @property
    def problem(self) -> str:
        """What is no address; empty when all are."""
        bad = next(bad_addresses(self.recipients), "")
        return _("“{address}” is not an e-mail address.").format(address=bad) if bad else ""

    def show_completions(self, addresses: Sequence[str]) -> None:
        """Offer these in the field that is typed in."""
        for field in self._fields:
            if field.hasFocus():
                field.offer(addresses)

    def _fold(self, folded: bool) -> None:
        self._form.setVisible(not folded)
        self._names.setVisible(folded)
        self._change.setVisible(folded)

    def _name(self, shown: tuple[Recipient, ...]) -> None:
        words = (
            (_("To {people}"), "to"),
            (_("Cc {people}"), "cc"),
            (_("Bcc {people}"), "bcc"),
        )
        said = [
            sentence.format(people=", ".join(name or address for of, address, name in shown if of == role))
            for sentence, role in words
            if any(one[0] == role for one in shown)
        ]
        if self.senders.count() > 1:
            said.insert(0, _("From {address}").format(address=self.senders.currentText()))
        self._names.say(" · ".join(said))

    def _tell(self) -> None:
        self._name(self.recipients)
        self.changed.emit()

    def _lay_out(self, theme: Theme) -> None:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._names, 0)
        line.addWidget(self._change)
        line.addStretch(1)
        form = self._rows = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 4)
        form.setSpacing(4)
        form.addRow(_label(theme, self.senders), self.senders)
        for field in self._fields:
            form.addRow(_label(theme, field), field)
        self.show_senders(())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._form)


def _label(theme: Theme, of: QWidget) -> Label:
    label = Label(theme, of.accessibleName(), size=fonts.META, tone="meta")
    label.setBuddy(of)
    return label


class AddressField(QLineEdit):
    """Several addresses with commas between; what is typed after the last comma is completed."""

    completion_wanted = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._known = QStringListModel(self)
        self._completer = QCompleter(self._known, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._take)
        self.textEdited.connect(self._ask)

    def offer(self, addresses: Sequence[str]) -> None:
        """Show these below the field."""
        self._known.setStringList(list(addresses))
        if addresses and self._typed:
            self._completer.complete()
        else:
            popup = self._completer.popup()
            if popup is not None:
                popup.hide()

    @property
    def _typed(self) -> str:
        return self.text()[: self.cursorPosition()].rpartition(",")[2].strip()

    def _ask(self) -> None:
        if len(self._typed) > 1:
            self.completion_wanted.emit(self._typed)
        else:
            self.offer(())

    def _take(self, chosen: str) -> None:
        place = self.cursorPosition()
        before, after = self.text()[:place].rpartition(","), self.text()[place:].lstrip(" ,")
        head = f"{before[0]}, {chosen}, " if before[1] else f"{chosen}, "
        self.setText(head + after)
        self.setCursorPosition(len(head))


def _addresses(recipients: tuple[Recipient, ...]) -> set[tuple[str, str]]:
    return {(role, address.lower()) for role, address, _name in recipients}
