"""What of a mail its author wrote, what is quoted, what is a signature; so that the last two can be folded away.

`fold_text` reads plain text in one pass. HTML is marked while it is cleaned (`marking`), where the quotes' own names
are still there; `split_html` only cuts at these marks. Nothing is lost: the pieces in order are the whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import cast


class PieceKind(StrEnum):
    """Whose words they are; the values are also the classes of the marks in cleaned HTML."""

    SAID = "said"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a mail: plain text, or HTML that stands alone."""

    kind: PieceKind
    content: str


MARK = '<br class="{kind}">'
_MARK = re.compile(r'<br class="(said|quoted|signature)">')

LONGEST_SIGNATURE = 25
"""Lines; what is longer after a “-- ” is more than a signature."""
_LONGEST_ATTRIBUTION = 4
_HEADER_LINES = 7
_LINE_CHARS = 400

Words = Mapping[str, Sequence[str]]


def known_marks(family: str) -> Words:
    """What is known of mail programs, from `resources/mail/folding.toml`."""
    return cast("Words", tomllib.loads(_KNOWN)[family])


def any_word(words: Sequence[str]) -> str:
    """A pattern for any of them."""
    return "|".join(words)


_KNOWN = resources.files("resources").joinpath("mail", "folding.toml").read_text("utf-8")
_WORDS = {name: any_word(words) for name, words in known_marks("words").items()}
_WROTE, _OPENING = _WORDS["wrote"], _WORDS["opens"]
_ATTRIBUTION = re.compile(rf"\b(?:{_WROTE})\b[^\n]{{0,120}}:\s*$|[\w.+-]+@[\w.-]+\W{{0,3}}:\s*$", re.IGNORECASE)
_ALONE = re.compile(rf"(?:{_OPENING})\b[^\n]*\b(?:{_WROTE})\b[^\n]{{0,120}}:\s*$")
"""An attribution that is one even where no quoted line follows it."""
_OPENS = re.compile(rf"\s*(?:{_OPENING}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./])\b")
ORIGINAL = re.compile(rf"\s*-{{2,}}\s*(?:{_WORDS['original']})\s*-{{2,}}\s*$", re.IGNORECASE)
FORWARD = re.compile(
    rf"\s*(?:-{{2,}}\s*(?:{_WORDS['forwarded']})\b|{_WORDS['begins_forwarded']})",
    re.IGNORECASE,
)
_FROM, _SENT, _SUBJECT = _WORDS["from"], _WORDS["sent"], _WORDS["subject"]
LABEL = re.compile(rf"\s*\*?(?:{_FROM}|{_SENT})\s?:", re.IGNORECASE)
"""How the headers begin that some programs put above what they quote."""
_FROM_LABEL = re.compile(rf"(?:^|\s)\*?(?:{_FROM})\s?:\*?\s{{0,3}}\S", re.IGNORECASE)
_SENT_LABEL = re.compile(rf"(?:^|\s)\*?(?:{_SENT})\s?:", re.IGNORECASE)
_SUBJECT_LABEL = re.compile(rf"(?:^|\s)\*?(?:{_SUBJECT})\s?:", re.IGNORECASE)
_SENT_FROM = re.compile(rf"(?:{_WORDS['sent_from']})[^\n]{{0,80}}$", re.IGNORECASE)
_LIST_FOOTER = re.compile(r"_{20,}\s*$")
_PGP_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_PGP_END = "-----END PGP SIGNATURE-----"


def fold_text(text: str) -> tuple[Piece, ...]:
    """The pieces of a plain text, which joined by line ends are the text but for blank lines between them."""
    lines = text.split("\n")
    return settle([Piece(kind, "\n".join(lines[start:end])) for kind, start, end in _stretches(lines)], _trim)


def split_html(cleaned: str) -> tuple[Piece, ...]:
    """The pieces of HTML from `html.clean`; one piece where nothing is to be folded."""
    parts = _MARK.split(cleaned)
    kinds = [PieceKind.SAID, *map(PieceKind, parts[1::2])]
    return tuple(Piece(kind, part) for kind, part in zip(kinds, parts[::2], strict=True) if part.strip())


def settle(
    pieces: Sequence[Piece], trim: Callable[[str], str], is_empty: Callable[[str], bool] = lambda content: not content
) -> tuple[Piece, ...]:
    """Neighbours of a kind joined, and quotes that their answers stand between said to be shown.

    What is quoted is folded at the end, and at the beginning where one answer follows it; between answers it tells
    what they answer. A mail that holds nothing else is shown whole.
    """
    kept = [piece for one in pieces if not is_empty((piece := Piece(one.kind, trim(one.content))).content)]
    said = [place for place, one in enumerate(kept) if one.kind is PieceKind.SAID]
    if not said:
        return _join((Piece(PieceKind.SAID, one.content) for one in kept), trim)
    answers = len(_runs(kept))
    shown = range(said[-1]) if answers > 1 else range(0)
    return _join((_shown(one) if place in shown else one for place, one in enumerate(kept)), trim)


def _shown(one: Piece) -> Piece:
    return Piece(PieceKind.SAID, one.content) if one.kind is PieceKind.QUOTED else one


def _runs(pieces: Sequence[Piece]) -> list[int]:
    """Where each stretch of the author's own words begins, with something quoted before it or nothing at all."""
    runs: list[int] = []
    before = PieceKind.QUOTED
    for place, one in enumerate(pieces):
        if one.kind is PieceKind.SIGNATURE:
            continue
        if one.kind is PieceKind.SAID and before is PieceKind.QUOTED:
            runs.append(place)
        before = one.kind
    return runs


