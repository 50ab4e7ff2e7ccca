"""What became of a message of ours that is not there yet, and what a person can do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.words import OutboxState
from inbox_app.i18n import _
from inbox_app.settings import LONGEST_UNDO
from ui.theme import fonts
from ui.theme.moments import at, seconds_until
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton

SENT, AGAIN, DISCARD = "sent", "again", "discard"


class SendingRow(QWidget):
    """A sentence with its buttons.

    Signals:
        undo_asked: take the act back before it leaves.
        resolve_asked: `sent`, `again` or `discard`.
    """

    undo_asked = Signal(str)
    resolve_asked = Signal(str, str)

    def __init__(self, theme: Theme, row: OutboxRow) -> None:
        super().__init__()
        self._row = row
        tone = {OutboxState.FAILED: "red", OutboxState.UNCONFIRMED: "warn"}.get(row.state, "second")
        self._sentence = Label(theme, size=fonts.META, weight=fonts.MEDIUM, tone=tone).wrapping()
        self._undo = PushButton(theme, _("Undo"))
        self._undo.clicked.connect(lambda: self.undo_asked.emit(row.id))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 4, 0, 2)
        line.setSpacing(6)
        line.addWidget(self._sentence, 1)
        line.addWidget(self._undo)
        for word, text in self._choices():
            button = PushButton(theme, text)
            button.clicked.connect(lambda _checked=False, word=word: self.resolve_asked.emit(row.id, word))
            line.addWidget(button)
        self.tick()

    def tick(self, undone_elsewhere: str = "") -> None:
        """Say how many seconds are left; the undo of that one act is offered elsewhere."""
        self._sentence.say(sentence_of(self._row))
        self._undo.setVisible(_is_kept_back(self._row) and self._row.id != undone_elsewhere)

    def _choices(self) -> list[tuple[str, str]]:
        again, discard = (AGAIN, _("Send again")), (DISCARD, _("Discard"))
        match self._row.state:
            case OutboxState.FAILED:
                return [again, discard]
            case OutboxState.UNCONFIRMED:
                return [(SENT, _("It arrived")), again, discard]
        return []


def counts_down(row: OutboxRow) -> bool:
    """Whether it can still be taken back, and how long changes every second."""
    return row.state is OutboxState.QUEUED and seconds_until(row.not_before) > 0


def _is_kept_back(row: OutboxRow) -> bool:
    """Whether there is time to take it back: it counts down, or something keeps it here."""
    waits = row.retry_at is not None and seconds_until(row.retry_at) > 0
    return counts_down(row) or bool(row.held_up) or (row.state is OutboxState.QUEUED and waits)


def waits_long(row: OutboxRow) -> bool:
    """Whether it was put off to a moment: it waits on purpose, longer than any undo window lasts."""
    return row.not_before - row.decided_at > timedelta(seconds=LONGEST_UNDO)


def sentence_of(row: OutboxRow, now: datetime | None = None) -> str:
    """What became of it, in a sentence."""
    match row.state:
        case OutboxState.QUEUED:
            return _waiting(row, now)
        case OutboxState.SENDING:
            return _("Being sent")
        case OutboxState.FAILED:
            return " ".join(filter(None, (_("This was not sent."), row.error)))
        case OutboxState.UNCONFIRMED:
            return _("Not sure whether this arrived. Look on the channel, then decide.")
    return ""


def _waiting(row: OutboxRow, now: datetime | None) -> str:
    left = seconds_until(row.not_before, now)
    if left and waits_long(row):
        return _("Will be sent {when}").format(when=at(row.not_before, now, inside=True))
    if row.held_up:
        return row.held_up
    if left:
        return _("Will be sent in {seconds} s").format(seconds=left)
    if row.retry_at and row.retry_at > (now or datetime.now(UTC)):
        said = _("Not sent yet. Next try: {when}.").format(when=at(row.retry_at, now, inside=True))
        return f"{said} {row.error}".strip()
    return _("Waiting to be sent")
