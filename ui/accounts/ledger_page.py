"""The sync ledger: per account what the service holds, what is here, what is missing, and when it was last heard."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from inbox_app.domain.inbox import AccountRow, LedgerRow, RemovedRow
from inbox_app.i18n import _, ngettext
from ui.accounts.ledger_card import LedgerCard
from ui.accounts.removed_card import RemovedCard
from ui.inbox.entries import trouble_of
from ui.theme import fonts
from ui.theme.numbers import number
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton


class LedgerPage(QDialog):
    """A card for each account, and above them the answer to “Am I missing anything?”.

    Signals:
        menu_asked: an account's id and where its menu belongs.
        sign_in_asked: the id of an account to sign in to again.
        delete_asked: the id of a removed account whose history is to go too.
        add_asked: connect an account; there is none yet.
    """

    menu_asked = Signal(str, QPoint)
    sign_in_asked = Signal(str)
    delete_asked = Signal(str)
    add_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[object, ...] = ()
        self.setWindowTitle(_("Sync ledger"))
        self.resize(680, 560)
        self.answer = Label(theme, weight=fonts.BOLD).wrapping()
        self.cards: dict[str, LedgerCard] = {}
        self.removed: dict[str, RemovedCard] = {}
        self._room = QWidget()
        self._room.setProperty("plain", True)
        self._column = QVBoxLayout(self._room)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(10)
        area = scrolling(self._room, _("Accounts"))
        column = titled_column(theme, self)
        column.addWidget(self.answer)
        column.addWidget(area, 1)

    def show_ledger(
        self, accounts: Sequence[AccountRow], lines: Sequence[LedgerRow], removed: Sequence[RemovedRow] = ()
    ) -> None:
        """Show these; cards are made anew only where something is different, so that the focus stays."""
        now = (tuple(accounts), tuple(lines), tuple(removed))
        if now == self._shown:
            return
        self._shown = now
        self.answer.setText(_answer(lines, sum(bool(trouble_of(row)) for row in accounts)))
        by_id = {line.account: line for line in lines}
        focused = next((one for one, card in self.cards.items() if card.menu.hasFocus()), "")
        self._clear()
        # Whoever asks what is missing must not scroll to it.
        known = [(row, by_id[row.id]) for row in accounts if row.id in by_id]
        for row, line in sorted(known, key=lambda one: not (trouble_of(one[0]) or one[1].open_gaps)):
            self._add(row, line)
        if not accounts:
            self._invite()
        self._show_removed(removed)
        self._column.addStretch(1)
        if focused in self.cards:
            self.cards[focused].menu.setFocus()

    def _add(self, row: AccountRow, line: LedgerRow) -> None:
        card = self.cards[row.id] = LedgerCard(self._theme, row, line)
        card.menu.clicked.connect(lambda: self._ask_menu(card))
        card.sign_in_asked.connect(lambda: self.sign_in_asked.emit(card.account))
        self._column.addWidget(card)

    def _show_removed(self, rows: Sequence[RemovedRow]) -> None:
        if rows:
            self._column.addSpacing(8)
            self._column.addWidget(Label(self._theme, _("Removed accounts"), weight=fonts.BOLD))
            told = _("Nothing comes in or goes out by these any more; what they brought is here until you delete it.")
            self._column.addWidget(Label(self._theme, told, size=fonts.META, tone="meta").wrapping())
        for row in rows:
            card = self.removed[row.account.id] = RemovedCard(self._theme, row)
            card.delete_asked.connect(partial(self.delete_asked.emit, row.account.id))
            self._column.addWidget(card)

    def _ask_menu(self, card: LedgerCard) -> None:
        self.menu_asked.emit(card.account, card.menu.mapToGlobal(QPoint(0, card.menu.height())))

    def _invite(self) -> None:
        add = PushButton(self._theme, _("Add an account"), "primary")
        add.clicked.connect(self.reject)
        add.clicked.connect(self.add_asked)
        self._column.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)

    def _clear(self) -> None:
        self.cards.clear()
        self.removed.clear()
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()


def _answer(lines: Sequence[LedgerRow], unheard: int) -> str:
    """Whether anything is missing, in one sentence; what is not heard now may lack what no gap tells of yet."""
    if not lines:
        return _("No account is connected yet.")
    count = sum(len(line.open_gaps) for line in lines)
    if count:
        return ngettext("{count} gap is open.", "{count} gaps are open.", count).format(count=number(count))
    if unheard:
        told = ngettext(
            "No gap is known, but {count} account is not heard now.",
            "No gap is known, but {count} accounts are not heard now.",
            unheard,
        )
        return told.format(count=number(unheard))
    return _("Nothing is missing, as far as the services tell.")
