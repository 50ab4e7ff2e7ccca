"""What is attached is with the draft at once: no kill, no other window and no undone send takes it away."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_app.domain.ids import ConversationId
from inbox_app.paths import WorkspaceAddress
from inbox_app.queries import inbox
from inbox_app.queries import writing as queries
from inbox_app.storage.blobs import read_whole
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.bridge import Bridge
from ui.composer.composer import Composer
from ui.composer.writing import Writing
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui

LATE = timedelta(hours=1)
"""No pause keeps anything here: what is attached does not wait for one."""


class Desk:
    """A window's composer with its draft; one that `hears` is told what other windows keep."""

    def __init__(self, core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, *, hears: bool = True) -> None:
        self.composer = keep(Composer(theme))
        self.writing = Writing(core, tasks, self.composer, pause=LATE)
        self.bridge = Bridge(core, tasks, self.composer)
        if hears:
            self.bridge.drafts_changed.connect(self.writing.look_again)

    async def turn(self, wanted: ConversationId) -> None:
        self.writing.turn_to(wanted)
        await until(lambda: self.writing.conversation == wanted, "the draft")

    def names(self) -> list[str]:
        return [one.name for one in self.composer.files.all]

    async def shows(self, *names: str) -> None:
        await until(lambda: self.writing.is_idle and self.names() == [*names], f"just {names}, not {self.names()}")

    async def close(self) -> None:
        await self.writing.save()
        self.bridge.close()


@pytest.fixture
async def asked(core: StoreCore) -> ConversationId:
    await core.tell(said("a", 1))
    (found,) = await inbox.conversation_ids(core.store, core.me)
    return found


@pytest.fixture
async def both(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two windows; the second hears nothing of the first."""
    one, other = Desk(core, tasks, theme, keep), Desk(core, tasks, theme, keep, hears=False)
    yield one, other
    await one.close()
    await other.close()


def file(folder: Path, name: str) -> Path:
    (folder / name).write_text(name)
    return folder / name


async def sent_files(core: StoreCore, asked: ConversationId) -> list[str]:
    thread = await inbox.thread(core.store, core.me, asked)
    return [file.name for one in thread.messages if one.outbox for file in one.attachments]


async def test_two_windows_on_one_draft_lose_no_file(
    core: StoreCore, both: tuple[Desk, Desk], asked: ConversationId, tmp_path: Path, troubles: list[str]
) -> None:
    one, deaf = both
    await one.turn(asked)
    await deaf.turn(asked)
    one.composer.add_files([file(tmp_path, "one")])
    await one.shows("one")
    deaf.composer.add_files([file(tmp_path, "other")])
    await one.shows("one", "other")
    one.composer.add_files([file(tmp_path, "third")])
    await one.shows("one", "other", "third")
    deaf.writing.send()
    await until(lambda: troubles, "a word about what this window has not shown")
    assert troubles.pop().startswith("Another window changed the files")
    assert await queries.outbox(core.store) == ()
    assert sorted(deaf.names()) == ["one", "other", "third"]
    await until(lambda: deaf.writing.is_idle, "the refusal")
    deaf.writing.send()
    await until(lambda: deaf.composer.files.is_empty and deaf.writing.is_idle, "the commit")
    await one.shows()
    assert await sent_files(core, asked) == ["one", "other", "third"]
    await one.close()
    assert await queries.draft(core.store, core.me, asked) is None, "what was sent does not come back"


async def test_what_is_taken_off_while_it_is_kept_stays_off(
    core: StoreCore, both: tuple[Desk, Desk], asked: ConversationId, tmp_path: Path
) -> None:
    one, _deaf = both
    await one.turn(asked)
    one.composer.add_files([file(tmp_path, "one"), file(tmp_path, "two")])
    one.composer.files._remove(one.composer.files.all[0])
    await one.shows("two")
    kept = await queries.draft(core.store, core.me, asked)
    assert kept is not None
    assert [file.name for file in kept.files] == ["two"]


async def test_a_file_that_cannot_be_read_is_told_once_and_keeps_nothing_else_from_being_kept(
    core: StoreCore, both: tuple[Desk, Desk], asked: ConversationId, tmp_path: Path, troubles: list[str]
) -> None:
    one, _deaf = both
    await one.turn(asked)
    gone = file(tmp_path, "gone")
    one.composer.add_files([gone, file(tmp_path, "there")])
    gone.unlink()
    await until(lambda: one.writing.is_idle and troubles, "the sentence")
    one.composer.field.insertPlainText("Look")
    await one.writing.save()
    assert len(troubles) == 1
    troubles.clear()
    kept = await queries.draft(core.store, core.me, asked)
    assert kept is not None
    assert (kept.text, [file.name for file in kept.files]) == ("Look", ["there"])


async def test_a_window_that_was_killed_had_kept_them(
    core: StoreCore, both: tuple[Desk, Desk], asked: ConversationId, tmp_path: Path
) -> None:
    found, store = both[0], core.store
    files = [file(tmp_path, name) for name in ("answered", "mailed", "posted")]
    await asyncio.to_thread(kill_while_attaching, core.address, files)
    for one in files:
        one.unlink()
    await found.turn(asked)
    assert found.names() == ["answered"]
    (mail,) = await queries.beginning(store, core.me)
    assert [one.name for one in mail.files] == ["mailed"]
    (posted,) = (await queries.begun_post(store, core.me)).files
    assert await store.read(lambda conn: read_whole(conn, store.blobs, posted.digest)) == b"posted"


def kill_while_attaching(address: WorkspaceAddress, files: list[Path]) -> None:
    command = [sys.executable, "-m", "tests.ui.attaching", str(address.folder), *map(str, files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = child.stdout.readline()
        child.kill()
    assert said == "kept\n"