def _join(pieces: Iterable[Piece], trim: Callable[[str], str]) -> tuple[Piece, ...]:
    joined: list[tuple[PieceKind, list[str]]] = []
    for one in pieces:
        if joined and joined[-1][0] is one.kind:
            joined[-1][1].append(one.content)
        else:
            joined.append((one.kind, [one.content]))
    return tuple(Piece(kind, trim("\n\n".join(contents))) for kind, contents in joined)


def _trim(content: str) -> str:
    """Without blank lines around it; what begins a line stays."""
    return content.strip("\n") if content.strip() else ""


def _stretches(lines: Sequence[str]) -> list[tuple[PieceKind, int, int]]:
    """Kind, first line and the line after the last, for each stretch of one kind."""
    found: list[tuple[PieceKind, int, int]] = []
    place = start = 0
    while place < len(lines):
        kind, begins, ends = _recognise(lines, place, start)
        if kind is PieceKind.SAID:
            place = ends
            continue
        found += [(PieceKind.SAID, start, begins), (kind, begins, ends)]
        place = start = ends
    return [*found, (PieceKind.SAID, start, len(lines))]


def _recognise(lines: Sequence[str], place: int, floor: int) -> tuple[PieceKind, int, int]:
    """What begins with this line: its kind, where it began (an attribution stands above), and where it ends."""
    line = lines[place][:_LINE_CHARS]
    if line.startswith(">"):
        return PieceKind.QUOTED, _attribution(lines, place, floor), _while_quoted(lines, place)
    if FORWARD.match(line):
        return PieceKind.SAID, place, len(lines)
    if ORIGINAL.match(line) or _are_headers(lines, place):
        begins = place - 1 if place > floor and _LIST_FOOTER.match(lines[place - 1]) else place
        return PieceKind.QUOTED, begins, len(lines)
    if _ALONE.match(line) and _more_follows(lines, place):
        return PieceKind.QUOTED, place, len(lines)
    if (ends := _signature(lines, place)) > place:
        return PieceKind.SIGNATURE, place, ends
    return PieceKind.SAID, place, place + 1


def _attribution(lines: Sequence[str], place: int, floor: int) -> int:
    """Where “On …, Anna wrote:” begins above a quoted line; the line itself where there is none."""
    last = place - 1
    while last >= floor and place - last <= 2 and not lines[last].strip():
        last -= 1
    if last < floor or not _ATTRIBUTION.search(lines[last][-_LINE_CHARS:]):
        return place
    first = last
    while first > floor and last - first + 1 < _LONGEST_ATTRIBUTION and lines[first - 1].strip():
        first -= 1
    opened = next((at for at in range(last, first - 1, -1) if _OPENS.match(lines[at])), last)
    return opened if lines[opened].strip() else place


def _while_quoted(lines: Sequence[str], place: int) -> int:
    """The line after the last quoted one; blank lines between quoted ones belong to them."""
    end = place
    while place < len(lines) and (lines[place].startswith(">") or not lines[place].strip()):
        place += 1
        end = place if lines[place - 1].startswith(">") else end
    return end


def are_headers(near: str) -> bool:
    """Whether this text begins with such headers: who, when and about what, in whatever order."""
    if not LABEL.match(near):
        return False
    return all(label.search(near) for label in (_FROM_LABEL, _SENT_LABEL, _SUBJECT_LABEL))


def _are_headers(lines: Sequence[str], place: int) -> bool:
    """Whether they begin with this line, and each in a line of its own."""
    if not LABEL.match(lines[place][:_LINE_CHARS]):
        return False
    near = [line[:_LINE_CHARS] for line in lines[place : place + _HEADER_LINES]]
    return all(
        any(label.match(line) and line.strip() for line in near) for label in (_FROM_LABEL, _SENT_LABEL, _SUBJECT_LABEL)
    )


def _more_follows(lines: Sequence[str], place: int) -> bool:
    """Whether something stands below that is no quoted line; those are found by themselves."""
    following = next((line for line in lines[place + 1 : place + 4] if line.strip()), "")
    return bool(following) and not following.startswith(">")


def _signature(lines: Sequence[str], place: int) -> int:
    """The line after a signature that begins here; the line itself where none does."""
    line = lines[place][:_LINE_CHARS]
    if line.rstrip() == "--" and place + 1 < len(lines):
        ends = _until_quote(lines, place + 1)
        return ends if ends - place <= LONGEST_SIGNATURE else place
    if line.startswith(_PGP_SIGNATURE):
        return next((at + 1 for at in range(place, len(lines)) if lines[at].startswith(_PGP_END)), len(lines))
    if _SENT_FROM.match(line) or _is_list_footer(lines, place):
        ends = _until_quote(lines, place + 1)
        return ends if ends - place <= _HEADER_LINES else place
    return place


def _is_list_footer(lines: Sequence[str], place: int) -> bool:
    if not _LIST_FOOTER.match(lines[place][:_LINE_CHARS]):
        return False
    return any("mailing list" in line[:_LINE_CHARS].lower() for line in lines[place + 1 : place + 4])


def _until_quote(lines: Sequence[str], place: int) -> int:
    """Where the next quote begins, looked for as far as a signature reaches."""
    limit = min(len(lines), place + LONGEST_SIGNATURE)
    for at in range(place, limit):
        line = lines[at][:_LINE_CHARS]
        if line.startswith(">"):
            return _attribution(lines, at, place)
        if ORIGINAL.match(line) or _ALONE.match(line) or FORWARD.match(line) or _are_headers(lines, at):
            return at
    return limit
