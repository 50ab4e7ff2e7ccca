"""What is done before a picture is taken of people, reminders and accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from inbox_app.actions import emptying, reminders
from inbox_app.domain.filters import EVERYTHING
from inbox_app.domain.ids import ViewId
from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.reminders import About, Plan
from inbox_app.domain.views import SavedView
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _
from inbox_app.queries import accounts
from inbox_app.queries import reminders as questions
from inbox_app.storage.falling_due import fire_reminders
from inbox_app.storage.transaction import Tx
from tests.pictures.scenes import opened
from tests.pictures.stage import Stage
from ui.accounts.removing import RemoveDialog
from ui.commands import Does
from ui.community.members_page import MembersPage
from ui.desktop.manners import MannersDialog
from ui.inbox.snooze_dialog import Deed, SnoozeDialog
from ui.members.card_page import CardPage
from ui.members.split_dialog import SplitDialog

Scene = Callable[[Stage], Awaitable[None]]
_HOURS = timedelta(hours=5)


async def health(stage: Stage) -> None:
    """Accounts in every state that one can be in: well, paused, signed out, refused, waiting for a service, away."""
    await stage.open()
    assert stage.core is not None
    rows = await accounts.every(stage.core.store)
    stage.place.sidebar.show_accounts(tuple(map(_as_it_is, rows, _states())))
    await stage.until(lambda: stage.place.is_settled)


def linking(member: str) -> Scene:
    """Who else may be this person."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        stage.place.give(Does.LINK)
        dialog = await stage.dialog()
        stage.shown = dialog
        stage.after.append(dialog.reject)
        await stage.until(lambda: bool(getattr(dialog, "is_settled", True)))

    return scene


def card_page(member: str) -> Scene:
    """The card of a member as a page of its own, from the list of all."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        stage.place.give(Does.MEMBERS)
        page = await stage.dialog()
        assert isinstance(page, MembersPage)
        page.words.setText(member)
        await stage.until(lambda: page.is_settled and len(page.model.ids) == 1)
        page.card_asked.emit(page.model.ids[0])
        card = None

        def opened() -> bool:
            nonlocal card
            card = next((one for one in page.findChildren(CardPage) if one.isVisible()), None)
            return card is not None and card.is_settled

        await stage.until(opened)
        stage.shown = card
        stage.after += [card.reject, page.reject] if card else [page.reject]

    return scene


def split(member: str, day: str) -> Scene:
    """Two people who had one handle, and the day from which it is the other's."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        card = stage.place.members.shown
        assert card is not None

        async def count(_moment: datetime) -> tuple[int, int]:
            return 2, card.messages

        dialog = SplitDialog(stage.tasks, stage.theme, stage.window, card.handles[0], count)
        dialog.open()
        dialog.day.setText(day)
        stage.shown = dialog
        stage.after.append(dialog.reject)
        await stage.until(lambda: stage.place.is_settled and dialog.divide.isEnabled())

    return scene


async def removing(stage: Stage) -> None:
    """An account that goes with all its history."""
    await stage.open()
    assert stage.core is not None
    row = (await accounts.every(stage.core.store))[0]
    dialog = RemoveDialog(stage.theme, row, await emptying.preview(stage.core.store, row.id), stage.window)
    dialog.open()
    dialog.delete.click()
    stage.shown = dialog
    stage.after.append(dialog.reject)
    await stage.until(dialog.isVisible)


async def manners(stage: Stage) -> None:
    """Which accounts and views tell of new messages."""
    await stage.open()
    assert stage.core is not None
    core = stage.core
    known = (
        SavedView(ViewId("parcels"), _("Important"), EVERYTHING),
        SavedView(ViewId("mine"), _("Assigned to me"), EVERYTHING),
    )
    now = replace(core.settings.current, silent_views=tuple(one.id for one in known[:1]))
    dialog = MannersDialog(stage.theme, stage.window, now, await accounts.every(core.store), known)
    dialog.open()
    stage.shown = dialog
    stage.after.append(dialog.reject)
    await stage.until(dialog.isVisible)


def due(member: str, text: str) -> Scene:
    """What fell due: on top of the list, above the composer and beside the member."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        assert stage.core is not None
        core, here = stage.core, stage.place.bridge.opened
        assert here is not None
        await reminders.remind(core.store, core.me, [About(here)], Plan(datetime.now(UTC) + _HOURS, text))

        def later(tx: Tx) -> None:
            tx.now += 2 * int(_HOURS / timedelta(milliseconds=1))
            fire_reminders(tx)

        await core.store.write(later)

        async def deal_with() -> None:
            fired = [row.id for row in await questions.every(core.store, core.me, due=True)]
            await reminders.finish(core.store, core.me, fired)

        stage.after.append(deal_with)
        await stage.until(lambda: stage.place.is_settled and stage.place.reminding.due_bar.isVisible())

    return scene


def repeated(member: str, line: int) -> Scene:
    """A reminder that comes again, with its next dates."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        stage.place.give(Does.SNOOZE)
        dialog = await stage.dialog()
        assert isinstance(dialog, SnoozeDialog)
        stage.shown = dialog
        stage.after.append(dialog.reject)
        dialog.deeds.choose(Deed.REPEAT)
        dialog.deeds.chosen.emit(Deed.REPEAT)
        dialog.choices.list.setCurrentRow(line)
        await stage.until(lambda: bool(dialog.meant.text()))

    return scene


def _states() -> tuple[tuple[AccountState, str], ...]:
    """In the words that connectors say, once the language is known."""
    silent = _("The {server} did not answer in time (port {port}). Check the port; it is tried again later.")
    return (
        (AccountState.ACTIVE, ""),
        (AccountState.PAUSED, ""),
        (AccountState.SIGN_IN_NEEDED, ""),
        (AccountState.ACTIVE, silent.format(server="server imap.example.org", port=993)),
        (AccountState.ACTIVE, _("{host} asks us to wait.").format(host="social.example")),
        (AccountState.ACTIVE, ""),
    )


def _as_it_is(row: AccountRow, how: tuple[AccountState, str]) -> AccountRow:
    state, error = how
    return replace(row, state=state, error=error)
