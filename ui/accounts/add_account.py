"""The dialog that connects an account, whatever its channel: it renders the steps of signing in as they come."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inbox_app.contract.login import CheckStep, Done, Field, Form, OpenBrowser, ShowCode, SignIn, Step
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import AccountId
from inbox_app.i18n import _
from inbox_app.paths import is_practice
from inbox_app.queries import accounts
from ui.accounts.browser_pane import BrowserPane
from ui.accounts.channel_list import ChannelList
from ui.accounts.checks import Checks
from ui.accounts.form import FormFields
from ui.accounts.keyring import open_key
from ui.core import Core
from ui.tasks import Tasks, Work
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton

_MARGIN = 20
_HALF_A_FINGERPRINT = re.compile(r"\b(?:[0-9A-F]{2}:){16}")


class AddAccountDialog(QDialog):
    """Choose a channel, answer its form, watch the test; accepted when the account is connected.

    For an account that is there (`again`) it begins with that account's form, and keeps it the same account.
    """

    connected = Signal(str)
    """The account's id."""

    def __init__(
        self,
        core: Core,
        tasks: Tasks,
        theme: Theme,
        parent: QWidget | None = None,
        again: AccountId | None = None,
    ) -> None:
        super().__init__(parent)
        self._again = again
        self._core, self._tasks, self._theme = core, tasks, theme
        self._channel = self._missing = self._whose = self._before_page = ""
        self._is_over = False
        self._flow: SignIn | None = None
        self._work: asyncio.Task[None] | None = None
        self.form: FormFields | None = None
        self._page: tuple[str, str] | None = None
        """What the browser was asked to show, while its page is of use."""
        self.checks = Checks(theme)
        self._text = Label(theme, tone="second").wrapping()
        self.problem = Label(theme, tone="red").wrapping()
        self.go_on = PushButton(theme, self._deed, "primary")
        self.back = PushButton(theme, _("Another channel"), "plain")
        self.give_up = PushButton(theme, _("Cancel"), "plain")
        self._lay_out()
        self.go_on.clicked.connect(self._answer)
        self.give_up.clicked.connect(self.reject)
        self.back.clicked.connect(self._begin_anew)
        if again is None:
            self._begin_anew()
        else:
            self._run(self._begin(partial(self._start_again, again)))

    @property
    def _deed(self) -> str:
        """What the form is for, on its button."""
        return _("Connect") if self._again is None else _("Sign in")

    @property
    def is_busy(self) -> bool:
        """Whether a step is under way."""
        return self._work is not None and not self._work.done()

    def choose(self, channel: str) -> None:
        """Connect an account of this channel."""
        if self.is_busy:
            return
        self._channel = channel
        self._run(self._begin(self._start))

    async def _start(self) -> Step:
        self._flow = self._core.sign_in(self._channel, {}, self._report)
        return await self._flow.start({})

    def _begin_anew(self) -> None:
        """Choose a channel, the first time or another one."""
        self._leave_flow()
        self.form = self._page = None
        self.checks.start_over()
        self._tell("")
        self._offer(ChannelList(self._theme, [one for one in self._core.catalogue.values() if one.offered]))

    def _leave_flow(self) -> None:
        if self._flow is not None:
            self._tasks.start(self._flow.close(), "close sign-in")
            self._flow = None

    async def _start_again(self, wanted: AccountId) -> Step:
        row = await accounts.one(self._core.store, wanted)
        self._whose = row.name or row.handle
        self._flow, known = await self._core.sign_in_again(wanted, self._report)
        return await self._flow.start(known)

    def done(self, result: int) -> None:
        """Closed, however: nothing goes on behind the person's back."""
        self._is_over = True
        if self._work is not None:
            self._work.cancel()
        self._leave_flow()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        event.accept()

    # --- steps ------------------------------------------------------------------------------------------------------

    def _answer(self) -> None:
        if self._flow is None or self.is_busy or self.form is None:
            return
        self._missing = self.form.missing()
        self._complain(self._missing)
        if not self._missing:
            self.checks.start_over()
            self._run(self._step(self._flow.go_on(self.form.answers())))

    def _take_note(self) -> None:
        """What was missing is being filled in."""
        if self._missing and self.problem.text() == self._missing:
            self._complain("")

    def _run(self, work: Work) -> None:
        self._work = self._tasks.begin(work, "sign in")
        self._settle()
        self._work.add_done_callback(lambda _task: self._settle())

    async def _begin(self, start: Callable[[], Awaitable[Step]]) -> None:
        """First of all a place for what will be typed: nobody should fill a form to learn that there is none."""
        self._complain("")
        try:
            if not await open_key(self._core, self._theme, self):
                return
        except UserFacingError as failed:
            self._tell(failed.message)
            return
        await self._step(start())

    async def _step(self, coming: Awaitable[Step]) -> None:
        """Wait for a step and render it; what fails is said in place."""
        try:
            await self._render(await coming)
        except UserFacingError as failed:
            self._tell(failed.message)

    async def _render(self, step: Step) -> None:
        match step:
            case Form():
                self._show_form(step)
            case OpenBrowser(url, text):
                await self._wait_for_person(text, url)
            case ShowCode(code, url, text):
                await self._wait_for_person(f"{text}\n\n{code}\n\n{url}", url)
            case Done():
                self._finish(await self._keep(step))

    async def _keep(self, done: Done) -> AccountId:
        if self._again is None:
            return await self._core.add_account(self._channel, done)
        await self._core.keep_sign_in(self._again, done)
        return self._again

    def _finish(self, added: AccountId) -> None:
        self.connected.emit(added)
        self.accept()

    async def _wait_for_person(self, text: str, url: str) -> None:
        self.form = None
        self._page, self._before_page = (text, url), self._text.text()
        self._offer(BrowserPane(self._theme, text, url))
        QDesktopServices.openUrl(QUrl(url))
        if self._flow is not None:
            await self._render(await self._flow.go_on({}))

    def _show_form(self, form: Form) -> None:
        typed = {} if self.form is None else self.form.changed()
        opened = self.form is not None and self.form.shows_all
        title = form.title if self._again is None else _("Sign in again: {account}").format(account=self._whose)
        self.setWindowTitle(title)
        if form.text == self._before_page:
            # The form that led to the page: it begins anew.
            self._page = None
        self._text.setText(form.text)
        self._text.setVisible(bool(form.text))
        self.form = FormFields(self._theme, form, _still_meant(form.fields, typed))
        self.form.submitted.connect(self._answer)
        self.form.edited.connect(self._take_note)
        if opened:
            self.form.show_all()
        self._offer(self.form if self._page is None else self._below_page(self.form, *self._page))
        self._tell(form.problem)

    def _below_page(self, form: FormFields, text: str, url: str) -> QWidget:
        """What the page shows is asked for, and the page may still have to be opened."""
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(BrowserPane(self._theme, text, url))
        column.addWidget(form, 1)
        return both

    def _report(self, step: CheckStep) -> None:
        self.checks.show_step(step)

    def _tell(self, problem: str) -> None:
        """Show it whole: a fingerprint breaks in its middle, and the form above gives way."""
        self._complain(_HALF_A_FINGERPRINT.sub(r"\g<0> ", problem))
        room = self.width() - 2 * _MARGIN
        self.problem.setMinimumHeight(self.problem.heightForWidth(room) if problem else 0)

    def _complain(self, problem: str) -> None:
        """What is wrong; where nothing is, the steps above have the room."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        if self._is_over:
            return
        if self.is_busy:
            # Left on what is disabled or gone, the focus would move on to “Cancel” and the next key close the dialog.
            self.setFocus()
        self.go_on.setEnabled(self.form is not None and not self.is_busy)
        self.go_on.setVisible(self.form is not None)
        self.go_on.setText(_("Connecting…") if self.is_busy and self.form is not None else self._deed)
        self.back.setVisible(self._again is None and self.form is not None and not self.is_busy)
        if self.form is not None:
            self.form.setEnabled(not self.is_busy)
            if not self.is_busy:
                self.form.focus()

    def _offer(self, content: QWidget) -> None:
        if isinstance(content, ChannelList):
            self.channels = content
            content.chosen.connect(self.choose)
            self.setWindowTitle(_("Add an account"))
            self._say_what_is_real()
        self._room.setWidget(content)
        if isinstance(content, ChannelList):
            content.focus()
        self._settle()

    def _say_what_is_real(self) -> None:
        """In the practice room nothing leaves the computer, but for what is sent by an account connected there."""
        is_real = is_practice(self._core.address.reference)
        said = _("This is the practice room. An account connected here is real: what it sends reaches real people.")
        self._text.setText(said if is_real else "")
        self._text.setVisible(is_real)

    def _lay_out(self) -> None:
        self.setMinimumSize(440, 420)
        self.resize(520, 560)
        self._room = QScrollArea()
        self._room.setWidgetResizable(True)
        self._room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QHBoxLayout()
        buttons.addWidget(self.back)
        buttons.addStretch()
        buttons.addWidget(self.give_up)
        buttons.addWidget(self.go_on)
        column = titled_column(self._theme, self)
        column.addWidget(self._text)
        column.addWidget(self._room, 1)
        column.addWidget(self.checks)
        column.addWidget(self.problem)
        self.problem.hide()
        column.addLayout(buttons)
        self.go_on.setDefault(True)
        self.setTabOrder(self.go_on, self.give_up)
        self.setTabOrder(self.give_up, self.back)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)


def _still_meant(fields: tuple[Field, ...], typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed stays, secrets included; a field left empty takes what the channel found out meanwhile."""
    return {field.name: value for field in fields if (value := typed.get(field.name, ""))}
