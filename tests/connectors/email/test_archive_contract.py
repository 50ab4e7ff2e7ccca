"""The three mail formats pass the tests that every archive reader has to pass."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from connectors.email import MANIFEST
from tests.connectors.email.mails import mail
from tests.contract.archive_tests import ArchiveTests, Sample

OWN = "we@example.org"
SIGN = b"From somebody Fri Jul  8 12:08:34 2011\n"


def letter(number: int) -> bytes:
    """One mail; each third is ours."""
    anna = f"anna{number % 5}@example.net"
    parties = (OWN, anna) if number % 3 == 0 else (anna, OWN)
    headers = {"From": parties[0], "To": parties[1], "Date": "Fri, 08 Jul 2011 12:08:34 +0000"}
    return mail(message_id=f"{number}@archive.example", text=f"message {number}", **headers)


def build_mbox(folder: Path, count: int) -> Path:
    path = folder / "Sent.mbox"
    path.write_bytes(b"".join(SIGN + letter(number) + b"\n" for number in range(count)))
    return path


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


class TestMbox(ArchiveTests):
    """A mailbox file."""

    @pytest.fixture
    def sample(self) -> Sample:
        deleted = SIGN + b"X-Mozilla-Status: 0009\nSubject: x\n\ngone\n\n"
        return Sample(
            MANIFEST,
            "mbox",
            OWN,
            build_mbox,
            spoil=lambda path: append(path, SIGN + letter(5000)),
            add_damage=lambda path: append(path, deleted),
        )


class TestPackedMbox(ArchiveTests):
    """A mailbox file, packed."""

    @pytest.fixture
    def sample(self) -> Sample:
        def build(folder: Path, count: int) -> Path:
            whole = build_mbox(folder, count)
            packed = folder / "mail.gz"
            packed.write_bytes(gzip.compress(whole.read_bytes()))
            return packed

        def cut(path: Path) -> None:
            path.write_bytes(path.read_bytes()[:-8] + b"12345678")

        return Sample(
            MANIFEST,
            "mbox",
            OWN,
            build,
            spoil=lambda path: append(path, gzip.compress(SIGN + letter(9))),
            add_damage=cut,
        )


class TestMaildir(ArchiveTests):
    """A Maildir with a subfolder."""

    @pytest.fixture
    def sample(self) -> Sample:
        def build(folder: Path, count: int) -> Path:
            root = folder / "Maildir"
            for part in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new"):
                (root / part).mkdir(parents=True)
            for number in range(count):
                place = ("cur", "new", ".Sent/cur")[number % 3]
                flags = "" if place == "new" else ":2,S"
                (root / place / f"{number:06d}.host{flags}").write_bytes(letter(number))
            return root

        return Sample(
            MANIFEST,
            "maildir",
            OWN,
            build,
            spoil=lambda root: (root / "cur" / "000000.aaa:2,").write_bytes(letter(5000)),
            add_damage=lambda root: (root / "cur" / "9.host:2,ST").write_bytes(letter(9)),
        )


class TestEml(ArchiveTests):
    """A tree of single mails."""

    @pytest.fixture
    def sample(self) -> Sample:
        def build(folder: Path, count: int) -> Path:
            root = folder / "mails"
            for number in range(count):
                place = root / str(number % 2) / f"{number:06d}.eml"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(letter(number))
            return root

        return Sample(
            MANIFEST,
            "eml",
            OWN,
            build,
            spoil=lambda root: (root / "0" / "000000a.eml").write_bytes(letter(5000)),
            add_damage=lambda root: (root / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n"),
        )
