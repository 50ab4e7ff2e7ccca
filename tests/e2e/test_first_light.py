"""First light, counted: from the first start to a living inbox in two clicks, with a tour that is closed for ever."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.e2e.conftest import Start
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import until
from ui.commands import Does
from ui.tour import Tour

pytestmark = [pytest.mark.ui, pytest.mark.e2e]


async def tour_of(person: Person) -> Tour:
    await until(lambda: person.window.touring.tour is not None, "the tour", 60)
    tour = person.window.touring.tour
    assert tour is not None
    return tour


def is_given(person: Person) -> bool:
    return person.window.touring.tour is not None


def is_at(part: QWidget, place: QRect) -> bool:
    return part.geometry() == place


async def test_two_clicks_to_a_conversation_that_can_be_read(person: Person, hands: Hands) -> None:
    hands.begin()
    person.click(person.window.first_start.practice)
    await person.see_list(10)
    await person.open(person.place.bridge.ids[0])
    hands.did("1 first light")
    assert person.thread.messages
    assert person.told == []


async def test_the_tour_stands_beside_what_it_explains_and_goes_by_keyboard(start: Start) -> None:
    person = start()
    assert await person.session.begin(None)
    await person.move_in()
    tour = await tour_of(person)
    seen = []
    while tour.hint is not None:
        place = tour.hint.place()
        await until(lambda: person.place.is_settled, "what it is about")
        place = tour.hint.place()
        assert place is not None
        around = place.adjusted(-3, -3, 3, 3) & person.place.rect()
        await until(partial(is_at, tour._ring, around), f"the ring around “{tour.hint.title}” as it is now", 10)
        own = QRect(tour.mapTo(person.place, QPoint(0, 0)), tour.size())
        assert not own.intersects(place), tour.hint.title
        assert person.place.rect().contains(own), tour.hint.title
        seen.append(tour.hint.title)
        assert person.window.focusWidget() is tour.next
        person.press(Qt.Key.Key_Return)
    assert len(seen) == 5
    assert person.window.focusWidget() is person.place.list.view


async def test_closed_by_escape_it_never_comes_back_by_itself(start: Start) -> None:
    first = start()
    assert await first.session.begin(None)
    await first.move_in()
    tour = await tour_of(first)
    await until(lambda: tour.hint is not None, "the first hint")
    QTest.keyClick(tour.next, Qt.Key.Key_Escape)
    assert not is_given(first)
    assert first.session.core is not None
    address = first.session.core.address
    await first.session.close()
    first.window.close()

    second = start()
    assert await second.session.begin(address)
    await second.see_list(10)
    await until(lambda: second.place.is_settled, "the list")
    assert not is_given(second)
    second.window.give(Does.TOUR)
    assert (await tour_of(second)).hint is not None, "who asks for it gets it"


@pytest.mark.parametrize("size", [(1640, 960), (1000, 600), (683, 384)])
async def test_it_covers_nothing_it_explains_at_any_size(start: Start, size: tuple[int, int]) -> None:
    person = start()
    assert await person.session.begin(None)
    person.window.resize(*size)
    await person.move_in()
    person.window.give(Does.TOUR)
    tour = person.window.touring.tour
    while tour is not None and tour.hint is not None:
        place = tour.hint.place()
        assert place is not None
        assert not QRect(tour.pos(), tour.size()).intersects(place)
        tour.next.click()
