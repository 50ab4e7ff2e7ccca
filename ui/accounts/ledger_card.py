"""One account in the ledger: how it is, what is there and here, its gaps, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from inbox_app.domain.inbox import AccountRow, GapRow, LedgerRow
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _, ngettext
from ui.inbox.entries import trouble_of
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.moments import at
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Badge, Label, PushButton, ToolButton


class LedgerCard(QFrame):
    """`menu` opens the account's menu; a button signs in again where that is what it lacks."""

    sign_in_asked = Signal()

    def __init__(self, theme: Theme, row: AccountRow, line: LedgerRow) -> None:
        super().__init__()
        self.setProperty("card", "post")
        self._theme = theme
        self.account: str = row.id
        name = row.name or row.handle
        self.menu = ToolButton(theme, "dots-three", _("Account {handle}").format(handle=row.handle))
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Badge(theme, row.channel, 24, row.settings.get("place", "")))
        head.addWidget(Label(theme, name, size=fonts.MESSAGE, weight=fonts.BOLD).eliding(), 1)
        head.addWidget(Label(theme, _state(row), size=fonts.META, tone=_tone(row)))
        head.addWidget(self.menu)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 10, 10, 12)
        self._column.setSpacing(6)
        self._column.addLayout(head)
        known = f"{channel_name(row.channel)} · {row.handle}" if row.handle != name else channel_name(row.channel)
        self._say(known, "meta")
        if trouble := trouble_of(row):
            self._say(trouble, "red")
        if row.state is AccountState.SIGN_IN_NEEDED:
            again = PushButton(theme, _("Sign in again…"), "primary")
            again.clicked.connect(self.sign_in_asked)
            self._column.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
        self._say(" · ".join(_figures(line)), "second")
        self._say(" · ".join(_times(row, line)), "second")
        for gap in line.open_gaps:
            self._say(_open_gap(gap, row.state), "warn")
        for gap in line.closed_gaps:
            self._say(_closed_gap(gap), "meta")

    def _say(self, sentence: str, tone: str) -> None:
        if sentence:
            self._column.addWidget(Label(self._theme, sentence, tone=tone).wrapping())


_at = partial(at, inside=True)


def _state(row: AccountRow) -> str:
    return {
        AccountState.ACTIVE: _("Has trouble") if row.error else _("Works"),
        AccountState.PAUSED: _("Paused"),
        AccountState.SIGN_IN_NEEDED: _("Signed out"),
        AccountState.ARCHIVE: _("Archive"),
    }.get(row.state, "")


def _tone(row: AccountRow) -> str:
    if row.error or row.state is AccountState.SIGN_IN_NEEDED:
        return "red"
    return "green" if row.state is AccountState.ACTIVE else "meta"


def _figures(line: LedgerRow) -> Iterator[str]:
    here = ngettext("{count} message here", "{count} messages here", line.local_count)
    yield here.format(count=number(line.local_count))
    if line.remote_count is not None:
        told = _("{count} there (counted {time})") if line.counted_at else _("{count} there")
        yield told.format(count=number(line.remote_count), time=_at(line.counted_at) if line.counted_at else "")
    if line.quota_left is not None:
        left = ngettext(
            "{count} more question allowed for now", "{count} more questions allowed for now", line.quota_left
        )
        yield left.format(count=number(line.quota_left))


def _times(row: AccountRow, line: LedgerRow) -> Iterator[str]:
    if row.state is AccountState.ARCHIVE:
        return
    yield _("Last heard: {time}").format(time=_at(line.last_success)) if line.last_success else _("Never heard yet")
    if line.next_poll is not None and row.state is AccountState.ACTIVE:
        yield _("next look: {time}").format(time=_at(line.next_poll))


def _open_gap(gap: GapRow, state: AccountState) -> str:
    """What is missing, and what becomes of it."""
    if gap.is_silence and gap.since is not None:
        told = _("Gap: nothing was heard since {since}. It is fetched by itself as soon as the service answers.")
        if state is AccountState.PAUSED:
            told = _("Gap: nothing was heard since {since}. It is fetched when the account goes on.")
        elif state is AccountState.SIGN_IN_NEEDED:
            told = _("Gap: nothing was heard since {since}. It is fetched once you have signed in again.")
        return told.format(since=_at(gap.since))
    told = _("Gap: {span} is being fetched. {reason}")
    if not gap.can_close:
        told = _("Gap: {span} cannot be fetched any more. {reason}")
    return told.format(span=_span(gap), reason=gap.reason).strip()


def _closed_gap(gap: GapRow) -> str:
    closed = _at(gap.closed_at) if gap.closed_at else ""
    return _("Closed {time}: the gap {span}.").format(time=closed, span=_span(gap))


def _span(gap: GapRow) -> str:
    since = _at(gap.since) if gap.since else _("the beginning")
    until = _at(gap.until) if gap.until else _("now")
    return _("from {since} to {until}").format(since=since, until=until)
