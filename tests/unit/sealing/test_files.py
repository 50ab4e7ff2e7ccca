"""Sealed files give back what was written, survive a torn end, and nothing else opens or changes them unnoticed."""

from pathlib import Path

import pytest

from inbox_app.sealing.files import PlainFiles, SealedFiles, Spoilt, files_of
from inbox_app.sealing.key import ContentKey, make_content_key


@pytest.fixture(params=["plain", "sealed"])
def files(request: pytest.FixtureRequest) -> PlainFiles | SealedFiles:
    return files_of(make_content_key() if request.param == "sealed" else None)


def test_what_was_written_and_appended_is_read(files: PlainFiles | SealedFiles, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal"
    with pytest.raises(FileNotFoundError):
        files.read(path)
    files.append(path, b"one\n")
    files.append(path, b"two\n")
    assert (files.read(path), files.size(path)) == (b"one\ntwo\n", 8)
    files.write(path, b"anew")
    assert (files.read(path), files.size(path)) == (b"anew", 4)
    assert [one.name for one in path.parent.iterdir()] == ["journal"]


@pytest.fixture
def key() -> ContentKey:
    return make_content_key()


def test_a_torn_record_counts_as_not_written(key: ContentKey, tmp_path: Path) -> None:
    files, path = SealedFiles(key), tmp_path / "journal"
    files.append(path, b"one\n")
    whole = len(path.read_bytes())
    files.append(path, b"two\n")
    content = path.read_bytes()
    for cut in range(whole, len(content)):
        path.write_bytes(content[:cut])
        assert files.read(path) == b"one\n"
        files.append(path, b"three\n")
        assert files.read(path) == b"one\nthree\n"


def test_a_file_torn_before_its_first_record_begins_anew(key: ContentKey, tmp_path: Path) -> None:
    files, path = SealedFiles(key), tmp_path / "journal"
    path.write_bytes(b"PVR1\x00\x01")
    assert files.read(path) == b""
    files.append(path, b"one")
    assert files.read(path) == b"one"


def test_nothing_of_the_content_is_in_the_file(key: ContentKey, tmp_path: Path) -> None:
    files, path = SealedFiles(key), tmp_path / "note"
    files.write(path, b"marker " * 50)
    assert b"marker" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_another_key_another_name_and_every_changed_byte_are_noticed(key: ContentKey, tmp_path: Path) -> None:
    files, path = SealedFiles(key), tmp_path / "note"
    files.write(path, b"said")
    with pytest.raises(Spoilt):
        SealedFiles(make_content_key()).read(path)
    content = path.read_bytes()
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(Spoilt):
        files.read(tmp_path / "other")
    for place in [*range(20), *range(24, len(content))]:
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(Spoilt):
            files.read(path)
