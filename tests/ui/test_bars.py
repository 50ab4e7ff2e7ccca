"""The bar of what leaves: it says what is true, and the same as the message in the thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from inbox_app.domain.words import AccountState, OutboxState
from tests.ui import sample_threads as sample
from tests.ui.keeping import Keep
from ui.bars import Leaving
from ui.conversation.sending_row import SendingRow
from ui.theme import moments
from ui.theme.theme import Theme
from ui.theme.widgets import PushButton
from ui.toast import Toast

pytestmark = pytest.mark.ui
DUE = datetime(2026, 11, 20, 9, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(("left", "words", "short"), [(7.2, "8 seconds", "8 s"), (0.4, "1 second", "1 s")])
async def test_bar_and_message_count_to_the_same_moment(
    theme: Theme, keep: Keep, monkeypatch: pytest.MonkeyPatch, left: float, words: str, short: str
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return DUE - timedelta(seconds=left)

    monkeypatch.setattr(moments, "datetime", Clock)
    row = replace(sample.sending(1, OutboxState.QUEUED), attempts=0, not_before=DUE, text="Thanks")
    bar, message = keep(Leaving(theme)), keep(SendingRow(theme, row))
    bar.resize(900, 60)
    bar.show_outbox([row])
    QApplication.processEvents()
    assert bar.words.text() == f"Sending in {words}: Thanks"
    assert [label.text() for label in message.findChildren(QLabel)] == [f"Will be sent in {short}"]


def test_an_address_in_what_was_just_done_is_whole(theme: Theme, keep: Keep) -> None:
    room = keep(QWidget())
    room.resize(900, 700)
    side = QWidget(room)
    side.resize(244, 700)
    room.show()
    toast, said = Toast(theme, room, side, QWidget(room)), "ciao@fornacemelagrana.example does not offer this here."
    toast.say(said, lambda: None)
    QApplication.processEvents()
    words = toast.words
    assert words.accessibleName() == said
    assert words.text().replace("\N{ZERO WIDTH SPACE}", "") == said
    needed = words.fontMetrics().boundingRect(words.rect(), Qt.TextFlag.TextWordWrap, words.text())
    assert words.rect().contains(needed), "nothing of it is cut"
    side.hide()
    assert toast.width() > side.width(), "where the sidebar goes, it does not stay in its place"


@pytest.mark.parametrize(
    ("state", "retry", "words"),
    [
        (AccountState.PAUSED, None, "paused"),
        (AccountState.SIGN_IN_NEEDED, None, "signed in to @harbor again"),
        (AccountState.ACTIVE, timedelta(minutes=5), "Next try"),
        (AccountState.ACTIVE, None, "Waiting to be sent"),
    ],
)
async def test_what_is_held_up_says_why_and_can_be_taken_back(
    theme: Theme, keep: Keep, state: AccountState, retry: timedelta | None, words: str
) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    row = replace(
        sample.sending(1, OutboxState.QUEUED),
        not_before=past,
        retry_at=None if retry is None else datetime.now(UTC) + retry,
        sender="@harbor",
        account_state=state,
    )
    bar = keep(Leaving(theme))
    now = datetime.now(UTC)
    bar.show_outbox([replace(row, attempts=0, decided_at=now, not_before=now + timedelta(seconds=9), text="Thanks")])
    assert ("Sending in" in bar.words.said) is (state is AccountState.ACTIVE)
    message = keep(SendingRow(theme, row))
    assert words in message.findChildren(QLabel)[0].text()
    held_up = state is not AccountState.ACTIVE or retry is not None
    assert message.findChildren(PushButton)[0].isVisibleTo(message) is held_up
