"""What a subcommand works at: the workspace it was called for, the catalogue of channels, and its output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cached_property
from getpass import getpass
from typing import Protocol

from inbox_app.actions.unmaking import Making
from inbox_app.app import App
from inbox_app.cli.output import Output
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.errors import UserFacingError, WrongUse
from inbox_app.domain.picture import PictureOrder
from inbox_app.i18n import _
from inbox_app.logs import start_logging
from inbox_app.paths import (
    NotAWorkspace,
    WorkspaceAddress,
    find_places,
    find_workspace,
    is_missing,
    is_practice,
    make_private_folder,
    resolve_workspace,
)
from inbox_app.settings import SettingsFile, SettingsNotSaved

FIRST_WORKSPACE = "inbox"
"""The workspace that is made by the first account or archive, where none was opened before and none is named."""


class Window(Protocol):
    """The window, as the composition root lends it to the command; imported when it is needed."""

    def open(self, workspace: str | None, link: str, *, minimised: bool) -> int:
        """Show it on a workspace argument, with what a link leads to; the exit code when it is closed.

        Minimised it stays out of sight until the person wants it.
        """

    def browse(self, url: str) -> None:
        """Open a page in the person's browser, if there is one; prints nothing and never fails."""

    def draw(self, address: WorkspaceAddress, order: PictureOrder) -> None:
        """Draw it to a file. Raises `UserFacingError`."""


class NoWorkspace(UserFacingError):
    """No workspace was named and none was opened before."""

    code = "no_workspace"


class Desk:
    """One call of the command."""

    def __init__(
        self,
        workspace: str | None,
        catalogue: Callable[[], Mapping[str, Manifest]],
        window: Window,
        output: Output,
    ) -> None:
        self.workspace = workspace
        self.window = window
        self.output = output
        self._load_catalogue = catalogue
        self.settings = SettingsFile(find_places().settings_file)

    @cached_property
    def catalogue(self) -> Mapping[str, Manifest]:
        """The channels, by key."""
        return self._load_catalogue()

    @property
    def usual(self) -> str:
        """Where one's own accounts and archives go: the workspace that was opened last, or the first one to make.

        Never the practice room: what is real must not get among its characters by accident.
        """
        known = self.settings.current
        if known.last_workspace is not None and not is_practice(known.last_workspace):
            return known.last_workspace
        others = (one for one in known.recent_workspaces if not is_practice(one))
        return next((one for one in others if not is_missing(resolve_workspace(one))), FIRST_WORKSPACE)

    def address(self, otherwise: str | None = None) -> WorkspaceAddress:
        """The workspace this call is about.

        Raises:
            NoWorkspace: none was named, and `otherwise` is None.
            WrongUse: what was named is no workspace.
        """
        try:
            found = find_workspace(self.workspace, otherwise or self.settings.current.last_workspace)
        except NotAWorkspace as bad:
            raise WrongUse(
                _("“{name}” is no workspace: give a folder, a name, or a postgresql:// address.").format(name=bad)
            ) from bad
        if found is None:
            raise NoWorkspace(
                _("Which workspace? Name one with --workspace, or make one with “portavoce practice” or “account add”.")
            )
        return found

    @asynccontextmanager
    async def open(
        self, *, create: bool = False, otherwise: str | None = None, tentatively: bool = False
    ) -> AsyncIterator[App]:
        """Open the workspace for one command; with `create` it is made when missing.

        What was made `tentatively` is gone again where nothing came into it.
        """
        address = self.address(otherwise)
        is_new = is_missing(address)
        # What came into one's own workspace is looked for there, also where the practice room was opened since.
        stays = is_new or (otherwise == self.usual and find_workspace(self.workspace) is None)
        making = await asyncio.to_thread(Making.begin, address) if is_new and tentatively else None
        app = await App.open(
            address,
            self.catalogue,
            self.settings,
            create=create,
            ask=self.ask_passphrase,
            ask_phrase=self.ask_phrase,
        )
        went_well = False
        try:
            yield app
            went_well = True
        finally:
            comes_to_nothing = making is not None and await making.is_empty(app.store)
            await app.close()
            if making is not None and comes_to_nothing:
                await asyncio.to_thread(making.take_back)
            elif went_well or self.settings.current.last_workspace is None:
                await self.remember(address, made=went_well and stays)

    async def remember(self, address: WorkspaceAddress, *, made: bool) -> None:
        """One that was made here, by what went well, opens by itself from now on; another is only offered."""
        known = self.settings.current
        if (known.opened if made else known.used)(address.reference) == known:
            return
        try:
            await asyncio.to_thread(
                self.settings.change, lambda now: (now.opened if made else now.used)(address.reference)
            )
        except SettingsNotSaved as unsaved:
            self.output.note(unsaved.message)

    def named(self, name: str) -> WorkspaceAddress:
        """The address of a workspace by a name of ours."""
        return resolve_workspace(name)

    async def ask_passphrase(self, is_new: bool) -> str | None:
        """Ask for the passphrase at the terminal; None where there is none to ask."""
        if not sys.stdin.isatty():
            return None
        first = await asyncio.to_thread(getpass, _("Passphrase of this workspace: "))
        if is_new and first != await asyncio.to_thread(getpass, _("Once more: ")):
            raise WrongUse(_("The two passphrases differ. Nothing was changed."))
        return first or None

    async def ask_phrase(self, name: str, why: str) -> str | None:
        """Ask for the recovery phrase of a workspace at the terminal; None where there is none to ask."""
        if not sys.stdin.isatty():
            return None
        self.output.note(why)
        return await asyncio.to_thread(getpass, _("Recovery phrase of {name}: ").format(name=name)) or None


def prepare_logs() -> None:
    """Write a log of this call; a folder that cannot be written must not stop the command."""
    try:
        start_logging(make_private_folder(find_places().logs))
    except OSError as problem:
        sys.stderr.write(_("No log is written: {problem}").format(problem=problem) + "\n")
