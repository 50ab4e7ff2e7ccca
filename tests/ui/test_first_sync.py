"""While a workspace fills for the first time, its empty list does not say that nobody waits."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtWidgets import QPushButton

from inbox_app.domain.words import AccountState, State
from inbox_app.storage import accounts
from tests.fakes.connector import fake_channel
from tests.fakes.service import FileService
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.accounts.add_account import AddAccountDialog
from ui.inbox.state_pane import NoticeBar, StatePane
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

NOBODY = "Nobody is waiting for an answer here."


def furnished(size: str, seed: int) -> tuple[Mapping[str, str], ...]:
    return ()


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    channel = fake_channel(FileService.__new__(FileService))
    core.catalogue = {"practice": replace(channel, key="practice", practice=furnished)}
    made = keep(Workplace(core, tasks, theme))
    made.resize(1200, 800)
    made.show()
    made.start()
    yield made
    await made.close_down()


def says(place: Workplace) -> str:
    pane = place.list.findChildren(StatePane)[0]
    return pane.accessibleName() if pane.isVisible() else ""


async def test_an_empty_room_is_being_furnished_until_its_first_sync(place: Workplace, core: StoreCore) -> None:
    await until(lambda: "furnished" in says(place), "the loading state")
    assert place.list.chosen_state is State.OPEN
    await until(lambda: place.is_settled, "all answers")
    assert "furnished" in says(place)
    await core.store.write(partial(accounts.note_success, wanted=core.account, next_poll=None))
    await until(lambda: says(place) == NOBODY, "the empty state")


async def test_what_came_as_history_is_one_step_away(place: Workplace, core: StoreCore) -> None:
    await core.tell(said("old", 1, history=True))
    await core.store.write(partial(accounts.note_success, wanted=core.account, next_poll=None))
    await until(lambda: says(place) == NOBODY, "the empty state")
    (step,) = [one for one in place.list.findChildren(QPushButton) if one.isVisible()]
    assert step.text() == "Show earlier conversations"
    step.click()
    await until(lambda: len(place.bridge.ids) == 1 and place.list.view.isVisible(), "what came as history")
    assert place.list.chosen_state is State.DONE


async def test_where_nothing_is_connected_nothing_is_earlier(place: Workplace, core: StoreCore) -> None:
    await core.store.write(lambda tx: accounts.set_state(tx, core.account, AccountState.REMOVED))
    await until(lambda: says(place) == NOBODY, "the empty state")
    (step,) = [one for one in place.list.findChildren(QPushButton) if one.isVisible()]
    assert step.text() == "Add an account"
    step.click()
    (await dialog_of(place, AddAccountDialog)).reject()


async def test_a_room_that_could_not_be_synced_is_not_furnished_for_ever(place: Workplace, core: StoreCore) -> None:
    await until(lambda: "furnished" in says(place), "the loading state")
    failed = partial(accounts.note_failure, wanted=core.account, sentence="Offline.", code="offline", next_poll=None)
    await core.store.write(failed)
    await until(lambda: says(place) == NOBODY, "the empty state")


async def test_a_computer_without_a_network_is_said_above_what_is_there(place: Workplace, core: StoreCore) -> None:
    def bar() -> str:
        shown = place.list.findChildren(NoticeBar)[0]
        return shown.accessibleName() if shown.isVisible() else ""

    await core.tell(said("a", 1))
    await until(lambda: place.list.view.isVisible() and len(place.bridge.ids) == 1, "the conversation")
    failed = partial(accounts.note_failure, wanted=core.account, sentence="No answer.", code="busy", next_poll=None)
    heard: list[object] = []
    place.bridge.accounts_changed.connect(heard.append)
    await core.store.write(failed)
    await until(lambda: heard, "the accounts as they are now")
    assert bar() == ""
    await core.store.write(partial(failed, code="offline"))
    await until(lambda: "offline" in bar(), "the line")
    assert place.list.view.isVisible()
    await core.store.write(partial(accounts.note_success, wanted=core.account, next_poll=None))
    await until(lambda: bar() == "", "the network is back")


async def test_what_arrives_takes_the_place_of_the_sentence(place: Workplace, core: StoreCore) -> None:
    await until(lambda: "furnished" in says(place), "the loading state")
    await core.tell(said("a", 1))
    await until(lambda: place.list.view.isVisible() and len(place.bridge.ids) == 1, "the conversation")
    assert says(place) == ""
