"""Every guard turns red on a planted violation, and stays green on what merely looks like one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import guards

Guard = Callable[[Path], list[str]]
TOO_LONG = '"""Long."""\n' + "x = 1\n" * guards.MAXIMUM_LINES


def plant(root: Path, path: str, text: str) -> Path:
    """Write one file into a tree that holds the rooms and nothing else."""
    for room in guards.ROOMS:
        (root / room).mkdir(exist_ok=True)
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return root


VIOLATIONS: list[tuple[Guard, str, str, str]] = [
    (guards.oversized_files, "ui/window.py", TOO_LONG, "501 lines"),
    (guards.vague_names, "inbox_app/sync/utils.py", '"""Things."""', "'utils'"),
    (guards.vague_names, "ui/text_helpers.py", '"""Things."""', "'helpers'"),
    (guards.vague_names, "inbox_app/common/times.py", '"""Times."""', "'common'"),
    (guards.silent_modules, "inbox_app/sync/pace.py", "X = 1\n", "no docstring"),
    (guards.silent_modules, "inbox_app/sync/__init__.py", "", "no docstring"),
    (guards.silent_modules, "tests/unit/test_pace.py", "X = 1\n", "no docstring"),
    (guards.blocking_dialogs, "ui/accounts/add.py", '"""Add."""\ndialog.exec()\n', ":2: exec()"),
    (guards.blocking_dialogs, "ui/main.py", '"""Main."""\nQt.processEvents()\n', "processEvents"),
    (guards.hidden_texts, "ui/a.py", '"""A."""\nx = f"- {_(\'Sent\')}"\n', ":2: a text to translate"),
    (guards.broad_excepts, "inbox_app/app.py", "try:\n    x\nexcept Exception:\n    y\n", ":3:"),
    (guards.broad_excepts, "inbox_app/app.py", "try:\n    x\nexcept:\n    y\n", ":3:"),
    (guards.broad_excepts, "ui/a.py", "try:\n    x\nexcept (OSError, Exception):\n    y\n", ":3:"),
    (guards.broad_excepts, "ui/a.py", "with suppress(Exception):\n    x\n", ":1:"),
    (guards.broad_excepts, "ui/a.py", "with contextlib.suppress(BaseException):\n    x\n", ":1:"),
    (guards.service_names, "inbox_app/sync/pace.py", 'SLOW = {"mastodon": 3}\n', "mastodon"),
    (guards.service_names, "inbox_app/sync/pace.py", "def pull_telegram(): ...\n", "telegram"),
    (guards.service_names, "inbox_app/sync/pace.py", "class BlueskyPace: ...\n", "bluesky"),
    (guards.service_names, "inbox_app/sync/pace.py", "import imapclient\n", "imapclient"),
    (guards.service_names, "inbox_app/content/mime.py", "if account.is_matrix: ...\n", "matrix"),
    (guards.sql_outside_storage, "inbox_app/actions/reply.py", "import sqlalchemy\n", "sqlalchemy"),
    (guards.sql_outside_storage, "ui/a.py", "from sqlite3 import connect\n", "sqlite3"),
    (guards.sql_outside_storage, "ui/a.py", 'run("SELECT id FROM message")\n', "speaks SQL"),
    (guards.sql_outside_storage, "inbox_app/queries/a.py", 'q = "PRAGMA user_version"\n', "SQL"),
    (guards.uneven_connectors, "connectors/forum/__init__.py", '"""Forum."""', "lacks wire.py"),
    (guards.uneven_connectors, "connectors/chat/connector.py", "class C(Listens): ...", "stream.py"),
    (guards.traces_of_a_machine, "README.md", "See /home/" + "anna/portavoce.\n", "/home/"),
    (guards.traces_of_a_machine, "Makefile", "pip install --index" + "-url x\n", "--index"),
    (guards.traces_of_a_machine, ".ci/run", "curl https://pypi" + ".org/x\n", "package index"),
    (guards.unlisted_files, "ui/theme/dark.qss", "QWidget {}\n", "ui/theme/dark.qss"),
    (guards.readers_of_notes, "inbox_app/storage/outgoing.py", "q = select(note.c.text)\n", ":1: reads “text”"),
    (guards.readers_of_notes, "inbox_app/storage/drafts.py", "q = sa.select(note).where(x)\n", "everything"),
    (guards.readers_of_notes, "inbox_app/storage/drafts.py", "q = select(found_by.c.said)\n", ":1: reads “said”"),
    (guards.uneven_locks, "requirements.txt", "httpx==0.28\n", "without a hash"),
    (guards.uneven_locks, "requirements.txt", "nh3==1 \\\n    --hash=sha256:0\n", "nh3==1"),
]

PERMITTED: list[tuple[Guard, str, str]] = [
    (guards.blocking_dialogs, "ui/dialogs.py", '"""Dialogs."""\ndialog.exec()\n'),
    (guards.blocking_dialogs, "inbox_app/app.py", '"""App."""\nstatement.exec()\n'),
    (guards.broad_excepts, "inbox_app/cli/main.py", "try:\n    x\nexcept Exception:\n    y\n"),
    (guards.broad_excepts, "ui/a.py", "try:\n    x\nexcept BaseException:\n    y\n    raise\n"),
    (guards.broad_excepts, "ui/a.py", "with suppress(OSError):\n    x\n"),
    (guards.service_names, "inbox_app/contract/http.py", '"""As mastodon does."""\n'),
    (guards.service_names, "inbox_app/exchange/mbox.py", 'BY = "smtp"\n'),
    (guards.service_names, "connectors/mastodon/wire.py", 'KIND = "mastodon"\n'),
    (guards.service_names, "inbox_app/domain/words.py", "MAIL = unsmtpable = 1\n"),
    (guards.sql_outside_storage, "inbox_app/storage/a.py", 'import sqlalchemy\nq = "PRAGMA x"\n'),
    (guards.sql_outside_storage, "ui/a.py", 'TITLE = "SELECT a colour"\n'),
    (guards.readers_of_notes, "inbox_app/storage/notes.py", "q = select(note, note.c.text)\n"),
    (guards.readers_of_notes, "inbox_app/storage/a.py", "q = select(note.c.id).where(note.c.member == x)\n"),
    (guards.silent_modules, "tests/unit/__init__.py", ""),
    (guards.traces_of_a_machine, "README.md", "https://example.org/work/a, ~/work/b, ../work/c\n"),
    (guards.unlisted_files, "resources/themes/dark.qss", "QWidget {}\n"),
    (guards.unlisted_files, "inbox_app/storage/store.py", '"""Store."""\n'),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree that every guard is content with."""
    real = Path(__file__).resolve().parents[2]
    plant(tmp_path, "pyproject.toml", (real / "pyproject.toml").read_text(encoding="utf-8"))
    pin = "httpx==0.28 \\\n    --hash=sha256:0\n"
    plant(tmp_path, "requirements.txt", pin)
    return plant(tmp_path, "requirements-dev.txt", pin)


@pytest.mark.parametrize(("guard", "path", "text", "sentence"), VIOLATIONS)
def test_a_planted_violation_is_found(tree: Path, guard: Guard, path: str, text: str, sentence: str) -> None:
    assert guard(tree) == []
    found = guard(plant(tree, path, text))
    assert len(found) >= 1
    assert any(sentence in violation for violation in found)


@pytest.mark.parametrize(("guard", "path", "text"), PERMITTED)
def test_what_is_permitted_is_left_alone(tree: Path, guard: Guard, path: str, text: str) -> None:
    assert guard(plant(tree, path, text)) == []


def test_every_guard_over_the_tree_has_been_shown_a_violation() -> None:
    from tests.architecture.test_tree import GUARDS

    assert {guard for guard, *_ in VIOLATIONS} == set(GUARDS)
