"""A start goes back to where one was: the view, its tab, the hat, and the conversation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QSplitter

from inbox_app.actions import triage
from inbox_app.domain.words import Hat, State
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
Begin = Callable[[], AppWindow]


@pytest.fixture
def begin(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, tmp_path: Path) -> Begin:
    """Opens the workspace in a new window, as a start does."""

    def start() -> AppWindow:
        kept = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        window = keep(AppWindow(tasks, theme, kept))
        window.put_in(Workplace(core, tasks, theme))
        window.show()
        return window

    return start


def place_in(window: AppWindow) -> Workplace:
    assert window.workplace is not None
    return window.workplace


async def end(window: AppWindow) -> None:
    window.close()
    await place_in(window).close_down()


async def test_a_start_goes_back_to_view_tab_hat_and_conversation(core: StoreCore, begin: Begin) -> None:
    await core.tell(said("a", 1), said("b", 2), said("c", 3))
    first = begin()
    place = place_in(first)
    await until(lambda: len(place.bridge.ids) == 3, "the list")
    wanted = place.bridge.ids[1]
    await triage.finish(core.store, core.me, [wanted])
    await until(lambda: place.sidebar.view_of(f"account:{core.account}") is not None, "the account's line")
    place.sidebar.choose(f"account:{core.account}")
    place.list.states.choose(State.DONE)
    place.list.state_chosen.emit(State.DONE)
    await until(lambda: list(place.bridge.ids) == [wanted], "what is done")
    place.open(wanted)
    await end(first)

    again = begin()
    place = place_in(again)
    await until(lambda: place.bridge.opened == wanted, "the conversation")
    assert place.list.shown_view.key == f"account:{core.account}"
    assert place.list.chosen_state is State.DONE
    await until(lambda: place.list.current_id() == wanted, "its row marked")
    await end(again)


async def test_the_hat_stays_on(core: StoreCore, begin: Begin) -> None:
    await core.tell(said("a", 1), said("b", 2))
    first = begin()
    place = place_in(first)
    await until(lambda: len(place.bridge.ids) == 2, "the list")
    await triage.wear(core.store, core.me, [place.bridge.ids[0]], Hat.SOCIAL)
    place.sidebar.wear(Hat.SOCIAL)
    place.sidebar.lines.tell()
    await until(lambda: len(place.bridge.ids) == 1, "the social one")
    await end(first)
    again = begin()
    await until(lambda: len(place_in(again).bridge.ids) == 1, "the social one again")
    assert place_in(again).sidebar.hat is Hat.SOCIAL
    await end(again)


async def test_whoever_goes_elsewhere_first_is_not_called_back(core: StoreCore, begin: Begin) -> None:
    await core.tell(said("a", 1), said("b", 2))
    first = begin()
    place = place_in(first)
    await until(lambda: len(place.bridge.ids) == 2, "the list")
    newer, older = place.bridge.ids
    place.open(older)
    await end(first)
    again = begin()
    place = place_in(again)
    place.give(Does.GO_WAITING)
    await until(lambda: place.bridge.is_idle and not place.bridge.ids, "nothing waiting")
    place.give(Does.GO_INBOX)
    await until(lambda: list(place.bridge.ids) == [newer, older], "the list")
    assert place.bridge.opened is None
    await end(again)


async def test_how_wide_the_panes_are_stays_for_the_next_start_and_the_next_workspace(begin: Begin) -> None:
    first = begin()
    splitter = await wide(first)
    splitter.moveSplitter(320, 1)
    dragged = splitter.sizes()
    assert dragged[0] == 320
    place = place_in(first)
    # As another workspace is opened in the same window, or another language spoken.
    first.take_out()
    await place.close_down()

    again = begin()
    assert (await wide(again)).sizes() == dragged
    await end(again)


async def wide(window: AppWindow) -> QSplitter:
    """The panes of a window that has room for all of them."""
    window.resize(1640, 900)
    (splitter,) = (one for one in place_in(window).panes.children() if isinstance(one, QSplitter))
    await until(
        lambda: all(splitter.sizes()) and sum(splitter.sizes()) in range(1630, 1641), "all panes in their places"
    )
    return splitter
