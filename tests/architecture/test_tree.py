"""The project's own tree keeps every rule of the house."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import guards

ROOT = Path(__file__).resolve().parents[2]

GUARDS = [
    guards.blocking_dialogs,
    guards.broad_excepts,
    guards.hidden_texts,
    guards.oversized_files,
    guards.readers_of_notes,
    guards.service_names,
    guards.silent_modules,
    guards.sql_outside_storage,
    guards.traces_of_a_machine,
    guards.uneven_connectors,
    guards.uneven_locks,
    guards.unlisted_files,
    guards.vague_names,
]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_tree_keeps_the_rule(guard: Callable[[Path], list[str]]) -> None:
    assert guard(ROOT) == []
