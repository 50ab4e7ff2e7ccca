"""JSON of any size, read piece by piece: the objects of its lists one at a time, and what stands beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Final

import ijson

from connectors.shared.fields import ServiceFields
from inbox_app.domain.jsonvalue import JsonValue

WHOLE_LIMIT: Final = 64 * 2**20
"""Bytes of a JSON file that is read at once."""
_LONGEST: Final = 100_000
"""Events of one object: one that is larger is no message."""


_Event = tuple[str, str, str | int | float | bool | None]


class TooLarge(ValueError):
    """More than a message or a list of them can be."""


def read_whole(file: IO[bytes]) -> JsonValue:
    """A JSON file of a bounded size.

    Raises:
        ValueError: it is none, or too large.
    """
    content = file.read(WHOLE_LIMIT + 1)
    if len(content) > WHOLE_LIMIT:
        raise TooLarge("too large")
    try:
        value: JsonValue = json.loads(content)
    except RecursionError as deep:
        raise TooLarge("nests too deep") from deep
    return value


def items(file: IO[bytes], lists: frozenset[str], beside: frozenset[str]) -> Iterator[tuple[str, ServiceFields]]:
    """The objects in lists at these prefixes, in order; objects and plain values at `beside` come as they pass.

    A plain value comes as an object with the one field `value`. Raises `ValueError` where it is no JSON any more.
    """
    events = _events(file)
    for prefix, event, value in events:
        if event == "start_map" and prefix in lists | beside:
            yield prefix, ServiceFields.of(_build(events))
        elif prefix in beside and event in ("string", "number"):
            yield prefix, ServiceFields({"value": value})


def _events(file: IO[bytes]) -> Iterator[_Event]:
    try:
        yield from ijson.parse(file, use_float=True)
    except ijson.JSONError as damage:
        raise ValueError("no JSON any more") from damage


def _build(events: Iterator[_Event]) -> JsonValue:
    builder = ijson.ObjectBuilder()
    builder.event("start_map", None)
    depth = 1
    for count, (_prefix, event, value) in enumerate(events):
        if count > _LONGEST:
            raise TooLarge("too large")
        builder.event(event, value)
        depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
        if not depth:
            break
    built: JsonValue = builder.value  # type: ignore[assignment]
    return built
