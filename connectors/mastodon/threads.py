"""Where a status belongs: under a post of ours, in a direct conversation, or in somebody's thread that names us.

Decided from the top of its reply chain downwards, by facts of the server alone: who wrote the root, and whether each
status is direct. The server tells a chain by https://docs.joinmastodon.org/methods/statuses/#context.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from connectors.mastodon.client import Client, Gone, path_of
from connectors.mastodon.wire import Context, Reader, Status
from inbox_app.domain.words import Kind

_REMEMBERED: Final = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """A status's place. `anchor` is the status from which its thread is looked at again.

    `tied` says that it hangs together with its parent in one conversation. Without an anchor it is other people's
    earlier talk: context.
    """

    kind: Kind
    anchor: str | None
    post: str | None = None
    tied: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A status and its place."""

    status: Status
    place: Place

    @property
    def is_post(self) -> bool:
        """Whether it is one of our own posts, which are never work to do."""
        return self.place.post == self.status.id


def place_of(status: Status, above: Place | None, me: str) -> Place:
    """The place of a status below a placed one; None where it is a root, or nobody can see what it answers."""
    if status.is_direct:
        return above if above and above.kind is Kind.DIRECT else _begin_direct(status, above)
    if above is not None and above.kind is Kind.COMMENTS:
        return above
    if status.parent is None and status.account.id == me:
        return Place(Kind.COMMENTS, status.id, post=status.id)
    if above is not None and above.kind is Kind.MENTION and above.anchor:
        return above
    return Place(Kind.MENTION, status.id if concerns(status, me) else None)


def _begin_direct(status: Status, above: Place | None) -> Place:
    """What stands above in public is no part of it: two people may be answered in private there."""
    return Place(Kind.DIRECT, status.id, tied=above is None)


def concerns(status: Status, me: str) -> bool:
    """Whether we wrote it, or it names or answers us."""
    return me in (status.account.id, status.parent_account) or any(one.id == me for one in status.mentions)


def oldest_first(statuses: Iterable[Status]) -> list[Status]:
    """In time, and within one moment by id: an answer never stands before what it answers."""
    return sorted(statuses, key=lambda one: (one.created_at, len(one.id), one.id))


class Threads:
    """Places statuses, asking the server for what stands above them where that is not known."""

    def __init__(self, client: Client, reader: Reader, me: str) -> None:
        self._client = client
        self._reader = reader
        self._me = me
        self._known: OrderedDict[str, Place] = OrderedDict()

    async def chain(self, status: Status) -> list[Placed]:
        """The status with whatever stands above it that was not placed before, from the top down."""
        if status.parent is None or status.parent in self._known:
            return [self._put(status)]
        above = (await self.context(status.id)).ancestors
        return [self._put(one) for one in (*above, status)]

    async def below(self, anchor: str) -> list[Placed]:
        """Everything below a placed status."""
        return [self._put(one) for one in oldest_first((await self.context(anchor)).descendants)]

    async def context(self, status: str) -> Context:
        """What the server shows above and below; nothing where the status is gone."""
        try:
            return self._reader.context((await self._client.get(path_of("v1", "statuses", status, "context"))).json())
        except Gone:
            return Context((), ())

    def put_anchor(self, anchor: str, place: Place) -> None:
        """Know a place from an earlier pull."""
        self._remember(anchor, place)

    def _put(self, status: Status) -> Placed:
        place = place_of(status, self._known.get(status.parent or ""), self._me)
        self._remember(status.id, place)
        return Placed(status, place)

    def _remember(self, status: str, place: Place) -> None:
        self._known[status] = place
        self._known.move_to_end(status)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
