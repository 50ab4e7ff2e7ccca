"""Whom a reply answers: the message that asks for one, named with the account, and fixed by the first letter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtTest import QTest

from inbox_app.queries import inbox
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import ours, said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.composer.target_line import TargetLine
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Label
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """Maya was answered last; Ben, who spoke before her, was not."""
    await core.tell(
        said("a", 1, text="Loving the guide"),
        said("ben", 2, by="ben", parent="a", text="I went down to 15"),
        ours("o", 3, parent="a"),
        said("b", 4, parent="o", text="Is 18 right?"),
        ours("p", 5, parent="b"),
    )
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    await until(lambda: made.bridge.ids, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.answering.writing.conversation and made.bridge.on_screen, "the conversation")
    yield made
    await made.close_down()


def named(place: Workplace) -> str:
    """What the composer says above the text."""
    return " ".join(label.accessibleName() for label in place.composer.findChildren(Label) if label.isVisible())


async def answered(core: StoreCore, place: Workplace) -> str:
    """Send what is written; what the message that it goes under says."""
    place.give(Does.SEND)
    await until(lambda: place.composer.text == "" and place.answering.writing.is_idle, "the commit")
    opened = place.bridge.opened
    assert opened is not None
    thread = await inbox.whole_thread(core.store, core.me, opened)
    (sent,) = [one for one in thread.messages if one.outbox]
    return next(one.text for one in thread.messages if one.id == sent.parent)


def shown(place: Workplace) -> int:
    """How many messages are on screen."""
    return len(place.bridge.on_screen.messages) if place.bridge.on_screen else 0


async def test_reply_answers_the_message_that_needs_a_reply_and_says_so(core: StoreCore, place: Workplace) -> None:
    place.give(Does.REPLY)
    await until(lambda: "Replying to Ben as The Brand on Practice" in named(place), "the name of who is answered")
    QTest.keyClicks(place.composer.field, "Thank you")
    assert await answered(core, place) == "I went down to 15"


async def test_what_arrives_while_one_writes_does_not_change_whom_it_answers(core: StoreCore, place: Workplace) -> None:
    place.give(Does.REPLY)
    QTest.keyClicks(place.composer.field, "Thank you")
    await core.tell(said("c", 9, by="lena", parent="a", text="Me too"))
    await until(lambda: shown(place) == 6, "what arrived")
    assert "Replying to Ben" in named(place)
    assert await answered(core, place) == "I went down to 15"
    await until(lambda: "Replying to Lena" in named(place), "who is next")


async def test_where_nobody_waits_the_last_who_spoke_is_named(core: StoreCore, place: Workplace) -> None:
    await core.tell(ours("q", 9, parent="ben"))
    await until(lambda: "Replying to Maya as" in named(place), "the last one from outside")


@pytest.mark.parametrize("width", [400, 150])
def test_only_the_names_stand_out_whatever_they_hold(theme: Theme, width: int) -> None:
    line = TargetLine(theme)
    line.resize(width, 20)
    line.say_with("Replying to {name}: {words}", {"name": "to 🙂 {words}", "words": "to <b>Ben</b> " * 9}, {"name"})
    assert line.accessibleName().startswith("Replying to to 🙂 {words}: to <b>Ben</b>")
    assert line.text().endswith("…")
    (bold,) = line.formats()
    assert bold.start == len("Replying to ")
    assert bold.start + bold.length <= len(line.text().encode("utf-16-le")) // 2
