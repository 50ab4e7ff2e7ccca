"""A poll is drawn below its question: bars, counts, whether one can still vote; behind a warning it waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from inbox_app.contract.remote import MessageSeen, PostSeen, RemoteMessage, RemotePost
from inbox_app.domain.marks import Marks
from inbox_app.domain.poll import Choice, Poll
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.conversation.poll_part import PollPart
from ui.conversation.safe_document import SafeBrowser
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Chip
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

OPEN = Poll((Choice("Tea", 3), Choice("Wine", 1)), 4, closes_at=datetime.now(UTC) + timedelta(days=30))
TEXT = "Which one?\n• Tea\n• Wine"


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    made = keep(Workplace(core, tasks, theme))
    made.resize(1200, 800)
    made.show()
    made.start()
    yield made
    await made.close_down()


async def show(place: Workplace, core: StoreCore, marks: Marks, title: str = "") -> RemoteMessage:
    event = said("a", 1, text=TEXT, html=f"<p>{TEXT}</p>", marks=marks, title=title)
    assert isinstance(event, MessageSeen)
    await core.tell(event)
    await until(lambda: len(place.bridge.ids) == 1, "the list")
    place.open(place.bridge.ids[0])
    await until(lambda: bool(place.thread_view.findChildren(PollPart)), "the poll")
    return event.message


def words(place: Workplace) -> list[str]:
    return [one.text() for one in polls(place)[0].findChildren(QLabel)] if polls(place) else []


def polls(place: Workplace) -> list[PollPart]:
    return [one for one in place.thread_view.findChildren(PollPart) if one.isVisible()]


def bodies(place: Workplace) -> str:
    return "\n".join(one.toPlainText() for one in place.thread_view.findChildren(SafeBrowser) if one.isVisible())


async def test_it_stands_below_its_question_and_follows_the_votes(place: Workplace, core: StoreCore) -> None:
    message = await show(place, core, Marks(poll=OPEN))
    await until(lambda: words(place)[:4] == ["Tea", "75 % · 3", "Wine", "25 % · 1"], "the counts")
    assert bodies(place).strip() == "Which one?"
    assert polls(place)[0].accessibleName().endswith("Tea: 75 % · 3; Wine: 25 % · 1")
    closed = Poll((Choice("Tea", 3), Choice("Wine", 5)), 8, closed=True)
    await core.tell(MessageSeen(replace(message, marks=Marks(poll=closed))))
    await until(lambda: words(place)[-1:] == ["Closed · 8 people voted"], "the end")
    chips = {one.accessibleName() for one in place.thread_view.findChildren(Chip)}
    assert "Edited" not in chips, "votes are no edit of the text"


async def test_our_own_poll_stands_on_the_card_of_its_post_and_waits_in_a_low_window(
    place: Workplace, core: StoreCore
) -> None:
    post = RemotePost("p", "", TEXT, datetime.now(UTC), poll=OPEN)
    await core.tell(PostSeen(post), said("a", 1, text="Tea!", post="p"))
    await until(lambda: len(place.bridge.ids) == 1, "the list")
    place.open(place.bridge.ids[0])
    await until(lambda: words(place)[:2] == ["Tea", "75 % · 3"], "the poll")
    await core.tell(PostSeen(replace(post, poll=replace(OPEN, choices=(Choice("Tea", 9), Choice("Wine", 1))))))
    await until(lambda: words(place)[:2] == ["Tea", "90 % · 9"], "the new votes")
    place.resize(1200, 500)
    await until(lambda: not polls(place), "room for the messages")


async def test_behind_a_warning_it_waits_with_its_words(place: Workplace, core: StoreCore) -> None:
    await show(place, core, Marks(warned=True, poll=OPEN), title="Food")
    assert not polls(place)
    asked = next(
        one
        for one in place.thread_view.findChildren(QAbstractButton)
        if one.accessibleName() == "Show what it warns of"
    )
    asked.click()
    await until(lambda: bool(polls(place)), "the poll")
    assert "Which one?" in bodies(place)
