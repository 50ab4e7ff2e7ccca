"""What a cursor remembers comes back as it was, is short, and cannot be made to fill the memory."""

from __future__ import annotations

import zlib
from base64 import b85encode
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.shared.packed import pack, unpack

NUMBERS = some.integers(0, 2**63 - 1)


@given(some.lists(some.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=30))
def test_rows_come_back_as_they_were(rows: list[tuple[int, ...]]) -> None:
    assert unpack(pack(rows), 3, 30) == rows


def test_thousands_of_rows_take_a_few_bytes_each() -> None:
    rows = [(number * 3, 100 + number // 20, number % 20, crc32(str(number).encode())) for number in range(20_000)]
    text = pack(rows)
    assert len(text) < 9 * len(rows)
    assert unpack(text, 4, 20_000) == rows


@pytest.mark.parametrize(
    "text",
    ["", "no such text", "€", b85encode(b"not compressed").decode(), b85encode(zlib.compress(b"seven b")).decode(),
     b85encode(zlib.compress(b"\0" * 80)[:-3]).decode(), b85encode(zlib.compress(b"\0" * 2**27)).decode(),
     b85encode(zlib.compress(b"\xff" * 24)).decode()],
)  # fmt: skip
def test_what_we_did_not_write_is_nothing(text: str) -> None:
    assert unpack(text, 3, 30) == []
