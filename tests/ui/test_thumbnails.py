"""What is attached is seen: from the disk, from a draft, from a template; never decoded where it is too large."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_app.actions import templating, writing
from inbox_app.actions.writing import OwnFile
from inbox_app.domain.wording import Wording
from inbox_app.queries import inbox, templates
from inbox_app.queries import writing as queries
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.ui.test_pictures_of_people import png
from tests.unit.ingest.tales import said
from ui.composer.files_row import Attached, FilesRow, of_draft
from ui.composer.thumbnail import Thumbnail
from ui.portraits import Portraits
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui
GREEN, RED, BLUE = "#00ff00", "#ff0000", "#0000ff"


def colours(row: FilesRow) -> list[str]:
    """What is in the middle of each thumbnail."""
    pictures = [one.grab().toImage() for one in row.findChildren(Thumbnail)]
    return [one.pixelColor(one.width() // 2, one.height() // 2).name() for one in pictures]


async def test_pictures_are_seen_wherever_their_bytes_are(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, tmp_path: Path
) -> None:
    await core.tell(said("a", 1))
    (asked,) = await inbox.conversation_ids(core.store, core.me)
    leaf = writing.Files({"leaf": OwnFile("leaf.png", "image/png", png(RED))})
    await writing.save_draft(core.store, core.me, asked, "", files=leaf)
    draft = await queries.draft(core.store, core.me, asked)
    of = await templating.add(
        core.store, core.me, Wording("T", "Text"), [OwnFile("mug.png", "image/png", png(BLUE, 30, 300))]
    )
    (mug,) = (await templates.named(core.store, core.me, of)).files
    assert draft is not None
    (tmp_path / "vase.png").write_bytes(png(GREEN, 300, 30))
    portraits = Portraits(core, tasks, theme, tasks)
    row = keep(FilesRow(theme))
    vase = Attached("vase", "vase.png", "image/png", 1, path=tmp_path / "vase.png")
    row.show_files([*map(of_draft, draft.files), Attached(mug.id, mug.name, mug.media_type, mug.size), vase])
    assert colours(row) == [theme.colour("line").name()] * 3, "nobody waits"
    await until(lambda: portraits.is_idle, "the pictures")
    assert colours(row) == [RED, BLUE, GREEN]
    portraits.close()


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", png("red", 13_000, 100), None])
async def test_what_is_no_picture_or_too_large_is_never_shown(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, tmp_path: Path, data: bytes | None
) -> None:
    hostile = tmp_path / "hostile.png"
    hostile.write_bytes(data or b"")
    portraits = Portraits(core, tasks, theme, tasks)
    row = keep(FilesRow(theme))
    row.add([hostile])
    if data is None:
        hostile.unlink()
    before = colours(row)
    await until(lambda: portraits.is_idle, "the picture")
    assert colours(row) == before == [theme.colour("line").name()]
    portraits.close()
