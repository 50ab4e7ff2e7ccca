"""The first window is painted before anything is loaded that only a workspace takes."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("sqlalchemy", "httpx", "alembic", "keyring", "cryptography", "connectors", "inbox_app.app", "ui.workplace")


def test_the_first_window_loads_neither_database_nor_network() -> None:
    code = "import sys, ui.main, ui.app_window, ui.session; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert [name for name in HEAVY if name in told.stdout.split()] == []
