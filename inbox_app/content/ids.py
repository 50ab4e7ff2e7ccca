"""Message ids (https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4), kept without their angle brackets."""

import re

from inbox_app.content import caps

_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_BETWEEN = re.compile(r"[\s<>,;()\"]+")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")


def parse_id(text: str) -> str | None:
    """The first message id of a value, or None."""
    return next(iter(parse_ids(text)), None)


def parse_ids(text: str) -> tuple[str, ...]:
    """Message ids in order, each once; of too many the first and the newest are kept."""
    found = [_BLANK.sub("", each) for each in _BRACKETED.findall(text)] or [
        each for each in _BETWEEN.split(text) if "@" in each
    ]
    ids = list(dict.fromkeys(each for each in found if _is_usable(each)))
    if len(ids) > caps.REFERENCES:
        ids = [ids[0], *ids[-(caps.REFERENCES - 1) :]]
    return tuple(ids)


def _is_usable(text: str) -> bool:
    return 0 < len(text) <= caps.ID_CHARS and text.isprintable()
