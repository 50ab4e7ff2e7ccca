"""What can be done with one account: rest, go on, look whether the sign-in holds, take it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from inbox_app.actions import accounts as actions
from inbox_app.actions import copies as show_copies
from inbox_app.domain.hats import said_of_hat
from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.words import AccountState, Hat
from inbox_app.i18n import _
from inbox_app.queries import accounts, copies
from ui import dialogs
from ui.accounts.letter_habits import LetterHabits
from ui.accounts.removing import remove
from ui.core import Core
from ui.theme.theme import Theme

SignInAgain = Callable[[AccountId], Awaitable[bool]]
"""Lets the person sign in to an account again; whether it came to that."""

Export = Callable[[AccountId], None]
"""Asks how an account's history is to leave."""


async def offer(
    core: Core, theme: Theme, parent: QWidget, wanted: AccountId, place: QPoint, again: SignInAgain, export: Export
) -> str:
    """Open the account's menu and do what is chosen; a sentence about it, empty where there is nothing to say.

    Raises:
        UserFacingError: it did not work.
    """
    row = await accounts.one(core.store, wanted)
    menu = QMenu(parent)
    menu.setAccessibleName(_("Account {handle}").format(handle=row.handle))
    deeds: dict[QAction, Callable[[], Awaitable[str]]] = {}
    if row.state is not AccountState.ARCHIVE:
        deeds |= _standing(core, menu, row, again)
        social = menu.addAction(_("New conversations under the social hat"))
        social.setCheckable(True)
        social.setChecked(row.hat is Hat.SOCIAL)
        deeds[social] = partial(_change_hat, core, row)
        if row.writes:
            deeds[menu.addAction(_("Signature and quoting…"))] = partial(_set_habits, core, row, parent, theme)
        if row.writes and await _several_write(core):
            once = menu.addAction(_("Show mail that several accounts got once"))
            once.setCheckable(True)
            once.setChecked(not await copies.are_apart(core.store))
            deeds[once] = partial(_change_copies, core)
        menu.addSeparator()
    deeds[menu.addAction(_("Export…"))] = partial(_export, row, export)
    deeds[menu.addAction(_("Remove…"))] = partial(remove, core, theme, row, parent)
    chosen = await dialogs.choose_from(menu, place)
    return "" if chosen is None else await deeds[chosen]()


def _standing(
    core: Core, menu: QMenu, row: AccountRow, again: SignInAgain
) -> dict[QAction, Callable[[], Awaitable[str]]]:
    """Rest, go on, look, sign in again; what alone helps comes first."""
    sign_in = (_("Sign in again…"), partial(_sign_in_again, row, again))
    check = (_("Check the sign-in"), partial(_check, core, row))
    match row.state:
        case AccountState.SIGN_IN_NEEDED:
            lines = [sign_in, check, (_("Pause"), partial(_turn, core, row, AccountState.PAUSED))]
        case AccountState.ACTIVE:
            lines = [(_("Pause"), partial(_turn, core, row, AccountState.PAUSED)), check, sign_in]
        case _:
            lines = [(_("Resume"), partial(_turn, core, row, AccountState.ACTIVE)), check, sign_in]
    return {menu.addAction(name): deed for name, deed in lines}


async def _turn(core: Core, row: AccountRow, state: AccountState) -> str:
    await actions.set_state(core.store, row.id, state)
    return ""


async def _change_hat(core: Core, row: AccountRow) -> str:
    other = Hat.COMMUNITY if row.hat is Hat.SOCIAL else Hat.SOCIAL
    await actions.wear(core.store, row.id, other)
    return said_of_hat(row.handle, other)


async def _several_write(core: Core) -> bool:
    return sum(one.writes for one in await accounts.every(core.store)) > 1


async def _change_copies(core: Core) -> str:
    if await copies.are_apart(core.store):
        await show_copies.show_together(core.store)
        return _("Mail that several accounts got is shown as one.")
    await show_copies.show_apart(core.store)
    return _("Mail that several accounts got is shown once for each of them.")


async def _set_habits(core: Core, row: AccountRow, parent: QWidget, theme: Theme) -> str:
    dialog = LetterHabits(theme, row, parent)

    async def keep() -> None:
        await actions.set_letter_habits(
            core.store,
            row.id,
            signature=dialog.signature,
            quoting=dialog.quoting,
            formatting=dialog.formatting,
            tells_read=dialog.tells_read.isChecked(),
        )

    await dialogs.kept(dialog, dialog.problem, keep)
    return ""


async def _check(core: Core, row: AccountRow) -> str:
    await core.check_account(row.id)
    return _("The sign-in of {handle} works.").format(handle=row.handle)


async def _sign_in_again(row: AccountRow, again: SignInAgain) -> str:
    return _("{handle} is signed in again.").format(handle=row.handle) if await again(row.id) else ""


async def _export(row: AccountRow, export: Export) -> str:
    export(row.id)
    return ""
