"""The bar of what leaves: it says what is true, and the same as the message in the thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from inbox_app.domain.words import OutboxState
from tests.ui import sample_threads as sample
from tests.ui.keeping import Keep
from ui.bars import Leaving
from ui.conversation.sending_row import SendingRow
from ui.theme import moments
from ui.theme.theme import Theme

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
