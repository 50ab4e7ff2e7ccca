"""The dialog that connects an account: form from data, checks as they happen, failures in place."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit, QWidget

from connectors import CATALOGUE
from inbox_app import i18n
from inbox_app.contract.connector import Report, ignore
from inbox_app.contract.login import CheckState, CheckStep, Done, Field, FieldType, Form, OpenBrowser, SignIn, Step
from inbox_app.contract.remote import Identity
from inbox_app.domain.ids import AccountId
from tests.fakes.connector import fake_channel
from tests.fakes.service import FileService
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from ui.accounts import add_account
from ui.accounts.add_account import AddAccountDialog
from ui.accounts.browser_pane import BrowserPane
from ui.accounts.channel_list import ChannelList
from ui.dialogs import fit_to_screen
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui

FORM = Form(
    "Add a test account",
    (
        Field("address", "Address", required=True),
        Field("password", "Password", FieldType.SECRET, required=True),
        Field("port", "Port", FieldType.PORT, default="993", advanced=True),
        Field(
            "security",
            "Security",
            FieldType.CHOICE,
            default="tls",
            choices=("tls", "none"),
            words=("Encrypted", "Not encrypted"),
            advanced=True,
        ),
    ),
)


class ScriptedSignIn(SignIn):
    """Takes one password, slowly enough to look on."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.known: Mapping[str, str] = {}
        self.answers: list[Mapping[str, str]] = []
        self.go = asyncio.Event()
        self.closed = False

    async def start(self, known: Mapping[str, str]) -> Step:
        return FORM

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        self.answers.append(answers)
        self.report(CheckStep("Finding the server", CheckState.PASSED))
        self.report(CheckStep("Signing in", CheckState.RUNNING))
        await self.go.wait()
        if answers["password"] != "right":
            self.report(CheckStep("Signing in", CheckState.FAILED))
            return Form(FORM.title, FORM.fields, problem="The password is wrong.")
        self.report(CheckStep("Signing in", CheckState.PASSED))
        return Done(Identity("we", "@we", "We", frozenset({"@we"})), {"address": "a"}, {"password": "right"})

    async def close(self) -> None:
        self.closed = True


class DialogCore(StoreCore):
    """Signs in by the script."""

    flow: ScriptedSignIn

    def sign_in(self, channel: str, known: Mapping[str, str], report: Report = ignore) -> SignIn:
        self.flow = ScriptedSignIn(report)
        return self.flow


@pytest.fixture
async def shown(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, tmp_path: object) -> AddAccountDialog:
    core.__class__ = DialogCore
    core.catalogue = {"fake": fake_channel(FileService.__new__(FileService))}
    dialog = keep(AddAccountDialog(core, tasks, theme))
    dialog.open()
    dialog.channels.buttons["fake"].click()
    await until(lambda: dialog.form is not None and dialog.go_on.isEnabled(), "the form")
    return dialog


def field(dialog: AddAccountDialog, name: str) -> QLineEdit:
    assert dialog.form is not None
    found = dialog.form.field(name)
    assert isinstance(found, QLineEdit)
    return found


def flow(core: StoreCore) -> ScriptedSignIn:
    assert isinstance(core, DialogCore)
    return core.flow


async def test_secrets_are_masked_and_rare_fields_out_of_sight(shown: AddAccountDialog) -> None:
    assert field(shown, "password").echoMode() is QLineEdit.EchoMode.Password
    assert field(shown, "address").echoMode() is QLineEdit.EchoMode.Normal
    assert not field(shown, "port").isVisible()
    assert shown.form is not None
    shown.form.show_all()
    assert field(shown, "port").isVisible()


async def test_a_missing_answer_is_named_and_nothing_is_tried(core: StoreCore, shown: AddAccountDialog) -> None:
    field(shown, "address").setText("somebody")
    shown.go_on.click()
    assert "Password" in shown.problem.text()
    assert flow(core).answers == []
    QTest.keyClicks(field(shown, "password"), "r")
    assert shown.problem.text() == ""  # it is being filled in


