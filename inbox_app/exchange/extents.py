"""How much an export is, in words."""

from __future__ import annotations

from inbox_app.domain.selection import Extent
from inbox_app.i18n import _, ngettext

_STEP = 1000


def messages_of(count: int) -> str:
    """A number of messages in words."""
    return ngettext("{count} message", "{count} messages", count).format(count=count)


def conversations_of(count: int) -> str:
    """A number of conversations in words."""
    return ngettext("{count} conversation", "{count} conversations", count).format(count=count)


def held_in(messages: int, conversations: int) -> str:
    """What an archive or an export holds."""
    return _("{messages} in {conversations}").format(
        messages=messages_of(messages), conversations=conversations_of(conversations)
    )


def extent_sentence(extent: Extent) -> str:
    """How much something is, as a sentence."""
    files = ngettext("{count} attachment", "{count} attachments", extent.attachments)
    return _("{messages} in {conversations}, {attachments}: about {size}.").format(
        messages=messages_of(extent.messages),
        conversations=conversations_of(extent.conversations),
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
