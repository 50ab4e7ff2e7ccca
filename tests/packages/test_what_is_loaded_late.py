"""What leaves and comes in, with the bundle alone: each format and kind loads libraries that nothing else does."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyInstaller.archive.readers import CArchiveReader

from connectors import CATALOGUE
from inbox_app.exchange.formats import FORMATS
from tests.connectors.downloads import samples
from tests.packages.conftest import BUNDLE, ROOT, Installed

pytestmark = [pytest.mark.package, pytest.mark.timeout(900)]
OURS = ("inbox_app", "connectors", "ui", "resources")
MIGRATIONS = ROOT / "inbox_app" / "storage" / "migrations"
OF_THE_WORKBENCH = frozenset({MIGRATIONS / "__main__.py", MIGRATIONS / "comparison.py"})
"""What writes migrations is a tool of ours: nobody who installed the bundle runs it."""
COUNT = 6
DOWNLOADS: dict[str, Callable[[Path, int], Path]] = {
    "whatsapp": samples.whatsapp,
    "telegram": samples.telegram,
    "instagram": samples.instagram,
    "facebook": samples.facebook,
    "chatwoot": samples.chatwoot,
    "mastodon": samples.mastodon,
}


def imported() -> Iterator[str]:
    """Every module that ours import when they run, wherever in them, and that is neither ours nor Python's."""
    files = (path for package in OURS for path in (ROOT / package).rglob("*.py"))
    for path in (path for path in files if path not in OF_THE_WORKBENCH):
        for one in nodes_that_run(ast.parse(path.read_text("utf-8"))):
            names = [one.module] if isinstance(one, ast.ImportFrom) and one.module and not one.level else []
            names += [alias.name for alias in one.names] if isinstance(one, ast.Import) else []
            yield from (name for name in names if name.split(".")[0] not in {*OURS, *sys.stdlib_module_names})


def nodes_that_run(top: ast.AST) -> Iterator[ast.AST]:
    """All of a tree but what stands there for the type checker alone."""
    for one in ast.iter_child_nodes(top):
        if isinstance(one, ast.If) and isinstance(one.test, ast.Name) and one.test.id == "TYPE_CHECKING":
            continue
        yield one
        yield from nodes_that_run(one)


def test_every_library_that_the_code_names_is_there() -> None:
    archive = CArchiveReader(str(BUNDLE / "portavoce"))
    held = set(archive.open_embedded_archive("PYZ.pyz").toc)
    beside = {path.name.partition(".")[0] for path in (BUNDLE / "_internal").rglob("*.so")}
    wanted = set(imported())
    assert {"jeepney.io.asyncio", "ijson", "fpdf", "uharfbuzz"} & wanted
    assert sorted(name for name in wanted if name not in held and name.rpartition(".")[2] not in beside) == []


def test_every_format_is_written_and_ours_is_read_back(bundle: Installed) -> None:
    practice = ("--workspace", "practice")
    bundle.tell(*practice, "practice", "--create-only")
    for key in FORMATS:
        out = bundle.home / f"out-{key}"
        bundle.tell(*practice, "export", "--since", "20d", "--format", key, "--with-notes", "--out", out)
        assert out.exists(), key
    assert (bundle.home / "out-pdf").read_bytes().startswith(b"%PDF")
    assert (bundle.home / "out-xlsx").read_bytes().startswith(b"PK")
    assert bundle.tell("--workspace", "back", "import", "json", bundle.home / "out-json")
    assert bundle.tell("--workspace", "back", "list", "--view", "all")["conversations"]
    again = bundle.tell("--workspace", "mails", "import", "mbox", bundle.home / "out-mbox", "--own", "us@example.test")
    assert again["added"] > 0


@pytest.mark.parametrize("kind", DOWNLOADS)
def test_every_kind_of_download_is_read(bundle: Installed, kind: str) -> None:
    folder = bundle.home / "downloaded"
    folder.mkdir()
    path = DOWNLOADS[kind](folder, COUNT)
    assert bundle.tell("--workspace", kind, "import", kind, path, "--own", samples.OWN)["added"] > 0


def test_no_kind_of_download_is_forgotten() -> None:
    kept_by_programs = {"eml", "maildir", "mbox"}
    assert {kind.key for one in CATALOGUE.values() for kind in one.archives} == {*DOWNLOADS, *kept_by_programs}


def test_reminders_leave_as_a_calendar(bundle: Installed) -> None:
    practice = ("--workspace", "practice")
    bundle.tell(*practice, "practice", "--create-only")
    first = bundle.tell(*practice, "list")["conversations"][0]["id"]
    bundle.tell(*practice, "remind", first, "tomorrow 9")
    calendar = bundle.home / "reminders.ics"
    assert bundle.run(*practice, "reminders", "--ics", calendar).returncode == 0
    assert "BEGIN:VEVENT" in calendar.read_text("utf-8")
