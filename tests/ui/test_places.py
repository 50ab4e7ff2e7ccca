"""What leads out of the panes: links, the outbox, an account's menu, a conversation that cannot be shown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QDialog, QMenu, QMessageBox

from inbox_app.actions import triage, writing
from inbox_app.actions.writing import Answer
from inbox_app.contract.connector import Report
from inbox_app.contract.login import Done, SignIn, Step
from inbox_app.contract.remote import Identity
from inbox_app.domain.ids import AccountId, ConversationId
from inbox_app.domain.words import AccountState
from inbox_app.queries import accounts
from inbox_app.queries import writing as questions
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui import links
from ui.app_window import AppWindow
from ui.outbox_page import OutboxPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def window(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[AppWindow]:
    await core.tell(said("a", 1), said("b", 2))
    made = keep(AppWindow(tasks, theme))
    made.put_in(Workplace(core, tasks, theme))
    made.show()
    await until(lambda: len(place(made).bridge.ids) == 2, "the list")
    yield made
    await place(made).close_down()


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were handed to the system."""
    handed: list[str] = []

    def take(url: QUrl) -> bool:
        handed.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return handed


def place(window: AppWindow) -> Workplace:
    assert window.workplace is not None
    return window.workplace


def press(dialog: QDialog, name: str) -> None:
    (button,) = [one for one in dialog.findChildren(QAbstractButton) if one.text().replace("&", "") == name]
    button.click()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "smb://there/x", "ftp://there/x", "https://a@b.example/", ""]
)
def test_only_web_and_mail_addresses_leave(visited: list[str], url: str) -> None:
    assert not links.open_link(url)
    assert visited == []


async def test_an_honest_link_opens_at_once(window: AppWindow, visited: list[str]) -> None:
    place(window).thread_view.link_asked.emit("https://cups.example/new")
    place(window).thread_view.link_asked.emit("mailto:maya@example.net")
    assert visited == ["https://cups.example/new", "mailto:maya@example.net"]


@pytest.mark.parametrize("yes", [True, False])
async def test_a_deceptive_link_says_where_it_leads_and_asks(window: AppWindow, visited: list[str], yes: bool) -> None:
    place(window).thread_view.link_doubted.emit("https://evil.example/bank", "It leads to <b>evil.example</b>.")
    dialog = await dialog_of(window, QDialog)
    assert isinstance(dialog, QMessageBox)
    assert dialog.text().startswith("It leads to <b>evil.example</b>.")
    assert "https://evil.example/bank" in dialog.text()
    assert visited == []
    press(dialog, "Open evil.example all the same" if yes else "Cancel")
    await until(lambda: not dialog_is_open(window), "the end of the dialog")
    await until(lambda: bool(visited) is yes, "the answer")
    assert visited == (["https://evil.example/bank"] if yes else [])


def dialog_is_open(window: AppWindow) -> bool:
    return any(one.isVisible() for one in window.findChildren(QDialog))


async def test_the_outbox_lists_what_waits_and_takes_it_back(window: AppWindow, core: StoreCore) -> None:
    first = place(window).bridge.ids[0]
    await writing.reply(core.store, core.me, Answer(first, "Too early", timedelta(hours=1)))
    place(window).sidebar.outbox_asked.emit()
    page = await dialog_of(window, QDialog)
    assert isinstance(page, OutboxPage)
    press(page, "Undo")
    draft = None
    while draft is None:
        await until(lambda: place(window).answering.writing.is_idle, "the undo")
        draft = await questions.draft(core.store, core.me, first)
    assert draft.text == "Too early"
    await until(lambda: not rows_of(page), "an empty list")
    page.reject()


def rows_of(page: QDialog) -> list[QAbstractButton]:
    return [one for one in page.findChildren(QAbstractButton) if one.isVisible() and one.text() == "Undo"]


