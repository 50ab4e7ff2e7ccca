"""How much an export is, in words."""

from __future__ import annotations

from collections.abc import Callable

from inbox_app.domain.selection import Extent
from inbox_app.i18n import _, ngettext

_STEP = 1000
Say = Callable[[int], str]
"""How a count is written: the window sets its thousands apart."""


def messages_of(count: int, say: Say = str) -> str:
    """A number of messages in words."""
    return ngettext("{count} message", "{count} messages", count).format(count=say(count))


def conversations_of(count: int, say: Say = str) -> str:
    """A number of conversations in words."""
    return ngettext("{count} conversation", "{count} conversations", count).format(count=say(count))


def held_in(messages: int, conversations: int, say: Say = str) -> str:
    """What an archive or an export holds."""
    return _("{messages} in {conversations}").format(
        messages=messages_of(messages, say), conversations=conversations_of(conversations, say)
    )


def extent_sentence(extent: Extent, say: Say = str) -> str:
    """How much something is, as a sentence."""
    files = ngettext("{count} attachment", "{count} attachments", extent.attachments)
    return _("{messages} in {conversations}, {attachments}: about {size}.").format(
        messages=messages_of(extent.messages, say),
        conversations=conversations_of(extent.conversations, say),
        attachments=files.format(count=say(extent.attachments)),
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
