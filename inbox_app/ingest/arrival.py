"""A message as a service told it, cleaned at the edge and under names that the tables can hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.ids import MessageId
from inbox_app.domain.titles import snippet_of
from inbox_app.domain.words import Direction, Kind
from inbox_app.ingest import edge
from inbox_app.storage.threads import ThreadKey

UNASSIGNED = MessageId(-1)


@dataclass(slots=True)
class Arrival:
    """One delivery of a message. `at` is its place in time: not later than the moment it came."""

    message: RemoteMessage
    remote_id: str
    kind: Kind
    keys: tuple[ThreadKey, ...]
    parent: str | None
    post: str | None
    author: str
    text: str
    title: str
    sent_at: int
    at: int
    is_ours: bool
    """Whether we wrote it, here or in another program."""
    asks: bool
    """Whether it would need a reply if nothing of ours answered it. History is imported as closed."""
    of_us: bool = False
    """Whether it does not ask only because one of us says it: it waits once they are a member again."""
    id: MessageId = UNASSIGNED
    copy_of: MessageId | None = None
    """What stands for it, where another account of ours got the same mail before."""

    @property
    def snippet(self) -> str:
        """Its beginning for the list; of what it warns of, only the warning."""
        return snippet_of(self.message.marks.unasked(self.title, self.text))


def arrivals(messages: Iterable[RemoteMessage], now: int) -> list[Arrival]:
    """The messages cleaned, in their order."""
    return [_arrival(message, now) for message in messages]


def _arrival(message: RemoteMessage, now: int) -> Arrival:
    remote_id = edge.clean_key(message.remote_id)
    kind = message.kind
    # An empty key would be a hub that joins strangers.
    named = dict.fromkeys(edge.clean_key(key) for key in message.keys if key.strip()) or {remote_id: None}
    sent_at = edge.moment(message.sent_at)
    is_ours = message.direction is Direction.OUTGOING
    return Arrival(
        message=message,
        remote_id=remote_id,
        kind=kind,
        keys=tuple((kind, key) for key in named),
        parent=edge.clean_key(message.parent) if message.parent else None,
        post=edge.clean_key(message.post) if message.post else None,
        author=edge.clean_key(message.author.remote_id),
        text=edge.clean(message.text, edge.TEXT),
        title=edge.clean(message.title),
        sent_at=sent_at,
        at=min(sent_at, now),
        is_ours=is_ours,
        asks=message.needs_work and not (is_ours or message.context or message.history),
    )


def rounds(arrived: list[Arrival]) -> list[list[Arrival]]:
    """The arrivals, each message once in a round: delivered twice, it is new first and then seen again."""
    turns: dict[str, int] = {}
    result: list[list[Arrival]] = []
    for one in arrived:
        turn = turns[one.remote_id] = turns.get(one.remote_id, -1) + 1
        if turn == len(result):
            result.append([])
        result[turn].append(one)
    return result
