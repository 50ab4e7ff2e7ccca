"""How much an export is, in words."""

from __future__ import annotations

from inbox_app.domain.selection import Extent
from inbox_app.i18n import _, ngettext

_STEP = 1000


def extent_sentence(extent: Extent) -> str:
    """How much something is, as a sentence."""
    messages = ngettext("{count} message", "{count} messages", extent.messages).format(count=extent.messages)
    conversations = ngettext("{count} conversation", "{count} conversations", extent.conversations)
    files = ngettext("{count} attachment", "{count} attachments", extent.attachments)
    return _("{messages} in {conversations}, {attachments}: about {size}.").format(
        messages=messages,
        conversations=conversations.format(count=extent.conversations),
        attachments=files.format(count=extent.attachments),
        size=readable_size(extent.size),
    )


def readable_size(size: int) -> str:
    """Bytes as people say them: in the unit that leaves at most three digits."""
    if size < _STEP:
        return ngettext("{count} byte", "{count} bytes", size).format(count=size)
    for unit in (_("{number} kB"), _("{number} MB")):
        size, rest = divmod(size, _STEP)
        if size < _STEP:
            return unit.format(number=size + (rest >= _STEP // 2))
    return _("{number} GB").format(number=f"{size / _STEP:.1f}")
