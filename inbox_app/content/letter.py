"""A mail of ours put together: what was written, the account's signature, what it answers or passes on.

The text is always there; HTML goes beside it where something is formatted or a picture stands in the text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape

from inbox_app.content.folding import MARK, Piece, PieceKind, split_html
from inbox_app.content.formatting import Pictures, is_formatted, to_html, to_plain
from inbox_app.domain.words import Formatting
from inbox_app.i18n import _

_QUOTED_CHARS = 64 * 1024
"""Of an original that is quoted; the rest is said to be left out."""
_PICTURE = re.compile(r'<img src="cid:[^"]*"(?: alt="([^"]*)")?[^>]*>')
_FONT = "font-family:sans-serif"
_BESIDE = "margin:0 0 0 0.8ex;border-left:2px solid #cccccc;padding-left:1ex"


@dataclass(frozen=True, slots=True)
class Original:
    """The message that is answered or passed on."""

    name: str
    address: str
    sent_at: datetime
    text: str
    html: str | None = None
    """Cleaned; its pictures do not go along."""
    subject: str = ""
    to: str = ""
    cc: str = ""
    forwarded: bool = False

    @property
    def heading(self) -> str:
        """The line, or the lines, above it."""
        who = self.name or self.address
        when = f"{self.sent_at.astimezone():%Y-%m-%d %H:%M}"
        if not self.forwarded:
            return _("On {date}, {name} wrote:").format(date=when, name=who)
        lines = [
            "---------- {title} ----------".format(title=_("Forwarded message")),
            _("From: {name}").format(name=f"{self.name} <{self.address}>" if self.name else self.address),
            _("Date: {date}").format(date=when),
            _("Subject: {words}").format(words=self.subject),
            _("To: {name}").format(name=self.to) if self.to else "",
            _("Cc: {name}").format(name=self.cc) if self.cc else "",
        ]
        return "\n".join(filter(None, lines))


@dataclass(frozen=True, slots=True)
class Letter:
    """The text, and the HTML beside it; empty where the text is all. `shown` is that HTML as a thread shows it."""

    text: str
    html: str = ""
    shown: str = ""


def write_letter(
    written: str,
    signature: str = "",
    original: Original | None = None,
    formatting: Formatting = Formatting.AUTO,
    pictures: Pictures | None = None,
) -> Letter:
    """Put it together; the same values give the same letter."""
    known = pictures or {}
    text = _text(written, signature, original, known, plain=formatting is Formatting.PLAIN)
    wanted = formatting is Formatting.AUTO and (is_formatted(written, known) or is_formatted(signature, {}))
    if not wanted:
        return Letter(text)
    pieces = list(_pieces(written, signature, original, known))
    return Letter(text, _page(piece.content for piece in pieces), "".join(map(_shown, pieces)))


def _text(written: str, signature: str, original: Original | None, pictures: Pictures, *, plain: bool) -> str:
    parts = [written.rstrip() if plain else to_plain(written.rstrip(), pictures)]
    if signature.strip():
        parts.append("-- \n" + (signature.strip() if plain else to_plain(signature.strip(), {})))
    if original is not None:
        body, gap = _cut(original.text.strip("\n")), "\n\n" if original.forwarded else "\n"
        parts.append(original.heading + gap + (body if original.forwarded else _quoted(body)))
    return "\n\n".join(filter(None, parts))


def _quoted(text: str) -> str:
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.split("\n"))


def _cut(text: str) -> str:
    if len(text) <= _QUOTED_CHARS:
        return text
    return text[:_QUOTED_CHARS].rpartition("\n")[0] + "\n[…]"


def _pieces(written: str, signature: str, original: Original | None, pictures: Pictures) -> Iterator[Piece]:
    yield Piece(PieceKind.SAID, to_html(written.rstrip(), pictures))
    if signature.strip():
        yield Piece(PieceKind.SIGNATURE, f"<div>-- <br>\n{to_html(signature.strip(), {})}</div>")
    if original is not None:
        heading = "<br>\n".join(escape(line, quote=False) for line in original.heading.split("\n"))
        body = _original_html(original)
        if original.forwarded:
            yield Piece(PieceKind.SAID, f"<p>{heading}</p>\n<div>{body}</div>")
        else:
            yield Piece(PieceKind.QUOTED, f'<p>{heading}</p>\n<blockquote type="cite">\n{body}\n</blockquote>')


def _page(contents: Iterable[str]) -> str:
    body = "\n".join(contents).replace('<blockquote type="cite">', f'<blockquote type="cite" style="{_BESIDE}">', 1)
    return f'<!DOCTYPE html>\n<html><body style="{_FONT}">\n{body}\n</body></html>\n'


def _shown(piece: Piece) -> str:
    content = piece.content.replace('<blockquote type="cite">', "<blockquote>", 1)
    return content if piece.kind is PieceKind.SAID else MARK.format(kind=piece.kind) + content


def _original_html(original: Original) -> str:
    if original.html and len(original.html) <= _QUOTED_CHARS:
        whole = "\n".join(piece.content for piece in split_html(original.html))
        return _PICTURE.sub(lambda found: found[1] or "", whole)
    lines = _cut(original.text.strip("\n")).split("\n")
    return "<br>\n".join(escape(line, quote=False) for line in lines)
