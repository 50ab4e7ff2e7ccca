"""Delivery reports (https://www.rfc-editor.org/rfc/rfc3464): which mail they are about, and what became of it where."""

import re
from collections.abc import Iterator

from inbox_app.content import caps
from inbox_app.content.ids import parse_id
from inbox_app.content.plain import safe_line
from inbox_app.content.structure import Fields, read_fields
from inbox_app.content.words import decode_words
from inbox_app.domain.marks import Delivery, Fate

STATUS_MEDIA = frozenset({"message/delivery-status", "message/global-delivery-status"})
RETURNED_MEDIA = frozenset({
    "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers",
})  # fmt: skip
_BLOCKS = 200
"""Recipients of one report."""
_SAID_CHARS = 300
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def read_deliveries(raw: bytes) -> tuple[Delivery, ...]:
    """What a delivery-status part says of each address."""
    found = (_delivery(fields) for fields in _blocks(raw.replace(b"\r\n", b"\n")))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def read_returned_id(raw: bytes) -> str | None:
    """The Message-ID of the mail, or of the headers, that a report brings back."""
    fields, _ = read_fields(raw, 0, len(raw), set())
    return parse_id(fields.first("message-id"))


def _blocks(raw: bytes) -> Iterator[Fields]:
    """The blocks of fields that blank lines part; the first is about the report itself."""
    for block in raw[: caps.HEADER_BLOCK_BYTES].split(b"\n\n", _BLOCKS)[:_BLOCKS]:
        text = block.strip(b"\n")
        if text:
            yield read_fields(text + b"\n\n", 0, len(text) + 2, set())[0]


def _delivery(fields: Fields) -> Delivery | None:
    action = fields.first("action").split(";")[0].strip().lower()
    if action not in Fate.__members__.values():
        return None
    address = _after_type(fields.first("original-recipient")) or _after_type(fields.first("final-recipient"))
    status = _STATUS.search(fields.first("status"))
    said = safe_line(decode_words(_after_type(fields.first("diagnostic-code"))), _SAID_CHARS)
    return Delivery(safe_line(address, 320).strip("<>"), Fate(action), status[0] if status else "", said)


def _after_type(value: str) -> str:
    """`rfc822; maya@example.org` without its type."""
    kind, found, rest = value.partition(";")
    return rest.strip() if found and "@" not in kind else value.strip()
