"""Suggested links: one key a pair, nothing decided twice, everything taken back, and others decide meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import delete

from inbox_app.actions import members as act
from inbox_app.contract.remote import RemoteAuthor
from inbox_app.domain.errors import Refused
from inbox_app.queries import members
from inbox_app.storage import pairs
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.community.pairs_page import PairsPage
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui


@pytest.fixture
async def page(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[PairsPage]:
    """Anna is the surest pair, then three whose names alone are the same."""
    names = ("Anna Berg", "Bea Lind", "Carl Munk", "Dora Nyman")
    people = [RemoteAuthor(f"{one}{at}", f"@{one[:3]}{n}{at}", one) for n, one in enumerate(names) for at in "xy"]
    people[1] = RemoteAuthor("Anna Bergy", "@ann.0x", "Anna Berg")
    await core.tell(*(said(f"m{n}", n, author=one, text=f"Said {n}") for n, one in enumerate(people)))
    made = PairsPage(core, tasks, theme, keep(QWidget()))
    made.load()
    made.show()
    await until(lambda: made.is_settled and shown(made) == "Anna Berg", "the surest pair")
    yield made
    made.reject()


def shown(page: PairsPage) -> str:
    return "" if page.current is None else page.current.whole.name


async def press(page: PairsPage, key: Qt.Key, then: str) -> None:
    QTest.keyClick(page, key)
    await until(lambda: page.is_settled and shown(page) == then, f"{then or 'nothing'} after {key.name}")


async def test_a_key_a_pair_decides_and_z_shows_it_again(page: PairsPage, core: StoreCore) -> None:
    texts = {one.text() for one in page.view.findChildren(QLabel)}
    assert {"Said 0", "Said 1", "the same name: Anna Berg", "both write to the same account of ours"} <= texts
    assert page.left.text() == "4 left"
    anna = page.current
    assert anna is not None
    await press(page, Qt.Key.Key_Right, "Bea Lind")
    card = await members.card(core.store, core.me, anna.part.id)
    assert (card.id, len(card.handles)) == (anna.whole.id, 2)
    await press(page, Qt.Key.Key_Left, "Carl Munk")
    await press(page, Qt.Key.Key_Down, "Dora Nyman")
    await press(page, Qt.Key.Key_Y, "")
    assert "1 is left" in page.view.state.accessibleName()
    assert page.left.text() == "1 left"
    page.view.state.step_asked.emit()
    await until(lambda: page.is_settled and shown(page) == "Carl Munk", "what was left for later")
    await press(page, Qt.Key.Key_N, "")
    assert "Nobody here" in page.view.state.accessibleName()
    for name in ("Carl Munk", "Dora Nyman", "Bea Lind", "Anna Berg"):
        await press(page, Qt.Key.Key_Z, name)
    assert page.left.text() == "4 left"
    assert len((await members.card(core.store, core.me, anna.whole.id)).handles) == 1


async def test_more_than_are_found_at_once_come_by_themselves(
    page: PairsPage, core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.reject()
    monkeypatch.setattr(pairs, "_MOST", 1)
    made = PairsPage(core, tasks, theme, keep(QWidget()))
    made.load()
    made.show()
    await until(lambda: made.is_settled and shown(made) == "Anna Berg", "the surest pair")
    seen = {"Anna Berg"}
    for _ in range(3):
        QTest.keyClick(made, Qt.Key.Key_Down)
        await until(lambda: made.is_settled and shown(made) not in seen, "one that was not found at first")
        seen.add(shown(made))
    assert seen == {"Anna Berg", "Bea Lind", "Carl Munk", "Dora Nyman"}
    await press(made, Qt.Key.Key_Down, "")
    assert "4 are left" in made.view.state.accessibleName()
    made.reject()


async def test_what_is_decided_elsewhere_meanwhile_is_passed_over(page: PairsPage, core: StoreCore) -> None:
    anna = page.current
    assert anna is not None
    await act.link(core.store, core.me, anna.part.id, anna.whole.id)
    bea, other = (one.id for one in (await members.page(core.store, words="Bea Lind")).lines)
    await act.keep_apart(core.store, core.me, bea, other)
    page.same.click()
    page.same.click()
    await until(lambda: page.is_settled and shown(page) == "Carl Munk", "the first that is undecided")
    assert "one member already" in page.told.text()
    await press(page, Qt.Key.Key_Z, "Carl Munk")
    assert page.told.text().startswith("Nothing was done here")


def test_a_key_held_down_decides_about_one_pair(page: PairsPage) -> None:
    assert not [one.key().toString() for one in page.findChildren(QShortcut) if one.autoRepeat()]


async def test_a_page_that_is_closed_at_once_has_decided_all_the_same(
    page: PairsPage, core: StoreCore, tasks: Tasks
) -> None:
    anna, failed = page.current, list[str]()
    assert anna is not None
    tasks.failed.connect(failed.append)
    page.same.click()
    page.reject()
    delete(page.told)
    await until(lambda: tasks.are_done, "the end of what was begun")
    assert not failed
    assert len((await members.card(core.store, core.me, anna.whole.id)).handles) == 2


async def test_what_could_not_be_written_stays_to_be_decided(
    page: PairsPage, tasks: Tasks, troubles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_asked: object) -> None:
        raise Refused("The disk is full.")

    monkeypatch.setattr(act, "link", refuse)
    page.same.click()
    await until(lambda: tasks.are_done, "the end of what was begun")
    assert (shown(page), page.same.isEnabled(), troubles) == ("Anna Berg", True, ["The disk is full."])
    troubles.clear()
