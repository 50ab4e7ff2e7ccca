"""Which workspace a command leaves to be opened by itself the next time."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_app.cli.desk import FIRST_WORKSPACE, Desk
from inbox_app.cli.output import Output
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.picture import PictureOrder
from inbox_app.paths import HOME_VARIABLE, WorkspaceAddress


class _NoWindow:
    def open(self, workspace: str | None, link: str, *, minimised: bool) -> int:
        raise NotImplementedError

    def browse(self, url: str) -> None:
        raise NotImplementedError

    def draw(self, address: WorkspaceAddress, order: PictureOrder) -> None:
        raise NotImplementedError


def desk(workspace: str) -> Desk:
    return Desk(workspace, dict, _NoWindow(), Output(as_json=True))


async def use(workspace: str, *, create: bool = False) -> Desk:
    called = desk(workspace)
    async with called.open(create=create):
        pass
    return called


async def test_only_what_a_command_makes_opens_by_itself_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    await use("bakery", create=True)
    made = await use("cafe", create=True)
    assert made.settings.current.last_workspace == "cafe"
    used = await use("bakery", create=True)
    assert used.settings.current.last_workspace == "cafe", "a sync by the clock decides nothing"
    with pytest.raises(WrongUse):
        async with desk("cafè").open(create=True):
            raise WrongUse("The sign-in does not work.")
    assert desk("bakery").settings.current.recent_workspaces == ("cafe", "bakery")


async def test_an_account_or_archive_goes_where_work_was_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert desk("").usual == FIRST_WORKSPACE
    await use("bakery", create=True)
    assert desk("").usual == "bakery"
