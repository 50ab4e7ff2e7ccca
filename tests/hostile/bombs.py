"""Mails built to cost a reader seconds, gigabytes or its stack, each small enough to build in a test."""

from collections.abc import Callable

MIB = 1024 * 1024


def nested(depth: int) -> bytes:
    parts = (b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return b"".join(parts) + b"\r\nhi\r\n"


def html(body: bytes) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\n\n" + body


def numbered(pattern: bytes, count: int, between: bytes = b"") -> bytes:
    return between.join(pattern % number for number in range(count))


BOMBS: dict[str, Callable[[], bytes]] = {
    "content type parameters": lambda: b"Content-Type: text/plain" + b"; a=b" * 38_000 + b"\n\nx",
    "backslashes in a quoted parameter": lambda: b'Content-Type: text/plain; a="' + b'\\"' * 90_000 + b"\n\nx",
    "continued parameters": lambda: (
        b"Content-Disposition: attachment; " + numbered(b"filename*%d*=%%41", 10_000, b"; ") + b"\n\nx"
    ),
    "encoded subject": lambda: b"Subject: " + b"=?utf-8?q?=41?= " * 17_500 + b"\n\nx",
    "unfinished encoded words": lambda: b"Subject: " + b"=?utf-8?q?" * 28_000 + b"\n\nx",
    "a charset for each word": lambda: b"Subject: " + numbered(b"=?x%d?q?=e9?= ", 16_000) + b"\n\nx",
    "nested comments": lambda: b"From: " + b"(" * 10_000 + b" a@b\nTo: " + b"((a)" * 10_000 + b"\n\nx",
    "open quotes": lambda: b"From: " + b'"<(' * 20_000 + b" a@b\nTo: " + b'\\"<' * 20_000 + b"\n\nx",
    "addresses": lambda: b"To: " + numbered(b'"N" <a%d@example.com>', 10_000, b", ") + b"\n\nx",
    "commas and groups": lambda: b"To: " + b"," * 60_000 + b"\nCc: " + b":;" * 30_000 + b"\n\nx",
    "message ids": lambda: b"References: " + numbered(b"<a%d@b>", 10_000, b" ") + b"\nIn-Reply-To: " + b"a" * 60_000,
    "nested parts": lambda: nested(2_000),
    "nested messages": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 2_000,
    "boundaries": lambda: b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 100_000,
    "almost boundaries": lambda: b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--xy\n\n" * 1_000_000,
    "boundary of dashes": lambda: b'Content-Type: multipart/mixed; boundary="-"\n\n' + b"-" * 10_000_000,
    "header without an end": lambda: b"Subject: x\n" + b"a: b\n" * 2_000_000,
    "folding without an end": lambda: b"Subject: x\n" + b" \n" * 5_000_000,
    "a mail of 60 MiB": lambda: b"Subject: x\n\n" + b"y" * (60 * MIB),
    "uuencode": lambda: (
        b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n" + (b"M" + b"!" * 60 + b"\n") * 400_000
    ),
    "base64 with garbage": lambda: (
        b"Content-Transfer-Encoding: base64\n\n" + (b"Q-J=!" * 19 + b"\n") * 400_000 + b"QUJ"
    ),
    "utf-7": lambda: b"Content-Type: text/plain; charset=utf-7\n\n" + b"+AGEA" * (4 * MIB),
    "punycode": lambda: b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * MIB,
    "no charset at all": lambda: b"Content-Type: text/plain; charset=nope\n\n" + bytes(range(128, 255)) * 100_000,
    "flowed lines": lambda: b"Content-Type: text/plain; format=flowed\n\n" + b"a \n> \n" * 300_000,
    "deep HTML": lambda: html(b"<div>" * 8_000),
    "long HTML": lambda: html(b"<p>hello <b>x</b></p>" * 250_000),
    "formatting reopened": lambda: html(numbered(b"<font color=%d>", 99) + b"<b>" * 99 + b"<p>x</p>" * 60_000),
    "tables in tables": lambda: html(b"<table>" * 99 + b"x<td>" * 60_000),
    "open comments": lambda: html(b"<!--" * 120_000),
    "open attributes": lambda: html(b'<a "' * 120_000),
    "less than": lambda: html(b"<" * 500_000),
    "links": lambda: html("<a href=http://ä.example/>x</a>".encode() * 15_000),
    "a huge character reference": lambda: html(b"&#" + b"9" * 400_000 + b";"),
    "foreign content": lambda: html(b"<svg>" + b"<input>" * 8_000 + b"<math><title>" + b"<div>" * 8_000),
}
