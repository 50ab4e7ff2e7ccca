"""What leaves is read by the programs that people have: LibreOffice finds no formula, notmuch the same threads."""

from __future__ import annotations

import mailbox
import subprocess
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from inbox_app.storage.store import Store
from tests.hostile.test_notmuch import Notmuch
from tests.servers.fixtures import skipped_without_program
from tests.servers.programs import find_program
from tests.unit.exchange.test_formats import NAUGHTY, fill, write

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"


def opened(path: Path, folder: Path) -> ET.Element:
    """The spreadsheet as LibreOffice sees it, in its own flat form."""
    with skipped_without_program():
        office = find_program("soffice", "libreoffice-calc-nogui")
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    # Comma, double quote, UTF-8: what the dialog proposes for a file with a byte order mark.
    options = ["--infilter=CSV:44,34,76,1"] if path.suffix == ".csv" else []
    command = [str(office), profile, "--headless", *options, "--convert-to", "fods", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return ET.parse(folder / f"{path.stem}.fods").getroot()


@pytest.mark.parametrize("key", ["csv", "xlsx"])
async def test_libreoffice_opens_the_tables_and_runs_nothing(sqlite_store: Store, tmp_path: Path, key: str) -> None:
    await sqlite_store.write(fill)
    out = tmp_path / ("out" if key == "csv" else "out.xlsx")
    await write(sqlite_store, key, out)
    root = opened(out / "messages.csv" if key == "csv" else out, tmp_path)
    cells = list(root.iter(f"{_TABLE}table-cell"))
    assert not [cell for cell in cells if cell.get(f"{_TABLE}formula")]
    texts = ["\n".join("".join(line.itertext()) for line in cell.iter(_TEXT)) for cell in cells]
    for text in ('Grüße "quoted", and; more', "🎉👩‍👩‍👧 שלום"):
        assert text in texts
    assert sum(text.startswith("text of a") for text in texts) == len(NAUGHTY)


async def test_notmuch_finds_as_many_messages_and_threads(sqlite_store: Store, tmp_path: Path) -> None:
    with skipped_without_program():
        program = find_program("notmuch", "notmuch")
    await sqlite_store.write(fill)
    await write(sqlite_store, "mbox", tmp_path / "out.mbox")
    root = tmp_path / "mail"
    for name in ("cur", "new", "tmp"):
        (root / name).mkdir(parents=True)
    with closing(mailbox.mbox(tmp_path / "out.mbox", create=False)) as box:
        for number, one in enumerate(box):
            (root / "cur" / f"{number}:2,S").write_bytes(one.as_bytes())
    threads = Notmuch(str(program), root).threads()
    assert len(threads) == len(NAUGHTY) + 1
    assert sum(map(len, threads)) == 2 * len(NAUGHTY) + 1
