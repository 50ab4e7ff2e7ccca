"""The first window is painted before anything is loaded that only a workspace takes."""

from __future__ import annotations

import os
import subprocess
import sys

HEAVY = (
    "sqlalchemy", "httpx", "alembic", "keyring", "cryptography", "connectors", "inbox_app.app",
    "inbox_app.domain.inbox", "ui.workplace", "ui.dialogs", "ui.command_bar",
)  # fmt: skip


def loaded(code: str) -> list[str]:
    """The names of all modules after this."""
    code = f"import sys; {code}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    return told.stdout.split()


def test_the_first_window_loads_neither_database_nor_network_nor_dialogs() -> None:
    known = loaded("import ui.main, ui.app_window, ui.session")
    assert [name for name in HEAVY if name in known] == []


def test_rows_are_shown_without_the_network_and_without_pages_that_nobody_opened() -> None:
    known = loaded("import ui.main, ui.session, connectors, inbox_app.app, ui.workplace")
    pages = ("members_page", "questions_page", "report_page", "welcome_page")
    dialogs = ("add_account", "import_archive", "menu", "removing")
    late = ("httpx", "inbox_app.exchange.importing", "inbox_app.sync.sender", "inbox_app.actions.emptying")
    unopened = (*(f"ui.community.{page}" for page in pages), *(f"ui.accounts.{dialog}" for dialog in dialogs))
    assert [name for name in (*late, *unopened) if name in known] == []


def test_a_face_that_lies_in_the_program_is_there_without_the_network() -> None:
    bring = "PictureFetcher(Shelf(pathlib.Path('none'))).bring('bundled:faces/agata')"
    known = loaded(
        "import asyncio, pathlib; from inbox_app.actions.pictures import PictureFetcher; "
        f"from inbox_app.storage.shelf import Shelf; assert asyncio.run({bring})"
    )
    assert "httpx" not in known


def test_qt_leaves_imports_as_they_are() -> None:
    """Else it reads the source of each module that is imported after it."""
    program = """
import builtins
plain = builtins.__import__
from ui.main import _run
async def look(_application):
    return 0 if builtins.__import__ is plain else 1
raise SystemExit(_run(look))
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, env=environment)
