"""`docs/export.schema.json`: what the files of a JSON export hold, from the tables themselves.

https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from inbox_app.exchange.exporting import VERSION
from inbox_app.storage.exporting.records import KINDS, Codec, Part, codecs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "export.schema.json"

Schema = dict[str, Any]

_KINDS: dict[str, Schema] = {
    "text": {"type": "string"},
    "number": {"type": "integer"},
    "flag": {"type": "boolean"},
    "moment": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "integer"}]},
    "id": {"type": "string", "pattern": "^[0-9]+$"},
    "json": {},
    "bytes": {"type": "string", "contentEncoding": "base64"},
}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MANIFEST: Schema = {
    "type": "object",
    "required": ["format", "version", "kind", "complete", "notes", "attachments", "counts", "ledger", "files"],
    "properties": {
        "format": {"const": "portavoce-export"},
        "version": {"const": VERSION},
        "kind": {"type": "string"},
        "program": {"type": "string"},
        "made_at": {"type": "string", "format": "date-time"},
        "workspace": {"type": "string"},
        "complete": {
            "type": "boolean",
            "description": "Whether it is everything; else `selection` says what was chosen.",
        },
        "selection": {"type": "object"},
        "notes": {"type": "boolean"},
        "attachments": {"type": "boolean"},
        "counts": {
            "type": "object",
            "properties": {"conversations": _COUNT, "messages": _COUNT, "attachments": _COUNT},
        },
        "ledger": {"type": "array", "items": {"type": "object", "required": ["account", "local_count", "gaps"]}},
        "files": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "size", "sha256"],
                "properties": {
                    "path": {"type": "string"},
                    "size": _COUNT,
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                },
            },
        },
    },
}


def schema() -> Schema:
    """An export as one object, by the names of its files."""
    files = {f"{kind.name}.json": {"$ref": f"#/$defs/{kind.name}"} for kind in KINDS}
    records = {
        kind.name: {"type": "array", "items": _record(kind.table, codecs(kind.table), kind.parts)} for kind in KINDS
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A JSON export of Portavoce",
        "description": "Made by `make docs`. Each file is an array, one record a line, in the order of ids; what is "
        "not there is left out. Moments are ISO 8601 in UTC, or milliseconds since 1970 where no calendar reaches.",
        "type": "object",
        "required": ["manifest.json"],
        "properties": {"manifest.json": {"$ref": "#/$defs/manifest"}, **files},
        "$defs": {"manifest": _MANIFEST, **records},
    }


def render() -> str:
    """The whole file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _record(table: Table, plan: Iterable[Codec], parts: Iterable[Part]) -> Schema:
    properties = {codec.name: _column(table, codec) for codec in plan}
    required = [codec.name for codec in plan if not table.c[codec.name].nullable]
    for part in parts:
        inner = [codec for codec in codecs(part.table) if codec.name != part.by]
        if part.single:
            properties |= {codec.name: _column(part.table, codec) for codec in inner}
            continue
        only = [_column(part.table, codec) for codec in inner if codec.name == part.only]
        properties[part.name] = {"type": "array", "items": only[0] if only else _record(part.table, inner, ())}
    said: Schema = {"type": "object", "required": required, "properties": properties, "additionalProperties": False}
    return {"description": table.comment, **said} if table.comment else said


def _column(table: Table, codec: Codec) -> Schema:
    column = table.c[codec.name]
    named = [key.column.table.name for key in column.foreign_keys]
    return {**_KINDS[codec.kind], "description": f"id of a {named[0]}"} if named else dict(_KINDS[codec.kind])
