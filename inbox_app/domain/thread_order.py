"""The order of a thread on screen: parents before their answers, siblings by date; or simply by date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from inbox_app.domain.ids import MessageId
from inbox_app.domain.words import Kind


def order_thread(kind: Kind, parents: Mapping[MessageId, MessageId | None]) -> list[tuple[MessageId, int]]:
    """Each message with its depth. A message whose parent is not among them stands at the top.

    Mail, direct chats and rooms are read by date, so all their messages have depth 0.
    """
    if kind.answered_by_any_later:
        return [(message, 0) for message in sorted(parents)]
    return list(_walk(parents))


def _walk(parents: Mapping[MessageId, MessageId | None]) -> Iterable[tuple[MessageId, int]]:
    children: defaultdict[MessageId | None, list[MessageId]] = defaultdict(list)
    for message, parent in parents.items():
        children[parent if parent in parents and parent != message else None].append(message)
    waiting = [(message, 0) for message in sorted(children[None], reverse=True)]
    seen = set[MessageId]()
    while waiting:
        message, depth = waiting.pop()
        seen.add(message)
        yield message, depth
        waiting.extend((child, depth + 1) for child in sorted(children[message], reverse=True))
    # A hostile service can draw a circle; nothing of it may vanish.
    yield from ((message, 0) for message in sorted(parents.keys() - seen))
