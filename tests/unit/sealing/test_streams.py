"""Large sealed files: the same bytes from any place, little memory, and no piece moved, cut or changed unnoticed."""

import hashlib
import io
import tracemalloc
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.sealing.files import Spoilt
from inbox_app.sealing.key import make_content_key
from inbox_app.sealing.streams import PIECE, ContentSealer

KEY = make_content_key()
SEALER = ContentSealer(KEY)
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7]


def seal(content: bytes) -> bytes:
    target = io.BytesIO()
    writer = SEALER.writer(target)
    for start in range(0, len(content), 10_000):
        writer.write(content[start : start + 10_000])
    writer.finish(hashlib.sha256(content).hexdigest())
    return target.getvalue()


def opened(sealed: bytes, content: bytes, sealer: ContentSealer = SEALER) -> BinaryIO:
    return sealer.open(io.BytesIO(sealed), hashlib.sha256(content).hexdigest())


def content_of(size: int) -> bytes:
    return (b"pictures of cats " * (size // 17 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_it_comes_back_whole(size: int) -> None:
    content = content_of(size)
    sealed = seal(content)
    assert b"pictures" not in sealed
    with opened(sealed, content) as file:
        assert file.read() == content


@given(st.integers(0, 3 * PIECE + 9), st.integers(0, 2 * PIECE))
def test_it_is_read_from_any_place(start: int, length: int) -> None:
    content = content_of(3 * PIECE + 7)
    with opened(seal(content), content) as file:
        file.seek(start)
        assert file.read(length) == content[start : start + length]
        assert file.seek(0, io.SEEK_END) == len(content)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_cut_off_moved_or_changed_is_noticed(size: int) -> None:
    content, sealed_piece = content_of(size), PIECE + 16
    sealed = seal(content)
    head, foot = sealed[:20], sealed[-32:]
    pieces = [sealed[20:-32][at : at + sealed_piece] for at in range(0, max(1, len(sealed) - 52), sealed_piece)]
    wrong = [sealed[:-1], head, b"", sealed + b"?", head + b"".join(pieces[:-1]) + foot]
    wrong += [head + b"".join(reversed(pieces)) + foot] * (len(pieces) > 1)
    wrong += [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in (0, 4, 21, len(sealed) - 40)]
    for one in wrong:
        with pytest.raises(Spoilt), opened(one, content) as file:
            file.read()


def test_another_key_and_another_content_do_not_open_it() -> None:
    sealed = seal(b"ours")
    with pytest.raises(Spoilt):
        opened(sealed, b"ours", ContentSealer(make_content_key()))
    with pytest.raises(Spoilt):
        opened(sealed, b"theirs")


def test_a_name_says_nothing_without_the_key() -> None:
    digest = hashlib.sha256(b"a known leaflet").hexdigest()
    assert SEALER.name(digest) == ContentSealer(KEY).name(digest)
    assert len({digest, SEALER.name(digest), ContentSealer(make_content_key()).name(digest)}) == 3


def test_memory_stays_flat(tmp_path: Path) -> None:
    path, portion, found = tmp_path / "large", bytes(PIECE), hashlib.sha256()
    tracemalloc.start()
    with path.open("wb") as target:
        writer = SEALER.writer(target)
        for _number in range(500):
            writer.write(portion)
            found.update(portion)
        writer.finish(found.hexdigest())
    with SEALER.open(path.open("rb"), found.hexdigest()) as file:
        while file.read(PIECE):
            pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20 * PIECE < 500 * PIECE
