"""Bodies read within limits: counted after inflating, and JSON that cannot exhaust us."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final, NoReturn

import httpx

from inbox_app.contract.errors import BadAnswer
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.i18n import _

JSON_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a JSON answer, inflated."""
JSON_DEPTH: Final = 64
_PIECE: Final = 256 * 1024
_GZIP_OR_ZLIB: Final = 47  # zlib's number for "look at the header which of the two it is"


async def read_body(response: httpx.Response, limit: int) -> AsyncIterator[bytes]:
    """The body in pieces, inflated here: httpx would turn 64 KiB of a gzip bomb into 64 MiB before we could count.

    Raises:
        BadAnswer: larger than `limit` bytes, wrongly packed, or packed in a way we did not ask for.
    """
    packing = response.headers.get("Content-Encoding", "identity").lower().strip()
    if packing not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise BadAnswer(_("{host} packed its answer in an unknown way.").format(host=response.url.host))
    unpack = None if packing in ("identity", "") else zlib.decompressobj(_GZIP_OR_ZLIB)
    total = 0
    async for raw in response.aiter_raw():
        for piece in [raw] if unpack is None else _inflate(unpack, raw, response.url.host):
            total += len(piece)
            if total > limit:
                raise BadAnswer(
                    _("The answer of {host} is larger than {limit} MiB.").format(
                        host=response.url.host, limit=limit // 1024 // 1024
                    )
                )
            yield piece


def _inflate(unpack: zlib._Decompress, raw: bytes, host: str) -> Iterator[bytes]:
    """Inflate step by step, so that a bomb is noticed after one piece and not after all of them."""
    while raw and not unpack.eof:
        try:
            piece = unpack.decompress(raw, _PIECE)
        except zlib.error as bad:
            raise BadAnswer(_("The answer of {host} is damaged.").format(host=host)) from bad
        raw = unpack.unconsumed_tail
        if piece:
            yield piece


def parse_json(body: bytes) -> JsonValue:
    """JSON of a bounded depth, without the numbers that JSON does not have.

    Raises:
        BadAnswer: it is not such a document.
    """
    try:
        value: JsonValue = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as bad:
        raise BadAnswer(_("The answer is not understood.")) from bad
    _check_depth(value)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check_depth(value: JsonValue) -> None:
    level: list[JsonValue] = [value]
    for _depth in range(JSON_DEPTH + 1):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise BadAnswer(_("The answer nests too deep."))


def _inside(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return [inner for inner in value.values() if isinstance(inner, dict | list)]
    if isinstance(value, list):
        return [inner for inner in value if isinstance(inner, dict | list)]
    return []
