"""Plain text made safe to show: control characters, direction overrides, length; format=flowed (RFC 3676)."""

import re

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls; tab, line ends and NEL are handled apart
    "\u202a-\u202e\u2066-\u2069"  # direction embeddings, overrides and isolates
    "\ufff9-\ufffb\ufeff]"  # interlinear annotation, byte order mark
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_QUOTES = re.compile(r">*")


def safe_text(text: str, limit: int | None = None) -> str:
    """The text with line feeds only and without what could hide or reorder it, cut at `limit` characters."""
    text = _LINE_END.sub("\n", text)
    text = _SURROGATE.sub("\ufffd", _UNWANTED.sub("", text))
    return text if limit is None else text[:limit]


def safe_line(text: str, limit: int) -> str:
    """The text as one line, each run of white space one space."""
    return _SPACES.sub(" ", safe_text(text[: limit * 4])).strip()[:limit]


def unflow(text: str, delete_space: bool) -> str:
    """Join the soft line breaks of format=flowed; `delete_space` is the DelSp parameter."""
    done: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        quotes = _QUOTES.match(line)
        here = quotes.end() if quotes else 0
        body = line[here:]
        body = body.removeprefix(" ")
        if pieces and here != depth:
            done.append(_quoted(depth, pieces))
            pieces = []
        depth = here
        soft = body.endswith(" ") and body != "-- "
        pieces.append(body[:-1] if soft and delete_space else body)
        if not soft:
            done.append(_quoted(depth, pieces))
            pieces = []
    if pieces:
        done.append(_quoted(depth, pieces))
    return "\n".join(done)


def _quoted(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth else text
