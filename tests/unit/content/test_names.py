"""File names from strangers are safe on every system."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.content import caps
from inbox_app.content.names import safe_name
from inbox_app.content.sniff import sniff


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("nul .tar.gz", "_nul .tar.gz"),
        (".bashrc", "bashrc"),
        ("trailing. . ", "trailing"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("e\u0301.txt", "é.txt"),
        ("", "attachment"),
        ("...", "attachment"),
        ("/", "attachment"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("é" * 300 + ".tar", "é" * 58 + ".tar"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_any_name_is_safe_and_stays_as_it_is(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= caps.FILE_NAME_BYTES + 1
    assert not set(safe) & set('/\\<>:"|?*\0')
    assert not any(unicodedata.category(char).startswith("C") for char in safe)
    assert safe not in (".", "..")
    assert safe == safe.strip()
    assert unicodedata.is_normalized("NFC", safe)
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"%PDF-1.7", "application/pdf"),
        (b"MZ\x90", "application/x-msdownload"),
        (b"RIFFxxxxWEBP", "image/webp"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\n <!DOCTYPE html>", "text/html"),
        (b"<svg xmlns=x>", "image/svg+xml"),
        (b"plain text", "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_kinds_by_their_first_bytes(data: bytes, media: str) -> None:
    assert sniff(data) == media
