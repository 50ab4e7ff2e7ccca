"""The page of proofs names, for each channel and promise, tests that exist, and so does the page of guards."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "proofs.md"
GUARDS = ROOT / "docs" / "reliability.md"
TESTS = ROOT / "tests"
CHANNELS = ("Mastodon", "Bluesky", "Matrix", "WordPress", "Telegram", "Discourse", "Feed", "Folder")
PROMISES = (
    "connect", "back-fill of 500", "live arrival", "nested reply on the server", "edit and deletion noticed",
    "moderation on the server", "files both ways", "signed in again", "rate limit honoured", "killed while pulling",
    "killed while sending", "hostile answers bounded",
)  # fmt: skip
INHERITED = {
    "contract": "contract/connector_tests.py",
    "test_killed.py": "connectors/killing.py",
}
"""Classes of tests that a channel's tests inherit."""


def sections(page: str) -> dict[str, dict[str, str]]:
    """Each channel's proofs by promise."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)[1:]
    return {
        name.strip(): dict(re.findall(r"^\| (?!promise|---)([^|]+?) \| ([^|]+?) \|$", body, flags=re.MULTILINE))
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def unproven(channel: str, proofs: dict[str, str]) -> Iterator[str]:
    """What is wrong with a channel's proofs."""
    yield from (f"{channel}: nothing proves “{one}”" for one in PROMISES if not named(proofs.get(one, "")))
    for promise, said in proofs.items():
        for place, test in named(said):
            if not exists(channel.lower(), place, test):
                yield f"{channel}, {promise}: there is no test {place}::{test}"


def named(said: str) -> list[tuple[str, str]]:
    """The tests that a line names."""
    return re.findall(r"`([\w/.]+)::(\w+)`", said)


def exists(channel: str, place: str, test: str) -> bool:
    """Whether the channel has such a test, its own or an inherited one."""
    own = TESTS / "connectors" / channel
    if place in INHERITED:
        return test in names_of(TESTS / INHERITED[place]) and inherits(own, TESTS / INHERITED[place])
    return test in names_of(TESTS / place if "/" in place else own / place)


def inherits(folder: Path, shared: Path) -> bool:
    """Whether a channel's tests take over the classes of a module."""
    module = ".".join(shared.relative_to(ROOT).with_suffix("").parts)
    return any(f"from {module} import" in one.read_text("utf-8") for one in folder.glob("test_*.py"))


@cache
def names_of(path: Path) -> frozenset[str]:
    """The names of the tests of a module, and of its classes of tests."""
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    named = (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))
    return frozenset(one.name for one in named if isinstance(one, ast.ClassDef) or one.name.startswith("test_"))


def missing(page: str) -> Iterator[str]:
    """What the rows of guards name and is not there. Within a row `…` stands for the module named before."""
    for row in page.splitlines():
        module = ""
        for place, test in re.findall(r"`(tests/[\w/.]+|…)(?:::(\w+))?", row):
            module = module if place == "…" else place
            if not (ROOT / module).is_file() or (test and test not in names_of(ROOT / module)):
                yield f"{module}::{test}"


def test_each_promise_of_each_channel_is_proven_by_a_test_that_exists() -> None:
    found = sections(PAGE.read_text("utf-8"))
    assert set(CHANNELS) <= set(found)
    assert [problem for channel, proofs in found.items() for problem in unproven(channel, proofs)] == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("connect | `test_login.py::test_nobody_wrote_this`", "there is no test"),
        ("connect | `test_nowhere.py::test_a_token_connects_and_each_step_is_told`", "there is no test"),
        ("connect | It works.", "nothing proves “connect”"),
    ],
)
def test_a_proof_that_is_none_is_found(line: str, problem: str) -> None:
    (proofs,) = sections(f"## Mastodon\n\n| promise | proof |\n| --- | --- |\n| {line} |\n").values()
    assert problem in " ".join(unproven("Mastodon", proofs))


def test_each_guard_is_watched_by_a_test_that_exists() -> None:
    assert list(missing(GUARDS.read_text("utf-8"))) == []
    here = "tests/architecture/test_proofs.py"
    row = f"| a guard | `{here}::test_nobody_wrote_this`, `…::test_a_proof_that_is_none_is_found`, `tests/gone.py` |"
    assert list(missing(row)) == [f"{here}::test_nobody_wrote_this", "tests/gone.py::"]
