"""Every request and answer against the published description of the Bot API (`contracts/telegram/api.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DESCRIPTION = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "telegram" / "api.json"
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "Integer": int, "String": str, "Boolean": bool, "True": bool, "Float": (int, float),
}  # fmt: skip


@dataclass(frozen=True)
class Exchange:
    """One request as the server understood it, and its answer."""

    method: str
    params: dict[str, Any]
    files: tuple[str, ...]
    status: int
    answer: dict[str, Any]


class BotApi:
    """Checks exchanges; `violations` are sentences, none where all is well."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._methods, self._types = document["methods"], document["types"]

    def violations(self, exchange: Exchange) -> list[str]:
        """What in this exchange is not as described."""
        method = self._methods.get(exchange.method)
        if method is None:
            return [f"{exchange.method}: is not described"]
        named = json.dumps(exchange.params)
        loose = [one for one in exchange.files if f'"attach://{one}"' not in named]
        sent = {**exchange.params, **dict.fromkeys(loose, "attach://")}
        problems = self._fields(method.get("fields", []), sent, exchange.method)
        if exchange.status == 200:
            problems += self._any_of(method["returns"], exchange.answer["result"], f"{exchange.method} →")
        return problems

    def _fields(self, described: list[dict[str, Any]], value: dict[str, Any], where: str) -> list[str]:
        known = {one["name"]: one for one in described}
        problems = [f"{where}: has no {name}" for name in value if name not in known]
        problems += [f"{where}: lacks {name}" for name, one in known.items() if one["required"] and name not in value]
        for name in value.keys() & known.keys():
            problems += self._any_of(known[name]["types"], value[name], f"{where} {name}")
        return problems

    def _any_of(self, types: list[str], value: Any, where: str) -> list[str]:
        found = [self._one_of(one, value, where) for one in types]
        return min(found, key=len)

    def _one_of(self, type_: str, value: Any, where: str) -> list[str]:
        if type_.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: is no list"]
            return [one for inner in value for one in self._one_of(type_.removeprefix("Array of "), inner, where)]
        if type_ in _PLAIN:
            fits = isinstance(value, _PLAIN[type_]) and (type_ in ("Boolean", "True") or not isinstance(value, bool))
            return [] if fits else [f"{where}: {value!r} is no {type_}"]
        return self._named(type_, value, where)

    def _named(self, type_: str, value: Any, where: str) -> list[str]:
        described = self._types[type_]
        if subtypes := described.get("subtypes"):
            return self._any_of(subtypes, value, where)
        if type_ == "InputFile" and value == "attach://":
            return []
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no {type_}"]
        return self._fields(described.get("fields", []), value, f"{where} {type_}")


@cache
def specification() -> BotApi:
    """The description; the tests that need it are skipped where it is not at hand."""
    if not DESCRIPTION.exists():
        pytest.skip(f"the description of the interface is not at hand ({DESCRIPTION.name})")
    return BotApi(json.loads(DESCRIPTION.read_text("utf-8")))
