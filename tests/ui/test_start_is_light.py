"""The first window is painted before anything is loaded that only a workspace takes."""

from __future__ import annotations

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
    assert [name for name in ("httpx", *(f"ui.community.{page}" for page in pages)) if name in known] == []
