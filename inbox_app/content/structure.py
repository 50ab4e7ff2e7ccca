"""The tree of a MIME message (https://www.rfc-editor.org/rfc/rfc2046), split in linear time under caps.

The bodies stay where they are in the raw bytes: a part knows its start and end. Attached messages are not entered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from inbox_app.content import caps
from inbox_app.content.charset import decode_header
from inbox_app.content.parameters import Typed, parse_typed
from inbox_app.content.parsed import Defect

_BLOCK_END = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_FALSE_BOUNDARIES = 10_000
_DEFAULT_TYPE = "text/plain"


class Fields:
    """Header fields by name, each value unfolded and as text, in their order."""

    def __init__(self) -> None:
        self._values: dict[str, list[bytes]] = {}

    def add(self, name: str, value: bytes) -> None:
        self._values.setdefault(name, []).append(value)

    def first(self, name: str) -> str:
        """The first value, or an empty string."""
        values = self._values.get(name)
        return decode_header(values[0]).strip() if values else ""

    def all(self, name: str) -> str:
        """All values joined by commas, for lists of addresses and ids; the cap of one field holds for the sum."""
        return decode_header(b", ".join(self._values.get(name, ()))[: caps.HEADER_BYTES]).strip()

    def typed(self, name: str) -> Typed:
        return parse_typed(self.first(name))

    def __contains__(self, name: str) -> bool:
        return name in self._values


@dataclass(slots=True)
class Part:
    """One node of the tree; `start` and `end` are the body's place in the raw bytes."""

    fields: Fields
    type: Typed
    start: int
    end: int
    children: list["Part"] = field(default_factory=list)
    number: int = -1

    @property
    def media(self) -> str:
        return self.type.value

    def leaves(self) -> Iterator["Part"]:
        """The parts without parts, in the order of the mail."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if part.children:
                waiting.extend(reversed(part.children))
            else:
                yield part


def read_structure(raw: bytes) -> tuple[Part, set[Defect]]:
    """The message as a tree, with what was wrong or left out."""
    defects: set[Defect] = set()
    root = _read_part(raw, 0, len(raw), _DEFAULT_TYPE, defects)
    waiting, room = [(root, 0)], caps.PARTS
    while waiting:
        part, depth = waiting.pop()
        if not part.media.startswith("multipart/"):
            continue
        if depth >= caps.DEPTH:
            defects.add(Defect.TOO_DEEP)
            continue
        part.children = _read_children(raw, part, room, defects)
        room -= len(part.children)
        waiting.extend((child, depth + 1) for child in reversed(part.children))
    for number, leaf in enumerate(root.leaves()):
        leaf.number = number
    return root, defects


def _read_children(raw: bytes, part: Part, room: int, defects: set[Defect]) -> list[Part]:
    boundary = part.type.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
    places = _split(raw, part, b"--" + boundary, room + 1) if boundary else []
    if not places:
        defects.add(Defect.NO_BOUNDARY)
    if len(places) > room:
        defects.add(Defect.TOO_MANY_PARTS)
    default = "message/rfc822" if part.media == "multipart/digest" else _DEFAULT_TYPE
    return [_read_part(raw, start, end, default, defects) for start, end in places[:room]]


def _split(raw: bytes, part: Part, marker: bytes, most: int) -> list[tuple[int, int]]:
    """Where the parts between the boundary lines lie; a missing last boundary is forgiven."""
    places: list[tuple[int, int]] = []
    began = -1
    for line, after, last in _boundaries(raw, part, marker):
        if began >= 0:
            places.append((began, _before_line_end(raw, began, line)))
        began = after
        if last or len(places) >= most:
            return places
    if 0 <= began < part.end:
        places.append((began, part.end))
    return places


def _boundaries(raw: bytes, part: Part, marker: bytes) -> Iterator[tuple[int, int, bool]]:
    """Each boundary line: its start, the start of the next line, whether it closes the multipart."""
    position, false = part.start, 0
    while false < _FALSE_BOUNDARIES:
        hit = raw.find(marker, position, part.end)
        if hit < 0:
            return
        if hit > part.start and raw[hit - 1] != 10:
            position, false = _next_line(raw, hit, part.end), false + 1
            continue
        after = _next_line(raw, hit, part.end)
        rest = raw[hit + len(marker) : min(after, hit + len(marker) + 200)].strip()
        position = after
        if rest in (b"", b"--"):
            yield hit, after, rest == b"--"
        else:
            false += 1


def _next_line(raw: bytes, position: int, end: int) -> int:
    found = raw.find(b"\n", position, end)
    return end if found < 0 else found + 1


def _before_line_end(raw: bytes, start: int, line: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    end = line - 1 if line > start and raw[line - 1] == 10 else line
    return end - 1 if end > start and raw[end - 1] == 13 else end


def _read_part(raw: bytes, start: int, end: int, default: str, defects: set[Defect]) -> Part:
    fields, body = read_fields(raw, start, end, defects)
    typed = fields.typed("content-type") if "content-type" in fields else Typed(default)
    if "/" not in typed.value:
        typed = Typed(default, typed.parameters)
    return Part(fields, typed, min(body, end), end)


def read_fields(raw: bytes, start: int, end: int, defects: set[Defect]) -> tuple[Fields, int]:
    """The header fields that begin at `start`, and where the body begins."""
    if raw.startswith((b"\r\n", b"\n"), start, end):
        return Fields(), _next_line(raw, start, end)
    limit = min(end, start + caps.HEADER_BLOCK_BYTES)
    blank = _BLOCK_END.search(raw, start, limit)
    stop = blank.start() + 1 if blank else limit
    if not blank and limit < end:
        defects.add(Defect.HEADERS_TOO_LARGE)
    fields, read = _collect(raw[start:stop], defects)
    if read < stop - start:  # a line that is no field: the body began without a blank line
        return fields, start + read
    return fields, blank.end() if blank else stop


def _collect(block: bytes, defects: set[Defect]) -> tuple[Fields, int]:
    """The fields of a header block, and how far it could be read as one."""
    fields, position, count = Fields(), 0, 0
    name, lines, size = "", [], 0
    for line in block.splitlines(keepends=True) if b"\n" not in block else _lines(block):
        text = line.rstrip(b"\r\n")
        if text[:1] in (b" ", b"\t") or not text:
            if size < caps.HEADER_BYTES:
                lines.append(text)
            size += len(text)
        elif found := _FIELD.match(text):
            _store(fields, name, lines, size, defects)
            name, lines = found[1].decode("ascii").lower(), [text[found.end() :]]
            size, count = len(text), count + 1
            if count > caps.HEADER_FIELDS:
                defects.add(Defect.HEADERS_TOO_LARGE)
                return fields, len(block)
        elif position or not text.startswith((b"From ", b">From ")):  # the line of an mbox
            defects.add(Defect.HEADERS_BROKEN)
            break
        position += len(line)
    _store(fields, name, lines, size, defects)
    return fields, position


def _lines(block: bytes) -> Iterator[bytes]:
    for line in block.split(b"\n"):
        yield line + b"\n"


def _store(fields: Fields, name: str, lines: list[bytes], size: int, defects: set[Defect]) -> None:
    if size > caps.HEADER_BYTES:
        defects.add(Defect.HEADERS_TOO_LARGE)
    if name:
        fields.add(name, b"".join(lines)[: caps.HEADER_BYTES])
