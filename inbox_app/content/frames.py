"""What parent and worker say to each other: length-prefixed frames of JSON and raw bytes.

JSON and not pickle, since the worker has touched hostile content and the parent must not run what it answers.
"""

import json
import struct
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import BinaryIO, TypeVar, cast, get_args, get_origin, get_type_hints

from inbox_app.content import caps

_HEAD = struct.Struct(">II")
_JSON_BYTES = 16 * caps.MIB
Value = TypeVar("Value")
Json = None | str | int | float | list["Json"]
_Reader = Callable[[object], object]


class BadFrame(Exception):
    """The other side ended, or sent what is no frame."""


class Verb(StrEnum):
    """What the worker can be asked."""

    PARSE = "parse"
    EXTRACT = "extract"
    CLEAN = "clean"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Request:
    """One question about one or several pieces of content, which lie behind one another in the frame's bytes."""

    verb: Verb
    sizes: tuple[int, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """One result, `value` still as JSON; `grown` is the worker's largest memory so far, in bytes (0: unknown)."""

    value: object
    refused: bool
    grown: int


def write_frame(stream: BinaryIO, value: object, data: bytes = b"") -> None:
    head = json.dumps(pack(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    stream.write(_HEAD.pack(len(head), len(data)) + head)
    if data:
        stream.write(data)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[object, bytes]:
    """The JSON value and the bytes of the next frame. Raises `BadFrame`."""
    json_size, data_size = _HEAD.unpack(_read(stream, _HEAD.size))
    if json_size > _JSON_BYTES or data_size > caps.ANSWER_BYTES:
        raise BadFrame("frame too long")
    head, data = _read(stream, json_size), _read(stream, data_size)
    try:
        return json.loads(head), data
    except (ValueError, RecursionError) as error:
        raise BadFrame("not JSON") from error


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise BadFrame("the other side ended")
    return data


def pack(value: object) -> Json:
    """A frozen value as JSON: a list of its fields, in order."""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [pack(each) for each in value]
    return [pack(getattr(value, name)) for name in _names(cast(Hashable, type(value)))]


def unpack(kind: type[Value], packed: object) -> Value:
    """The frozen value again, every field checked against its type. Raises `BadFrame`."""
    try:
        return cast(Value, _reader(cast(Hashable, kind))(packed))
    except (TypeError, ValueError) as error:
        raise BadFrame(f"not a {kind.__name__}") from error


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    if not is_dataclass(kind):
        raise TypeError(f"{kind} cannot cross to the worker")
    return tuple(each.name for each in fields(kind))


@cache
def _reader(kind: Hashable) -> _Reader:
    """How to read one kind of value, worked out once."""
    if get_origin(kind) is tuple:
        return _tuple_reader(_reader(get_args(kind)[0]))
    if isinstance(kind, UnionType):
        return _optional_reader(_reader(next(each for each in get_args(kind) if each is not NoneType)))
    if is_dataclass(kind):
        return _dataclass_reader(cast(type, kind))
    if kind is datetime:
        return lambda packed: datetime.fromisoformat(_expect(packed, str))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda packed: _expect(packed, cast(type, kind))


def _tuple_reader(one: _Reader) -> _Reader:
    return lambda packed: tuple(one(each) for each in _expect(packed, list))


def _optional_reader(some: _Reader) -> _Reader:
    return lambda packed: None if packed is None else some(packed)


def _dataclass_reader(kind: type) -> _Reader:
    hints = get_type_hints(kind)
    readers = [_reader(hints[name]) for name in _names(kind)]

    def read(packed: object) -> object:
        values: list[object] = _expect(packed, list)
        return kind(*[one(value) for one, value in zip(readers, values, strict=True)])

    return read


def _expect(packed: object, kind: type[Value]) -> Value:
    if not isinstance(packed, kind):
        raise TypeError(f"expected {kind.__name__}")
    return packed
