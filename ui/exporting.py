"""Taking history out, seen from the window: what lies before the person is offered first, everything last."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from inbox_app.domain.filters import EVERYTHING, Filter
from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import Thread
from inbox_app.domain.selection import Selection
from inbox_app.i18n import _, ngettext
from inbox_app.queries import accounts
from ui import dialogs
from ui.commands import Does
from ui.conversation.titles import title_of
from ui.core import Core
from ui.deciding import Desk
from ui.export_dialog import Choice, ExportDialog
from ui.inbox.views import View
from ui.tasks import Tasks
from ui.theme.numbers import number
from ui.theme.theme import Theme


class Exporting(QObject):
    """Opens the dialog with what can be chosen."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window = core, tasks, theme, window
        self._desk = desk
        self.view: View | None = None
        """What the list shows."""
        self.words = ""
        """The search it shows instead, if there is one."""
        self.deeds: dict[Does, Callable[[], None]] = {Does.EXPORT: self.begin}

    def begin(self, first: AccountId | Filter | None = None) -> None:
        """Ask what is to leave, with an account or a filter chosen where one was named."""
        self._tasks.start(self._ask(first), "export")

    async def _ask(self, first: AccountId | Filter | None) -> None:
        rows = await accounts.every(self._core.store)
        each = [
            Choice(_("Account {name}").format(name=row.handle or row.name), Selection(account=row.id)) for row in rows
        ]
        choices = [*self._at_hand(), *each, Choice(_("Everything in this workspace"), Selection())]
        dialog = ExportDialog(self._core, self._tasks, self._theme, choices, self._window.window())
        dialog.what.setCurrentIndex(next((i for i, one in enumerate(choices) if _is_meant(one, first)), 0))
        await dialogs.ask(dialog)

    def _at_hand(self) -> Iterator[Choice]:
        """The conversations chosen, whoever speaks in the one on screen, and the list."""
        chosen, shown = self._desk.chosen(), self._desk.bridge.on_screen
        if len(chosen) > 1:
            name = ngettext("{count} chosen conversation", "{count} chosen conversations", len(chosen))
            yield Choice(name.format(count=number(len(chosen))), Selection(conversations=chosen))
        elif chosen and shown is not None and shown.row.id in chosen:
            yield Choice(_("This conversation: {title}").format(title=title_of(shown)), Selection(conversations=chosen))
        if shown is not None:
            yield from _members_of(shown)
        if self.words:
            yield Choice(_("What “{words}” finds").format(words=self.words), Selection(query=self.words))
        if self.view is not None and self.view.filter != EVERYTHING:
            yield Choice(_("View: {name}").format(name=self.view.title), Selection(filter=self.view.filter))


def _members_of(shown: Thread) -> Iterator[Choice]:
    names = {one.author.member: one.author.name for one in shown.messages if one.author.member is not None}
    for member, name in names.items():
        yield Choice(_("Conversations with {name}").format(name=name), Selection(member=member))


def _is_meant(choice: Choice, first: AccountId | Filter | None) -> bool:
    if first is None or isinstance(first, str):
        return first is not None and choice.selection == Selection(account=first)
    return choice.selection == Selection(filter=first)
