"""While one conversation is read the next one is made; what changes until then is never shown as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import at, said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.conversation.message_part import MessagePart
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    await core.tell(said("a", 1), said("b", 2), said("c", 3))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.resize(1366, 768)
    window.put_in(made)
    window.show()
    await until(lambda: len(made.bridge.ids) == 3, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: bool(hidden(made)), "what comes next")
    yield made
    await made.close_down()


def parts(place: Workplace) -> list[MessagePart]:
    return [part for part in place.thread_view.column.widgets() if isinstance(part, MessagePart)]


def hidden(place: Workplace) -> list[MessagePart]:
    every = place.thread_view.column.viewport().findChildren(MessagePart)
    return [part for part in every if part not in parts(place)]


async def test_the_next_one_is_there_and_the_one_before_stays(place: Workplace) -> None:
    first, (made,) = parts(place)[0], hidden(place)
    assert made.item.row.conversation == place.bridge.ids[1]
    assert not made.isVisible()
    place.give(Does.NEXT)
    await until(lambda: place.thread_view.conversation == place.bridge.ids[1], "the next one")
    assert parts(place) == [made]
    assert made.isVisible()
    place.give(Does.PREVIOUS)
    await until(lambda: place.thread_view.conversation == place.bridge.ids[0], "the one before")
    assert parts(place) == [first]


async def test_what_changed_meanwhile_is_shown_as_it_is_now(place: Workplace, core: StoreCore) -> None:
    await core.tell(said("b", 2, text="Said otherwise", edited_at=at(9)))
    place.give(Does.NEXT)
    await until(lambda: place.thread_view.conversation == place.bridge.ids[1], "the next one")
    assert "Said otherwise" in parts(place)[0].bodies[0].toPlainText()
