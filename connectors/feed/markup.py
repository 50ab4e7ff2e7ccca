"""Reading XML from strangers: events of elements and texts, within limits, with nothing that expands or loads.

Expat alone (https://docs.python.org/3/library/pyexpat.html): a document that declares entities is refused, so that none
can grow, and nothing outside of it is ever asked for. Depth, text and number of elements are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Protocol
from xml.parsers import expat

from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _

MOST_DEPTH: Final = 64
MOST_ELEMENTS: Final = 200_000
_SEPARATOR: Final = " "
_CHARSET: Final = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)


class Handler(Protocol):
    """Hears the document. Names are `namespace local` in lower case, without a namespace the local name alone."""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def read(body: bytes, handler: Handler, content_type: str = "") -> None:
    """Tell `handler` what is in a document.

    Raises:
        BadAnswer: it is no XML, or goes beyond the limits.
    """
    declared = _CHARSET.search(content_type)
    try:
        parser = expat.ParserCreate(
            encoding=_encoding(declared[1]) if declared else None, namespace_separator=_SEPARATOR
        )
        _listen(parser, handler)
        parser.Parse(body.lstrip(b"\xef\xbb\xbf \t\r\n") if declared is None else body.lstrip(), True)
    except (expat.ExpatError, ValueError, LookupError) as bad:
        raise BadAnswer(_("The feed is not well written: {reason}.").format(reason=bad)) from bad


def _encoding(named: str) -> str | None:
    """UTF-16 says so itself by its first bytes, and what a header says about it is often wrong."""
    return None if named.lower().startswith("utf-16") else named


def _listen(parser: expat.XMLParserType, handler: Handler) -> None:
    count = depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if depth > MOST_DEPTH or count > MOST_ELEMENTS:
            raise BadAnswer(_("The feed nests too deep, or has too many elements."))
        handler.begin(name.lower(), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(name.lower())

    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.EntityDeclHandler = _refuse_entities


def _refuse_entities(*_declared: object) -> None:
    raise BadAnswer(_("The feed declares entities of its own, which is how feeds are made to explode. It is not read."))
