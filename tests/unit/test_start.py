"""What the start of a command imports: each of these costs a good part of it, and none is needed for a list."""

from __future__ import annotations

import subprocess
import sys

import pytest

_LATE = ["sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "alembic", "psycopg", "httpx", "keyring", "PySide6"]


@pytest.fixture(scope="module")
def imported() -> frozenset[str]:
    """The modules behind `portavoce list` and `portavoce search` on a file."""
    program = "import sys, inbox_app.app, inbox_app.cli.inbox, inbox_app.queries.search; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return frozenset(told.stdout.split())


@pytest.mark.parametrize("late", _LATE)
def test_the_start_leaves_out(late: str, imported: frozenset[str]) -> None:
    assert "sqlalchemy" in imported
    assert late not in imported
