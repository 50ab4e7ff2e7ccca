"""What is gone is gone: nothing that lives as long as the program holds on to it."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTranslator

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow
from tests.ui import sample
from ui.inbox.conversation_list import ConversationList
from ui.languages import speak
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui

IDS = [ConversationId(f"gone-{number}") for number in range(4)]


def delete_what_waits() -> None:
    """What the loop does by itself, now."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def painted_list(theme: Theme) -> ConversationList:
    listing = ConversationList(theme)
    listing.resize(384, 700)
    listing.rows_wanted.connect(
        lambda wanted: listing.show_rows([replace(sample.CONVERSATIONS[0], id=one) for one in wanted])
    )
    listing.show_ids(IDS)
    listing.grab()
    QCoreApplication.processEvents()
    listing.grab()
    return listing


def rows_alive() -> int:
    return sum(isinstance(one, ConversationRow) and one.id in IDS for one in gc.get_objects())


def test_a_list_that_is_gone_leaves_no_pictures_with_the_theme(theme: Theme) -> None:
    """They hang on the rows that they show, twenty megabytes of them and more on a fine screen."""
    listing = painted_list(theme)
    assert rows_alive() >= len(IDS)
    listing.deleteLater()
    del listing
    delete_what_waits()
    gc.collect()
    assert rows_alive() == 0


def test_a_language_that_is_no_more_spoken_is_let_go_of(theme: Theme) -> None:
    application = QCoreApplication.instance()
    assert application is not None
    try:
        for code in ("it", "en", "de"):
            speak(code)
            delete_what_waits()
            assert len(application.findChildren(QTranslator)) == 1
    finally:
        speak("en")
