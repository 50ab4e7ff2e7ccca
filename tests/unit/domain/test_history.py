"""Everything that was decided is called by a name of its own, whoever reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import inbox_app
from inbox_app.domain.history import CALLED

RECORDS = {"record": 2, "join": 2, "_change": 2, "_move": 2}
"""Functions that keep a decision, and the place of its kind among what they are given."""


def kinds_in(tree: ast.Module) -> Iterator[str]:
    """The kinds of decision that are written down in a module, also by the names of its constants."""
    constants: dict[str, str] = {}
    for line in tree.body:
        if isinstance(line, ast.Assign):
            (target,) = line.targets
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = line.value.elts if isinstance(line.value, ast.Tuple) else [line.value]
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    constants[name.id] = value.value
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called not in RECORDS or len(call.args) <= RECORDS[called]:
            continue
        kind = call.args[RECORDS[called]]
        if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
            yield kind.value
        elif isinstance(kind, ast.Name) and kind.id in constants:
            yield constants[kind.id]


def test_every_kind_of_decision_has_a_name() -> None:
    found = set[str]()
    for module in Path(inbox_app.__file__).parent.rglob("*.py"):
        found |= set(kinds_in(ast.parse(module.read_text("utf-8"))))
    assert {"done", "move", "remind_done", "note", "link", "welcome"} <= found
    assert found <= set(CALLED)