async def test_choices_are_called_by_words_and_answered_by_name(shown: AddAccountDialog) -> None:
    assert shown.form is not None
    box = shown.form.field("security")
    assert isinstance(box, QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == ["Encrypted", "Not encrypted"]
    box.setCurrentIndex(1)
    assert shown.form.answers()["security"] == "none"
    assert shown.form.changed() == {"security": "none"}


async def test_each_check_is_shown_as_it_happens_and_a_failure_in_place(
    core: StoreCore, shown: AddAccountDialog
) -> None:
    field(shown, "address").setText("somebody")
    field(shown, "password").setText("wrong")
    shown.go_on.click()
    await until(lambda: len(shown.checks.steps) == 2, "the running check")
    assert [(step.name, step.state) for step in shown.checks.steps][-1] == ("Signing in", CheckState.RUNNING)
    assert not shown.go_on.isEnabled()
    assert shown.give_up.isEnabled()
    flow(core).go.set()
    await until(lambda: shown.problem.text() == "The password is wrong.", "the sentence")
    assert field(shown, "address").text() == "somebody"
    assert core.added == []


async def test_a_fingerprint_is_shown_whole(shown: AddAccountDialog) -> None:
    fingerprint = ":".join(["CF", "A0"] * 16)
    shown._tell(f"The server signed its certificate itself. Set it as the SMTP certificate: {fingerprint}")
    await until(lambda: shown.problem.height() >= shown.problem.heightForWidth(shown.problem.width()), "its lines")
    widest = max(shown.problem.text().split(), key=len)
    assert shown.problem.fontMetrics().horizontalAdvance(widest) <= shown.problem.width()
    assert fingerprint in shown.problem.text().replace(" ", "")


async def test_done_keeps_the_account_and_closes(core: StoreCore, shown: AddAccountDialog) -> None:
    connected: list[str] = []
    shown.connected.connect(connected.append)
    field(shown, "address").setText("somebody")
    field(shown, "password").setText("right")
    flow(core).go.set()
    shown.go_on.click()
    await until(lambda: not shown.isVisible(), "the end")
    assert [(channel, done.secrets) for channel, done in core.added] == [("fake", {"password": "right"})]
    assert connected == [core.account]
    assert flow(core).answers[0]["port"] == "993"
    await until(lambda: flow(core).closed, "the flow's end")


async def test_giving_up_in_the_middle_of_a_check_ends_it(core: StoreCore, shown: AddAccountDialog) -> None:
    field(shown, "address").setText("somebody")
    field(shown, "password").setText("right")
    shown.go_on.click()
    await until(lambda: shown.is_busy and shown.checks.steps, "the check")
    shown.give_up.click()
    await until(lambda: flow(core).closed and not shown.is_busy, "the end")
    flow(core).go.set()
    assert core.added == []


@pytest.fixture
async def opened(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AddAccountDialog:
    core.__class__ = DialogCore
    core.catalogue = {"fake": fake_channel(FileService.__new__(FileService))}
    dialog = keep(AddAccountDialog(core, tasks, theme))
    dialog.open()
    dialog.activateWindow()
    await until(lambda: QApplication.focusWidget() is dialog.channels.buttons["fake"], "the focus on the channels")
    return dialog


def focused() -> QWidget:
    """What has the focus; keys go there and nowhere else."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(*keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(focused(), key)


async def come_to_the_form(dialog: AddAccountDialog, key: Qt.Key) -> None:
    press(key)
    await until(lambda: dialog.form is not None and focused() is field(dialog, "address"), "the first field")


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
async def test_the_whole_way_by_keys_alone(core: StoreCore, opened: AddAccountDialog, key: Qt.Key) -> None:
    await come_to_the_form(opened, key)
    QTest.keyClicks(focused(), "somebody")
    press(Qt.Key.Key_Tab)
    assert focused() is field(opened, "password")
    QTest.keyClicks(focused(), "wrong")
    press(Qt.Key.Key_Return)
    await until(lambda: len(opened.checks.steps) == 2, "the running check")
    press(Qt.Key.Key_Return, Qt.Key.Key_Space)
    assert opened.isVisible()
    flow(core).go.set()
    await until(lambda: opened.problem.text() and focused() is field(opened, "password"), "what was refused once more")
    QTest.keyClicks(focused(), "right")
    press(Qt.Key.Key_Return)
    await until(lambda: not opened.isVisible(), "the end")
    assert [done.secrets for _channel, done in core.added] == [{"password": "right"}]


async def test_tab_goes_through_the_form_to_connect_and_to_cancel_last(opened: AddAccountDialog) -> None:
    await come_to_the_form(opened, Qt.Key.Key_Space)
    assert opened.form is not None
    opened.form.show_all()
    names = []
    for _place in range(8):
        names.append(focused().accessibleName())
        press(Qt.Key.Key_Tab)
    more = "Server settings and more"
    assert names == ["Address", "Password", more, "Port", "Security", "Connect", "Cancel", "Another channel"]
    assert focused() is field(opened, "address")


async def test_a_missing_answer_has_the_focus_after_return(core: StoreCore, opened: AddAccountDialog) -> None:
    await come_to_the_form(opened, Qt.Key.Key_Return)
    QTest.keyClicks(focused(), "somebody")
    press(Qt.Key.Key_Return)
    assert focused() is field(opened, "password")
    assert opened.isVisible()
    assert flow(core).answers == []


async def test_another_channel_is_chosen_after_all(core: StoreCore, opened: AddAccountDialog) -> None:
    await come_to_the_form(opened, Qt.Key.Key_Return)
    first = flow(core)
    opened.back.click()
    await until(lambda: first.closed and focused() is opened.channels.buttons["fake"], "the channels once more")
    assert not opened.back.isVisible()
    await come_to_the_form(opened, Qt.Key.Key_Return)
    assert flow(core) is not first


async def test_what_was_refused_is_typed_over_and_no_field_beside_it(core: StoreCore, opened: AddAccountDialog) -> None:
    await come_to_the_form(opened, Qt.Key.Key_Return)
    assert opened.form is not None
    opened.form.show_all()
    field(opened, "port").clear()
    field(opened, "address").setText("somebody")
    field(opened, "password").setText("wrong")
    flow(core).go.set()
    opened.go_on.click()
    await until(lambda: opened.problem.text() and not opened.is_busy, "the sentence")
    field(opened, "port").clear()
    opened.form.focus()
    password = field(opened, "password")
    assert focused() is password
    assert password.selectedText(), "what comes next replaces it"


async def test_channels_are_called_in_the_language_of_now(
    theme: Theme, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "_current", i18n._current)
    i18n.set_language("it")
    offered = keep(ChannelList(theme, [CATALOGUE["folder"], CATALOGUE["mastodon"]]))
    assert [one.text() for one in offered.buttons.values()] == ["Cartella", "Mastodon"]


async def test_escape_gives_up_anywhere(core: StoreCore, opened: AddAccountDialog) -> None:
    await come_to_the_form(opened, Qt.Key.Key_Return)
    press(Qt.Key.Key_Escape)
    assert not opened.isVisible()
    await until(lambda: flow(core).closed, "the flow's end")


WAYS = Form(
    "Add a test account",
    (
        Field("way", "Way", FieldType.CHOICE, default="password", choices=("password", "browser")),
        Field("password", "Password", FieldType.SECRET, required=True, only_with=("way", "password"), hint="Yours"),
        Field("client", "Client", required=True, only_with=("way", "browser")),
    ),
    text="What the provider wants.",
)
PAGE = "https://login.example/authorize?state=x"


class BrowserSignIn(ScriptedSignIn):
    """Opens a page and waits until the person has been there."""

    async def start(self, known: Mapping[str, str]) -> Step:
        self.known = dict(known)
        return WAYS

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        self.answers.append(answers)
        if len(self.answers) == 1:
            return OpenBrowser(PAGE, "Say yes in your browser.")
        await self.go.wait()
        if answers == {} and len(self.answers) == 2:
            return Form(WAYS.title, WAYS.fields, problem="You declined.")
        return Done(Identity("we", "@we"), {"address": "a"}, {"token": "t"})


class BrowserCore(DialogCore):
    """Signs in through the browser, also again."""

    def sign_in(self, channel: str, known: Mapping[str, str], report: Report = ignore) -> SignIn:
        self.flow = BrowserSignIn(report)
        return self.flow

    async def sign_in_again(self, wanted: AccountId, report: Report) -> tuple[SignIn, Mapping[str, str]]:
        return self.sign_in("fake", {}, report), {"address": "somebody"}


@pytest.fixture
def opened_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system's browser was asked to open."""
    pages: list[str] = []

    class Desktop:
        @staticmethod
        def openUrl(url: QUrl) -> None:
            pages.append(url.toString())

    monkeypatch.setattr(add_account, "QDesktopServices", Desktop)
    return pages


@pytest.fixture
async def ways(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, opened_pages: list[str]) -> AddAccountDialog:
    core.__class__ = BrowserCore
    core.catalogue = {"fake": fake_channel(FileService.__new__(FileService))}
    dialog = keep(AddAccountDialog(core, tasks, theme))
    dialog.open()
    dialog.channels.buttons["fake"].click()
    await until(lambda: dialog.form is not None and dialog.go_on.isEnabled(), "the form")
    return dialog


def choose_browser(dialog: AddAccountDialog) -> None:
    assert dialog.form is not None
    way = dialog.form.field("way")
    assert isinstance(way, QComboBox)
    way.setCurrentText("browser")


async def test_what_a_choice_leaves_no_need_for_is_out_of_sight(ways: AddAccountDialog) -> None:
    assert field(ways, "password").isVisible()
    assert not field(ways, "client").isVisible()
    choose_browser(ways)
    assert not field(ways, "password").isVisible()
    assert field(ways, "client").isVisible()
    ways.go_on.click()
    assert "Client" in ways.problem.text()


async def test_through_the_browser_declined_and_once_more(
    core: StoreCore, ways: AddAccountDialog, opened_pages: list[str]
) -> None:
    choose_browser(ways)
    field(ways, "client").setText("ours")
    ways.go_on.click()
    await until(lambda: opened_pages == [PAGE], "the page")
    pane = ways.findChild(BrowserPane)
    assert isinstance(pane, BrowserPane)
    assert pane.text.text() == "Say yes in your browser."
    assert not ways.go_on.isVisible()
    assert ways.give_up.isEnabled()
    pane.copy_address.click()
    assert QApplication.clipboard().text() == PAGE
    flow(core).go.set()
    await until(lambda: ways.problem.text() == "You declined.", "the sentence")
    choose_browser(ways)
    field(ways, "client").setText("ours")
    ways.go_on.click()
    await until(lambda: not ways.isVisible(), "the end")
    assert [done.secrets for _channel, done in core.added] == [{"token": "t"}]


async def test_giving_up_while_the_browser_is_open_ends_the_flow(core: StoreCore, ways: AddAccountDialog) -> None:
    choose_browser(ways)
    field(ways, "client").setText("ours")
    ways.go_on.click()
    await until(lambda: ways.findChild(BrowserPane) is not None, "the pane")
    ways.give_up.click()
    await until(lambda: flow(core).closed and not ways.is_busy, "the end")
    assert core.added == []


PASTING = Form("Add a test account", (Field("shown", "What it shows", required=True),), text="Paste what it shows.")


class PastingSignIn(BrowserSignIn):
    """Its page does not come back by itself: what it shows is pasted."""

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        self.answers.append(answers)
        if len(self.answers) == 1:
            return OpenBrowser(PAGE, "Say yes in your browser.")
        return PASTING if len(self.answers) == 2 else replace(PASTING, problem="That is something else.")


async def test_a_page_whose_answer_is_pasted_can_be_opened_again(
    core: StoreCore, ways: AddAccountDialog, opened_pages: list[str]
) -> None:
    flow(core).__class__ = PastingSignIn
    choose_browser(ways)
    field(ways, "client").setText("ours")
    ways.go_on.click()
    for _time in range(2):
        await until(lambda: ways.form is not None and ways.go_on.isEnabled(), "where it is pasted")
        (pane,) = [one for one in ways.findChildren(BrowserPane) if one.isVisible()]
        assert pane.url == PAGE
        field(ways, "shown").setText("nonsense")
        ways.go_on.click()
        await until(lambda: ways.problem.text() == "That is something else.", "the sentence")
    assert opened_pages == [PAGE]


async def test_signing_in_again_keeps_it_the_same_account(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, opened_pages: list[str]
) -> None:
    core.__class__ = BrowserCore
    dialog = keep(AddAccountDialog(core, tasks, theme, again=core.account))
    dialog.open()
    await until(lambda: dialog.form is not None and dialog.go_on.isEnabled(), "the form")
    assert flow(core).known == {"address": "somebody"}
    assert dialog.windowTitle().startswith("Sign in again: ")
    assert (dialog.go_on.text(), dialog.back.isVisible()) == ("Sign in", False)
    flow(core).answers.append({})
    flow(core).answers.append({})
    flow(core).go.set()
    field(dialog, "password").setText("right")
    dialog.go_on.click()
    await until(lambda: not dialog.isVisible(), "the end")
    assert core.added == []
    assert [(wanted, done.secrets) for wanted, done in core.renewed] == [(core.account, {"token": "t"})]


async def test_a_failure_is_told_once_and_names_stand_in_line_with_their_fields(
    core: StoreCore, shown: AddAccountDialog
) -> None:
    sentence = "The server refused the password."
    shown.checks.show_step(CheckStep("Signing in", CheckState.FAILED, sentence))
    shown._tell(sentence)
    texts = [one.text() for one in shown.findChildren(QLabel) if one.isVisible()]
    assert len([text for text in texts if sentence in text]) == 1
    name = next(one for one in shown.findChildren(QLabel) if one.text() == "Password")
    middle = field(shown, "password").geometry().center().y()
    assert abs(name.geometry().center().y() - middle) <= 2


async def test_a_dialog_is_never_larger_than_the_screen(theme: Theme, keep: Keep) -> None:
    large = keep(QDialog())
    large.setMinimumSize(1_000, 1_000)
    large.resize(3_000, 3_000)
    fit_to_screen(large)
    room = large.screen().availableGeometry()
    assert large.height() < room.height()
    assert large.width() < room.width()
