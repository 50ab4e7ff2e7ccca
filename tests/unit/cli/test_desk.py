"""Which workspace a command leaves to be opened by itself the next time."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from inbox_app.cli.desk import FIRST_WORKSPACE, Desk
from inbox_app.cli.output import Output
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.picture import PictureOrder
from inbox_app.paths import HOME_VARIABLE, WorkspaceAddress, hold_lock


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


async def test_what_is_real_goes_past_the_practice_room_and_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    await use("practice", create=True)
    assert desk("").usual == FIRST_WORKSPACE
    await use("bakery", create=True)
    practising = desk("practice").settings
    practising.change(lambda now: now.opened("practice").opened(str(tmp_path / "workspaces" / "practice")))
    assert desk("").usual == "bakery", "the last one but the practice room, by whichever name that was opened"
    async with desk("").open(create=True, otherwise=desk("").usual) as app:
        assert app.address.reference == "bakery"
    assert desk("").settings.current.last_workspace == "bakery"
    async with desk("practice").open(create=True, otherwise=desk("").usual) as app:
        assert app.address.reference == "practice", "where it is named, it is meant"


@pytest.mark.parametrize("there", [None, "mine.txt"])
async def test_a_workspace_of_which_nothing_came_is_gone_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str | None
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    folder = tmp_path / "brand"
    if there is not None:
        folder.mkdir()
        (folder / there).touch()
    with pytest.raises(WrongUse):
        async with desk(str(folder)).open(create=True, tentatively=True):
            raise WrongUse("There is no such archive.")
    assert [one.name for one in tmp_path.glob("brand/*")] == ([] if there is None else [there])
    assert folder.exists() == (there is not None)
    assert desk("").settings.current.last_workspace is None


async def test_what_another_process_works_in_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    called = desk("brand")
    with ExitStack() as other:
        async with called.open(create=True, tentatively=True) as app:
            other.enter_context(hold_lock(app.address.engine_lock))
        assert called.address().database.exists()
