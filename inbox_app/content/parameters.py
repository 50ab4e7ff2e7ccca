"""Content-Type and Content-Disposition with parameters (https://www.rfc-editor.org/rfc/rfc2231)."""

import re
from dataclasses import dataclass, field
from itertools import count, islice
from urllib.parse import unquote_to_bytes

from inbox_app.content import caps
from inbox_app.content.charset import decode_header, find_codec
from inbox_app.content.words import decode_words

_PARAMETER = re.compile(r';\s*+([^\s=;*"]{1,80}+)(?:\*(\d{1,4}))?(\*)?\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with parameters; the value and the parameters' names are in lower case."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)


def parse_typed(text: str) -> Typed:
    """Read `text/plain; charset=utf-8` and the like; garbage gives an empty value."""
    value = text.split(";", 1)[0].strip().lower()
    segments: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in islice(_PARAMETER.finditer(text), caps.PARAMETERS):
        name, number, star, raw = found.groups()
        place = int(number) if number else (-1 if star else -2)
        segments.setdefault(name.lower(), {}).setdefault(place, (_unquote(raw), bool(star)))
    return Typed(value, {name: _join(parts) for name, parts in segments.items()})


def _unquote(raw: str) -> str:
    raw = raw.strip()
    if not raw.startswith('"'):
        return raw
    return _ESCAPED.sub(r"\1", raw[1:-1] if len(raw) > 1 and raw.endswith('"') else raw[1:])


def _join(parts: dict[int, tuple[str, bool]]) -> str:
    """One value: extended before continued before plain, as the RFC prefers."""
    if -1 in parts:
        return _decode_extended([parts[-1]])
    if 0 in parts:
        numbers = count()
        run = [parts[n] for n in iter(lambda: _next_in(parts, next(numbers)), -1)]
        return _decode_extended(run)
    if -2 in parts:
        return decode_words(parts[-2][0])
    return "".join(value for _, (value, _) in sorted(parts.items()))


def _next_in(parts: dict[int, tuple[str, bool]], number: int) -> int:
    return number if number in parts else -1


def _decode_extended(run: list[tuple[str, bool]]) -> str:
    charset = ""
    first, first_extended = run[0]
    if first_extended and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
    run = [(first, first_extended), *run[1:]]
    if not any(extended for _, extended in run):
        return decode_words("".join(value for value, _ in run))
    pieces = (unquote_to_bytes(value) if extended else value.encode("utf-8", "replace") for value, extended in run)
    data = b"".join(pieces)
    codec = find_codec(charset)
    return data.decode(codec, "replace") if codec else decode_header(data)