async def choose(window: AppWindow, name: str) -> None:
    """In the menu that opens."""
    found: list[QMenu] = []

    def look() -> bool:
        found[:] = [one for one in window.findChildren(QMenu) if one.isVisible()]
        return bool(found)

    await until(look, "the menu")
    (action,) = [one for one in found[0].actions() if one.text() == name]
    action.trigger()
    found[0].close()


async def state_of(core: StoreCore) -> AccountState:
    return (await accounts.one(core.store, core.account)).state


async def become(core: StoreCore, wanted: AccountState) -> None:
    """Wait for it."""
    states: list[AccountState] = []
    while not states or states[-1] is not wanted:
        assert len(states) < 1_000, states[-1]
        states.append(await state_of(core))


async def test_an_account_rests_and_goes_on_by_its_menu(window: AppWindow, core: StoreCore) -> None:
    for name, state in (("Pause", AccountState.PAUSED), ("Resume", AccountState.ACTIVE)):
        place(window).sidebar.account_menu_asked.emit(core.account)
        await choose(window, name)
        await become(core, state)


async def test_the_check_says_that_it_works(window: AppWindow, core: StoreCore) -> None:
    told: list[str] = []
    place(window).told.connect(told.append)
    place(window).sidebar.account_menu_asked.emit(core.account)
    await choose(window, "Check the sign-in")
    await until(lambda: told, "the sentence")
    assert "works" in told[0]


async def test_an_account_is_signed_in_to_again_by_its_menu(window: AppWindow, core: StoreCore) -> None:
    core.__class__ = AgainCore
    told: list[str] = []
    place(window).told.connect(told.append)
    place(window).sidebar.account_menu_asked.emit(core.account)
    await choose(window, "Sign in again…")
    await until(lambda: told, "the sentence")
    assert "is signed in again" in told[0]
    assert [wanted for wanted, _done in core.renewed] == [core.account]


class AgainCore(StoreCore):
    """Signs in again without asking anything."""

    async def sign_in_again(self, wanted: AccountId, report: Report) -> tuple[SignIn, Mapping[str, str]]:
        return AtOnce(), {}


class AtOnce(SignIn):
    """Is done at the first step."""

    async def start(self, known: Mapping[str, str]) -> Step:
        return Done(Identity("we", "@we"), known, {})

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        raise NotImplementedError


@pytest.mark.parametrize("yes", [False, True])
async def test_removing_an_account_asks_first(window: AppWindow, core: StoreCore, yes: bool) -> None:
    left: list[int] = []
    place(window).bridge.accounts_changed.connect(lambda rows: left.append(len(rows)))
    place(window).sidebar.account_menu_asked.emit(core.account)
    await choose(window, "Remove…")
    press(await dialog_of(window, QDialog), "Remove" if yes else "Cancel")
    await until(lambda: not dialog_is_open(window), "the end of the dialog")
    if yes:
        await until(lambda: left and left[-1] == 0, "the list of accounts without it")
    else:
        assert await state_of(core) is AccountState.ACTIVE


async def test_tags_stand_in_the_sidebar(window: AppWindow, core: StoreCore) -> None:
    shown: list[list[str]] = []
    place(window).bridge.tags_changed.connect(lambda tags: shown.append([tag.name for tag in tags]))
    await triage.retag(core.store, core.me, [place(window).bridge.ids[0]], put=["praise", "cups"])
    await until(lambda: shown and shown[-1] == ["cups", "praise"], "the tags")


async def test_a_conversation_that_cannot_be_shown_says_so_in_its_place(window: AppWindow) -> None:
    view = place(window).thread_view
    place(window).bridge.open(ConversationId("gone"))
    await until(lambda: "gone" in view._pane.accessibleName(), "the sentence")
    again: list[str] = []
    place(window).bridge.thread_failed.connect(again.append)
    view.step_asked.emit()
    await until(lambda: len(again) == 1, "another try")
    place(window).open(place(window).bridge.ids[0])
    await until(lambda: view.conversation == place(window).bridge.ids[0], "a conversation that is there")
