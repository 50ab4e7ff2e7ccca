"""The program as a screen reader meets it: the real window on a real bus of accessibility.

What pages and dialogs say is asked within the process, in `test_every_control_is_named`; here is what becomes of it
outside, where Qt gives roles other words and may leave something out.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage.store import Store
from tests.servers.accessibility_bus import AccessibilityBusDaemon, Heard, Place, Reader, reader
from tests.unit.ingest.tales import connect, said

pytestmark = [pytest.mark.ui, pytest.mark.server]
PATIENCE, LOOK = 60.0, 0.2
SAYS_NOTHING = {"filler", "unknown", "invalid", "redundant object"}


@pytest.fixture
async def workspace(sqlite_store: Store, sqlite_address: WorkspaceAddress) -> WorkspaceAddress:
    """Three conversations that nobody has read."""
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1), said("b", 2), said("c", 3)]))
    return sqlite_address


@pytest.fixture
def program(screen: str, accessibility_bus: AccessibilityBusDaemon, workspace: WorkspaceAddress) -> Iterator[None]:
    """The window, in a process of its own."""
    where = {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", **accessibility_bus.environment}
    command = [sys.executable, "-m", "inbox_app", "--workspace", str(workspace.folder)]
    running = subprocess.Popen(command, env={**os.environ, **where})
    try:
        yield
        running.terminate()
        assert running.wait(PATIENCE) == 0, "told to end it ends, and somebody has listened to it"
    finally:
        running.kill()


@pytest.fixture
async def ear(accessibility_bus: AccessibilityBusDaemon, program: None) -> AsyncIterator[Reader]:
    """Listens to it."""
    async with reader(accessibility_bus) as made:
        yield made


async def meet(ear: Reader, what: Callable[[list[Heard]], bool]) -> list[Heard]:
    """All that is told once the window shows this."""
    async with asyncio.timeout(PATIENCE):
        while not (programs := await ear.programs()):
            await asyncio.sleep(LOOK)
        while not what(told := await ear.walk(programs[0])):
            await asyncio.sleep(LOOK)
    return told


def rows(told: list[Heard]) -> list[Heard]:
    """The conversations of the list."""
    return [one for one in told if one.role == "cell"]


def place_of(told: list[Heard], role: str, name: str) -> Place | None:
    """Where this stands, if it is in sight."""
    return next((one.place for one in told if (one.role, one.name) == (role, name) and one.is_showing), None)


def amiss(told: list[Heard]) -> list[str]:
    """Where the keyboard can stop in sight without its being said what that is, or which."""
    stops = [one for one in told if one.is_focusable and one.is_showing]
    assert len(stops) > 10, "the keyboard has where to go"
    return [f"{one.role} “{one.name}”" for one in stops if one.role in SAYS_NOTHING or not one.name.strip()]


async def test_a_screen_reader_finds_its_way_and_hears_what_was_done(ear: Reader) -> None:
    told = await meet(ear, lambda told: bool(rows(told)))
    assert amiss(told) == []
    assert len(rows(told)) == 3
    assert all("text of" in one.name for one in rows(told)), "each row says what was said"
    await ear.press(rows(told)[0].place)
    told = await meet(ear, lambda told: place_of(told, "push button", "Done") is not None)
    assert amiss(told) == []
    assert place_of(told, "panel", "Messages") is not None
    done = place_of(told, "push button", "Done")
    assert done is not None
    await ear.press(done)
    async with asyncio.timeout(PATIENCE):
        while not any("done" in one.casefold() for one in ear.announced):
            await asyncio.sleep(LOOK)
    told = await meet(ear, lambda told: len(rows(told)) == 2)
    assert any(one.name.startswith("Undo") and one.is_showing for one in told), "what was heard can be taken back"
