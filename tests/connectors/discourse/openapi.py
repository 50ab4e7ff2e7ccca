"""Every request and answer against the published description of the interface (`contracts/discourse/openapi.json`).

The description is made from examples of the forum's own tests; where it says less than the forum's source does, the
difference is written down here, and nothing else is let through.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

DESCRIPTION = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "discourse" / "openapi.json"
_NOT_DESCRIBED = {
    ("GET", "/session/current.json"): "session#current: who a key belongs to",
    ("DELETE", "/post_actions/{id}.json"): "post_actions#destroy: take a like back",
    ("GET", "/posts/{username}/pending.json"): "posts#pending: what waits for a moderator",
    ("GET", "/review.json"): "reviewables#index: what waits for a moderator, and what was reported",
    ("GET", "/review/{id}.json"): "reviewables#show",
    ("PUT", "/review/{id}/perform/{action}.json"): "reviewables#perform: decide",
    ("POST", "/user-api-key/revoke.json"): "user_api_keys#revoke",
    ("GET", "/uploads/{store}/{name}"): "a file",
}
_MORE_QUERY = {"include_raw", "page", "post_ids[]"}
"""Parameters that the controllers read and the description leaves out."""
_TRUER: dict[str, Any] = {
    # Examples of posts that answer nothing, and that nobody liked.
    "reply_to_post_number": {"type": ["integer", "null"]},
    "reviewable_id": {"type": ["integer", "null"]},
    "category_id": {"type": ["integer", "null"]},
    "actions_summary": {
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id"],
            "properties": {
                "id": {"type": "integer"},
                "count": {"type": "integer"},
                "acted": {"type": "boolean"},
                "can_undo": {"type": "boolean"},
                "can_act": {"type": "boolean"},
                "hidden": {"type": "boolean"},
            },
        },
    },
}
_POLLS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "name", "type", "status", "options", "voters"],
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string"},
            "title": {"type": "string"},
            "type": {"enum": ["regular", "multiple", "number", "ranked_choice"]},
            "status": {"enum": ["open", "closed"]},
            "voters": {"type": "integer"},
            "close": {"type": "string", "format": "date-time"},
            "options": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["id", "html"],
                    "properties": {
                        "id": {"type": "string"},
                        "html": {"type": "string"},
                        "votes": {"type": "integer"},
                    },
                },
            },
        },
    },
}
"""What the forum's own extension “poll” adds to a post, as its serializers write it."""


@dataclass(frozen=True)
class Exchange:
    """One request as the server understood it, and its answer."""

    method: str
    path: str
    query: tuple[str, ...]
    body: dict[str, Any] | None
    form: tuple[str, ...]
    status: int
    answer: Any


class Specification:
    """Checks exchanges; `violations` are sentences, none where all is well."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = _truer(document["paths"])
        self._patterns = [(_pattern(path), path) for path in sorted(self._paths, key=lambda one: one.count("{"))]

    def violations(self, exchange: Exchange) -> list[str]:
        """What in this exchange is not as described."""
        where = f"{exchange.method} {exchange.path}"
        if any(exchange.method == one and _pattern(path).fullmatch(exchange.path) for one, path in _NOT_DESCRIBED):
            return []
        operation = self._operation(exchange)
        if operation is None:
            return [f"{where}: is not described"]
        known = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"} | _MORE_QUERY
        problems = [f"has no parameter {one}" for one in exchange.query if one not in known]
        problems += self._body(operation, exchange)
        if exchange.status < 300 and not _waits(exchange):
            problems += self._check(_content(operation["responses"].get(str(exchange.status), {})), exchange.answer)
        return [f"{where}: {one}" for one in problems]

    def example(self, method: str, path: str) -> Any:
        """An answer with everything that the description requires."""
        return _filled(_content(self._paths[path][method.lower()]["responses"]["200"]) or {})

    def example_of(self, method: str, path: str, *names: str) -> Any:
        """The same of one element of a list that is found by these names."""
        schema = _content(self._paths[path][method.lower()]["responses"]["200"]) or {}
        for name in names:
            schema = schema["properties"][name]
        return _filled(schema["items"])

    def _operation(self, exchange: Exchange) -> dict[str, Any] | None:
        for pattern, path in self._patterns:
            found: dict[str, Any] | None = self._paths[path].get(exchange.method.lower())
            if found is not None and pattern.fullmatch(exchange.path):
                return found
        return None

    def _body(self, operation: dict[str, Any], exchange: Exchange) -> list[str]:
        described = operation.get("requestBody", {})
        if exchange.form:
            fields = described["content"]["multipart/form-data"]["schema"]["properties"]
            return [f"has no field {one}" for one in exchange.form if one not in fields]
        if exchange.body is None:
            return []
        return self._check(_content(described) or {"type": "null"}, exchange.body)

    def _check(self, schema: dict[str, Any] | None, value: Any) -> list[str]:
        if schema is None:
            return []
        errors = Draft202012Validator(schema).iter_errors(value)
        return [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in errors]


@cache
def specification() -> Specification:
    """The description; the tests that need it are skipped where it is not at hand."""
    if not DESCRIPTION.exists():
        pytest.skip(f"the description of the interface is not at hand ({DESCRIPTION.name})")
    return Specification(json.loads(DESCRIPTION.read_text("utf-8")))


def _waits(exchange: Exchange) -> bool:
    """The answer about a post that a moderator looks at first (`NewPostResultSerializer`); only a post is described."""
    return isinstance(exchange.answer, dict) and exchange.answer.get("action") == "enqueued"


def _content(described: dict[str, Any]) -> dict[str, Any] | None:
    schema: dict[str, Any] | None = described.get("content", {}).get("application/json", {}).get("schema")
    return schema


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))


def _truer(value: Any) -> Any:
    """The same with what the forum's source says of these fields."""
    if isinstance(value, list):
        return [_truer(one) for one in value]
    if not isinstance(value, dict):
        return value
    told = {name: _truer(inner) for name, inner in value.items()}
    if isinstance(properties := told.get("properties"), dict):
        told["properties"] = {name: _TRUER.get(name, inner) for name, inner in properties.items()}
        if {"cooked", "post_number"} <= properties.keys():
            told["properties"].setdefault("raw", {"type": "string"})
            told["properties"].setdefault("reply_to_user", {"type": "object"})
            told["properties"].setdefault("polls", _POLLS)
    return told


def _filled(schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if "null" in kinds:
        return None
    if "object" in kinds or "properties" in schema:
        inner = schema.get("properties", {})
        return {name: _filled(inner[name]) for name in schema.get("required", inner)}
    empty: dict[Any, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}
    return empty.get(kinds[0])


@cache
def example_of_post(where: str) -> dict[str, Any]:
    """All that the description requires of a post there; nothing where it is not at hand."""
    if not DESCRIPTION.exists():
        return {}
    known, operations = specification(), {
        "create": ("POST", "/posts.json"),
        "mark": ("POST", "/post_actions.json"),
    }  # fmt: skip
    found: dict[str, Any]
    if where == "latest":
        found = known.example_of("GET", "/posts.json", "latest_posts")
    elif where == "topic":
        found = known.example_of("GET", "/t/{id}.json", "post_stream", "posts")
    elif where == "revise":
        found = known.example("PUT", "/posts/{id}.json")["post"]
    else:
        found = known.example(*operations.get(where, ("GET", "/posts/{id}.json")))
    return found


def like(method: str, path: str, **said: Any) -> dict[str, Any]:
    """The description's own example of an answer, with what is said here in its place."""
    example: dict[str, Any] = specification().example(method, path) if DESCRIPTION.exists() else {"details": {}}
    return {**example, **said}
