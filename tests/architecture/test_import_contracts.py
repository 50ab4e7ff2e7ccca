"""The import contracts of pyproject.toml turn red: each is shown one import that it forbids."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
MODULES = [
    "inbox_app.__main__", "inbox_app.app", "inbox_app.events", "inbox_app.keychain", "inbox_app.logs",
    "inbox_app.paths", "inbox_app.i18n", "inbox_app.settings",
    *(
        f"inbox_app.{room}.__init__"
        for room in (
            "cli", "sync", "actions", "queries", "exchange", "ingest", "storage", "contract", "content", "domain",
        )
    ),
    "inbox_app.storage.notes", "inbox_app.storage.found_by", "inbox_app.storage.outbox", "inbox_app.storage.outgoing",
    "inbox_app.storage.drafts", "inbox_app.storage.between", "inbox_app.queries.members",
    *(f"inbox_app.actions.{name}" for name in ("members", "writing", "letters", "lettering", "acting")),
    "connectors.shared.oauth2", "connectors.forum.wire", "connectors.chat.wire", "ui.main", "ui.bridge",
]  # fmt: skip

LAYERS = "The core is layered"
CORE = "The core knows neither the window nor a service"
WINDOW = "The window asks queries"
SERVICES = "The window knows no service"
CONNECTOR = "A connector knows the contract"
SENDING = "What leaves knows no note"
NOTES = "A note knows no way out"

FORBIDDEN = [
    ("inbox_app.storage.__init__", "import inbox_app.ingest", LAYERS),
    ("inbox_app.sync.__init__", "import inbox_app.actions", LAYERS),
    ("inbox_app.domain.__init__", "import inbox_app.content", LAYERS),
    ("inbox_app.helpers", "", LAYERS),
    ("inbox_app.storage.__init__", "import inbox_app.contract", "Storage knows neither"),
    ("inbox_app.storage.__init__", "import httpx", "Storage knows neither"),
    ("inbox_app.actions.__init__", "import sqlalchemy", "SQL lives in storage only"),
    ("ui.bridge", "import sqlite3", "SQL lives in storage only"),
    ("inbox_app.app", "def f():\n    import PySide6", "Qt lives in ui only"),
    ("connectors.chat.wire", "import qasync", "Qt lives in ui only"),
    ("inbox_app.app", "import connectors", CORE),
    ("inbox_app.app", "import ui.main", CORE),
    ("ui.bridge", "import connectors", SERVICES),
    ("ui.bridge", "import inbox_app.storage", WINDOW),
    ("ui.bridge", "import inbox_app.sync", WINDOW),
    ("connectors.chat.wire", "import inbox_app.storage", CONNECTOR),
    ("connectors.chat.wire", "import inbox_app.keychain", CONNECTOR),
    ("connectors.chat.wire", "import connectors.forum.wire", "No connector knows another"),
    ("connectors.shared.oauth2", "import connectors.forum.wire", "No connector knows another"),
    ("inbox_app.storage.outbox", "import inbox_app.storage.notes", SENDING),
    ("inbox_app.storage.outbox", "import inbox_app.storage.found_by", SENDING),
    ("inbox_app.actions.writing", "import inbox_app.actions.members", SENDING),
    ("inbox_app.storage.between", "import inbox_app.storage.outgoing", NOTES),
    ("inbox_app.storage.notes", "import inbox_app.storage.between", NOTES),
    ("inbox_app.queries.members", "import inbox_app.storage.drafts", NOTES),
]  # fmt: skip

PERMITTED = {
    "inbox_app.__main__": "import connectors\ndef window():\n    import ui.main",
    "inbox_app.sync.__init__": "import inbox_app.ingest, inbox_app.storage, inbox_app.contract",
    "inbox_app.storage.__init__": "import sqlalchemy, inbox_app.domain",
    "inbox_app.contract.__init__": "import httpx, inbox_app.content, inbox_app.logs",
    "connectors.__init__": "import connectors.chat, connectors.forum, inbox_app.contract",
    "connectors.chat.wire": "import connectors.shared.oauth2, inbox_app.contract, inbox_app.domain",
    "ui.main": "import connectors, inbox_app.app, PySide6.QtCore, qasync",
    "ui.bridge": "import inbox_app.queries, inbox_app.actions, inbox_app.events",
}


def write_tree(root: Path, contents: dict[str, str]) -> None:
    """Write every module of a small Portavoce, some with the given text."""
    for name in [*MODULES, *contents]:
        path = root.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        for package in path.relative_to(root).parents[:-1]:
            (root / package / "__init__.py").touch()
        path.write_text(contents.get(name, ""), encoding="utf-8")
    (root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())


def report_on(root: Path) -> str:
    """Run the import contracts over a tree and return what they say, unwrapped."""
    done = subprocess.run(
        [str(LINT_IMPORTS), "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    assert (done.returncode == 0) == (" 0 broken" in done.stdout)
    return done.stdout


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the explanation of each broken contract over a tree with every forbidden import."""
    root = tmp_path_factory.mktemp("forbidden")
    contents: dict[str, str] = {}
    for module, text, _ in FORBIDDEN:
        contents[module] = f"{contents.get(module, '')}{text}\n"
    write_tree(root, contents)
    explained = report_on(root).partition("Broken contracts")[2]
    parts = re.split(r"^(.+)\n-+\n", explained, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_what_the_design_allows_is_kept(tmp_path: Path) -> None:
    write_tree(tmp_path, PERMITTED)
    assert " 0 broken" in report_on(tmp_path)


@pytest.mark.parametrize(("module", "text", "contract"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(
    complaints: dict[str, str], module: str, text: str, contract: str
) -> None:
    [explained] = [text for name, text in complaints.items() if name.startswith(contract)]
    importer = module.removesuffix(".__init__")
    found = f"{importer} -> {text.rsplit(maxsplit=1)[-1]} " if text else f"- {importer}\n"
    assert found in explained
