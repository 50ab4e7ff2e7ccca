"""A seeded mailbox for measurements, as a mailbox file and as a Maildir with the very same mails.

Mails as they are met: three servers' traces, threads by References, four in ten also as HTML, one in twenty with a
file, texts of 40 to 400 words in eight languages. We take part in all of them and wrote three in ten.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path

from tests.bench.community import _TAIL, _WORDS

US = "brand@example.org"
_START = datetime(2024, 1, 1, tzinfo=UTC)


def mails(count: int, seed: int = 7) -> Iterator[bytes]:
    """So many mails, oldest first."""
    dice = random.Random(seed)
    talks: list[list[str]] = []
    picture = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + dice.randbytes(6_000)).decode()
    for number in range(count):
        if not talks or dice.random() < 0.25:
            talks.append([])
        place = max(0, len(talks) - 1 - int(dice.expovariate(1 / 40)))
        yield _mail(dice, number, place, talks[place], picture).encode()


def write_mbox(path: Path, count: int) -> None:
    """The mailbox as one file."""
    with path.open("wb") as file:
        for number, raw in enumerate(mails(count)):
            sent = _START + timedelta(seconds=number * 40)
            file.write(b"From person@example.net %s\n" % sent.strftime("%a %b %d %H:%M:%S %Y").encode())
            file.write(raw.replace(b"\nFrom ", b"\n>From ") + b"\n")


def write_maildir(path: Path, count: int) -> None:
    """The mailbox as a Maildir."""
    for part in ("cur", "new", "tmp"):
        (path / part).mkdir(parents=True)
    for number, raw in enumerate(mails(count)):
        (path / "cur" / f"{number:08d}.bench.example:2,S").write_bytes(raw)


def _mail(dice: random.Random, number: int, place: int, before: list[str], picture: str) -> str:
    message_id = f"{number:08d}.{dice.randrange(10**9)}@example.org"
    person = f"person{(place * 31 + dice.randrange(4)) % 2_000}"
    parties = [f"Person {person[6:]} Smith <{person}@example.net>", f"The Brand <{US}>"]
    if before and dice.random() < 0.3:
        parties.reverse()
    sent = format_datetime(_START + timedelta(seconds=number * 40))
    subject = Header(f"{'Re: ' if before else ''}{' '.join(_words(dice, place))}", "utf-8").encode()
    lines = [
        *(f"Received: from mx{hop}.example.net (mx{hop}.example.net [192.0.2.{hop}])\n\tby mail{hop}.example.org with "
          f"ESMTPS id {dice.randrange(16**12):012x}\n\tfor <{US}>; {sent}" for hop in range(3)),
        f"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=key; bh={dice.randrange(16**40):040x};\n\tb="
        + "\n\t".join(f"{dice.randrange(16**64):064x}" for _ in range(4)),
        f"From: {parties[0]}", f"To: {parties[1]}", f"Subject: {subject}", f"Date: {sent}",
        f"Message-ID: <{message_id}>", "MIME-Version: 1.0",
    ]  # fmt: skip
    if before:
        chain = before[-8:]
        lines += [f"In-Reply-To: <{chain[-1]}>", "References: " + "\n\t".join(f"<{one}>" for one in chain)]
    before.append(message_id)
    return "\n".join(lines) + "\n" + _body(dice, number, picture)


def _words(dice: random.Random, place: int) -> list[str]:
    return [*random.Random(place).choices(_WORDS, k=4), _TAIL[place % len(_TAIL)]]


def _body(dice: random.Random, number: int, picture: str) -> str:
    paragraphs = [
        " ".join([*dice.choices(_WORDS, k=dice.randint(20, 80)), dice.choice(_TAIL)]) for _ in range(dice.randint(2, 5))
    ]
    text = "\n\n".join(_wrapped(one) for one in paragraphs) + "\n"
    plain = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"
    if number % 20 == 0:
        return (
            f'Content-Type: multipart/mixed; boundary="b"\n\n--b\n{plain}\n--b\nContent-Type: image/png; name="p.png"\n'
            f"Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n{picture}\n--b--\n"
        )
    if number % 5 < 2:
        html = "".join(
            f"<p style='margin:0'>{one} <a href='https://example.org/{number}'>x</a></p>" for one in paragraphs
        )
        return (
            f'Content-Type: multipart/alternative; boundary="b"\n\n--b\n{plain}\n--b\n'
            f"Content-Type: text/html; charset=utf-8\n\n<html><body>{html}</body></html>\n--b--\n"
        )
    return plain


def _wrapped(paragraph: str) -> str:
    words, lines, line = paragraph.split(" "), [], ""
    for word in words:
        if len(line) + len(word) > 76:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])
