"""Every request and answer against the published description of the interface (`contracts/mastodon/openapi.json`).

The description is unofficial and made from the documentation; where the emulator differs from it, the difference is
written down here, and nothing else is let through.
"""

from __future__ import annotations

import json
import re
from email.parser import BytesParser
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from jsonschema import Draft202012Validator

from tests.servers.gateway import Request, Response

DESCRIPTION = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "mastodon" / "openapi.json"
_NOT_DESCRIBED = (
    "/oauth/authorize",  # a page for people
    "/media/",  # files
    "/api/v1/streaming/",  # no JSON
)
_MOCK_OMITS = {"group_key", "uri", "indexable", "group", "noindex", "requested_by", "source_url", "icon", "static_url"}
"""Fields that the description requires and the emulator leaves out."""

_MOCK_WRITES_AS_TEXT = "most_recent_notification_id"
"""A number in the description."""


class Specification:
    """Checks exchanges; `violations` are sentences, none where all is well."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._paths = [(_pattern(path), path) for path in sorted(document["paths"], key=_generality)]

    def violations(self, request: Request, response: Response) -> list[str]:
        """What in this exchange is not as described."""
        if request.path.startswith(_NOT_DESCRIBED):
            return []
        operation = self._operation(request)
        where = f"{request.method} {request.path}"
        if operation is None:
            return [f"{where}: is not described"]
        problems = [*self._query(operation, request), *self._body(operation, request)]
        if response.status < 300:
            problems += self._answer(operation, response)
        return [f"{where}: {problem}" for problem in problems]

    def _operation(self, request: Request) -> dict[str, Any] | None:
        for pattern, path in self._paths:
            if pattern.fullmatch(request.path):
                operation = self._document["paths"][path].get(request.method.lower())
                if operation is not None:
                    found: dict[str, Any] = operation
                    return found
        return None

    def _query(self, operation: dict[str, Any], request: Request) -> list[str]:
        known = {one["name"].removesuffix("[]") for one in operation.get("parameters", ()) if one.get("in") == "query"}
        return [f"has no parameter {name}" for name, _value in request.query if name.removesuffix("[]") not in known]

    def _body(self, operation: dict[str, Any], request: Request) -> list[str]:
        content = operation.get("requestBody", {}).get("content", {})
        if not request.body:
            return []
        kind = request.headers.get("content-type", "").partition(";")[0]
        if kind == "application/json":
            return self._check(content.get(kind, {}).get("schema"), json.loads(request.body), "request")
        names = _form_names(request)
        described: dict[str, Any] = content.get(kind) or next(iter(content.values()), {})
        known = set(self._resolved(described.get("schema", {})).get("properties", {}))
        return [f"has no field {name}" for name in names if name not in known]

    def _answer(self, operation: dict[str, Any], response: Response) -> list[str]:
        described = operation["responses"].get(str(response.status))
        if described is None:
            return [f"does not answer {response.status}"]
        schema = described.get("content", {}).get("application/json", {}).get("schema")
        return self._check(schema, json.loads(response.body), "answer") if schema else []

    def _check(self, schema: dict[str, Any] | None, value: Any, what: str) -> list[str]:
        if schema is None:
            return [f"{what}: no JSON is described"]
        whole = {**schema, "components": self._document["components"]}
        errors = Draft202012Validator(whole).iter_errors(value)
        return [f"{what}: {_place(error)}: {error.message[:200]}" for one in errors for error in _causes(one)]

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            target: Any = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            schema = target
        return schema


@cache
def specification() -> Specification:
    """The description; the tests that need it are skipped where it is not at hand."""
    if not DESCRIPTION.exists():
        pytest.skip(f"the description of the interface is not at hand ({DESCRIPTION.name})")
    return Specification(json.loads(DESCRIPTION.read_text("utf-8")))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))


def _generality(path: str) -> tuple[int, str]:
    return path.count("{"), path


def _causes(error: Any) -> list[Any]:
    """The errors inside alternatives: those of the alternative that fits best; known omissions are let through."""
    if error.validator == "oneOf" and not error.context:
        return []  # several alternatives fit: they overlap in the description
    if error.validator in ("oneOf", "anyOf"):
        by_branch: dict[int, list[Any]] = {}
        for one in error.context:
            by_branch.setdefault(one.schema_path[0], []).extend(_causes(one))
        found = [by_branch.get(number, []) for number in range(len(error.schema[error.validator]))]
        return min(found, key=len)
    return [] if _known(error) else [error]


def _known(error: Any) -> bool:
    if error.validator == "type":
        return [*error.absolute_path][-1:] == [_MOCK_WRITES_AS_TEXT]
    return error.validator == "required" and any(f"'{name}'" in error.message for name in _MOCK_OMITS)


def _place(error: Any) -> str:
    return "/".join(str(part) for part in error.absolute_path) or "the whole"


def _form_names(request: Request) -> list[str]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        message = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
        return [
            str(part.get_param("name", header="content-disposition")) for part in message.walk() if part is not message
        ]
    return list(parse_qs(request.body.decode()))
