"""What an author warns of is read by whoever asks for it: it stands in no list and no notification."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from inbox_app.domain.knock import Ears
from inbox_app.domain.marks import Marks
from inbox_app.queries import inbox
from inbox_app.storage import knocking
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.conversation.safe_document import SafeBrowser
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

SECRET, WARNING = "The hero dies", "Spoiler: the film"


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A comment with a content warning, on screen."""
    await core.tell(said("a", 1, title=WARNING, text=SECRET, html=f"<p>{SECRET}</p>", marks=Marks(warned=True)))
    made = keep(Workplace(core, tasks, theme))
    made.resize(1200, 800)
    made.show()
    made.start()
    await until(lambda: len(made.bridge.ids) == 1, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.is_settled and button(made) is not None, "the conversation")
    yield made
    await made.close_down()


def button(place: Workplace) -> QAbstractButton | None:
    found = place.thread_view.findChildren(QAbstractButton)
    return next((one for one in found if one.accessibleName() == "Show what it warns of"), None)


def texts(place: Workplace) -> str:
    labels = [one.text() for one in place.findChildren(QLabel) if one.isVisible()]
    bodies = [one.toPlainText() for one in place.thread_view.findChildren(SafeBrowser) if one.isVisible()]
    return "\n".join([*labels, *bodies])


async def test_the_text_waits_until_somebody_asks_for_it(place: Workplace) -> None:
    assert f"Content warning: {WARNING}" in texts(place)
    assert SECRET not in texts(place)
    asked = button(place)
    assert asked is not None
    asked.click()
    await until(lambda: SECRET in texts(place), "the text")


async def test_neither_the_list_nor_a_notification_tells_it(place: Workplace, core: StoreCore) -> None:
    row = (await inbox.thread(core.store, core.me, place.bridge.ids[0])).row
    assert row.snippet == WARNING
    knocks = await core.store.read(lambda conn: knocking.since(conn, core.me, core.account, 0, Ears()))
    assert [one.text for one in knocks] == [WARNING]
