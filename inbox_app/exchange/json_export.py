"""The export that loses nothing: one JSON file per kind of records, and the files by their content's hash.

Each file is an array with one record a line, in the order of ids: JSON for any reader, read and written record by
record, and the same bytes for the same workspace. `docs/export.schema.json` says what a record holds.
"""

from __future__ import annotations

import json

from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.exchange.target import Target
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.exporting.records import KINDS

FILES = "files"


def write(history: History, target: Target) -> None:
    """Write records and files."""
    for kind in KINDS:
        with target.file(f"{kind.name}.json") as file:
            before = b"[\n"
            for record in history.records(kind.name):
                file.write(before + _encode(record))
                before = b",\n"
            file.write(b"[]\n" if before == b"[\n" else b"\n]\n")
    for digest in history.digests():
        if (source := history.open(digest)) is not None:
            with source:
                target.copy(file_path(digest), source)


def file_path(digest: str) -> str:
    """Where a file lies in the export."""
    return f"{FILES}/{digest[:2]}/{digest}"


_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_escaped = json.JSONEncoder(separators=(",", ":")).encode


def _encode(record: JsonObject) -> bytes:
    try:
        return _plain(record).encode()
    except UnicodeEncodeError:  # half a character, from a service that cut its JSON in the middle of one
        return _escaped(record).encode()
