"""What is new in a list that pages backwards: nothing is passed over, and a list without end is broken off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.bluesky.cursor import Window
from connectors.bluesky.lists import Backlog, Entries

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PAGE = 10


def moment(number: int) -> datetime:
    return NOW + timedelta(seconds=number)


def mark(number: int) -> tuple[str, datetime]:
    return str(number), moment(number)


class Numbers:
    """A list in which the highest number is the newest."""

    def __init__(self, newest: int, *, endless: bool = False) -> None:
        self.newest, self.endless, self.asked = newest, endless, 0

    async def page(self, place: str) -> Entries[int]:
        self.asked += 1
        top = int(place) if place else self.newest
        lowest = top - PAGE if self.endless else max(top - PAGE, 0)
        return Entries([*range(top, lowest, -1)], str(lowest) if lowest > 0 or self.endless else "")


async def drain(backlog: Backlog[int], window: Window) -> tuple[list[int], Window]:
    found: list[int] = []
    more = True
    while more:
        piece, window, more = await backlog.take(window)
        assert piece == sorted(piece), "oldest first"
        found += piece
    return found, window


async def test_everything_new_comes_once_and_oldest_first() -> None:
    numbers = Numbers(20)
    window = Window().with_known(map(mark, range(1, 21)))
    numbers.newest = 137
    found, window = await drain(Backlog(numbers.page, mark), window)
    assert found == [*range(21, 138)]
    assert numbers.asked == 13, "pages are asked for until one brings nothing new, and once"
    assert await drain(Backlog(numbers.page, mark), window) == ([], window)


async def test_an_older_place_gives_the_same_again() -> None:
    numbers, window = Numbers(137), Window()
    backlog = Backlog(numbers.page, mark)
    first, after, _more = await backlog.take(window)
    again, _after, _more = await backlog.take(window)
    assert first == again
    assert (await Backlog(numbers.page, mark).take(after))[0][0] == first[-1] + 1


async def test_what_was_listed_late_below_what_is_known_comes_too() -> None:
    window = Window().with_known(map(mark, (*range(1, 42), *range(43, 56))))
    found, _window = await drain(Backlog(Numbers(60).page, mark), window)
    assert found == [42, *range(56, 61)]


async def test_a_page_of_which_nothing_counts_is_no_end() -> None:
    numbers, window = Numbers(30), Window().with_known(map(mark, range(1, 6)))

    async def odd(place: str) -> Entries[int]:
        page = await numbers.page(place)
        return Entries([], page.cursor) if not place else page

    found, _window = await drain(Backlog(odd, mark), window)
    assert found == [*range(6, 21)]


async def test_a_list_without_end_in_which_nothing_counts_is_given_up() -> None:
    asked: list[str] = []

    async def empty(place: str) -> Entries[int]:
        asked.append(place)
        return Entries([], f"{len(asked)}")

    backlog = Backlog(empty, mark)
    assert await drain(backlog, Window()) == ([], Window())
    assert (len(asked), backlog.broke_off) == (200, None)


async def test_a_list_without_end_is_broken_off_and_said_so() -> None:
    numbers = Numbers(0, endless=True)
    backlog = Backlog(numbers.page, mark)
    found, _window = await drain(backlog, Window())
    assert numbers.asked == 200
    assert len(found) == 2000
    assert backlog.broke_off == moment(min(found))
