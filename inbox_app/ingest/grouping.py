"""Which messages belong together: those that share a key, directly or through others, in whatever order they come.

A union of keys (disjoint sets with path halving). Keys and the threads that are stored already are points; every
message joins its keys, every stored key joins its thread. What is connected at the end is one thread.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thread = TypeVar("Thread", bound=Hashable)


@dataclass(slots=True)
class Group(Generic[Key, Thread]):
    """One thread to be: its keys that were named now, and the stored threads that it connects."""

    keys: set[Key] = field(default_factory=set)
    threads: set[Thread] = field(default_factory=set)


class _Points:
    """Disjoint sets of points."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def root(self, point: Hashable) -> Hashable:
        above = self._above
        parent = above.setdefault(point, point)
        while parent != point:
            above[point] = above[parent]
            point, parent = above[point], above[above[point]]
        return point

    def join(self, one: Hashable, other: Hashable) -> None:
        one, other = self.root(one), self.root(other)
        if one != other:
            self._above[other] = one


def group_by_keys(
    messages: Iterable[tuple[tuple[Key, ...], Thread | None]], stored: Mapping[Key, Thread]
) -> dict[Key, Group[Key, Thread]]:
    """The group of each key.

    `messages` are pairs of a message's keys (at least one) and the thread it is in already, if it is; `stored` says
    to which thread a key belongs already.
    """
    points = _Points()
    keys: dict[Key, None] = {}
    for named, thread in messages:
        first = named[0]
        keys.update(dict.fromkeys(named))
        for other in named[1:]:
            points.join(first, other)
        if thread is not None:
            points.join(("thread", thread), first)
    for key, thread in stored.items():
        points.join(("thread", thread), key)
    return _collect(points, keys, [(key, thread) for key, thread in stored.items()], messages)


def _collect(
    points: _Points,
    keys: Iterable[Key],
    stored: Iterable[tuple[Key, Thread]],
    messages: Iterable[tuple[tuple[Key, ...], Thread | None]],
) -> dict[Key, Group[Key, Thread]]:
    groups: defaultdict[Hashable, Group[Key, Thread]] = defaultdict(Group)
    of_key: dict[Key, Group[Key, Thread]] = {}
    for key in keys:
        group = of_key[key] = groups[points.root(key)]
        group.keys.add(key)
    for key, thread in stored:
        groups[points.root(key)].threads.add(thread)
    for named, bound in messages:
        if bound is not None:
            groups[points.root(named[0])].threads.add(bound)
    return of_key


def connected(parts: Iterable[Iterable[Key]]) -> list[list[Key]]:
    """The sets that arise when parts that share a member are united."""
    points = _Points()
    members: dict[Key, None] = {}
    for part in parts:
        named = list(part)
        members.update(dict.fromkeys(named))
        for other in named[1:]:
            points.join(named[0], other)
    united: defaultdict[Hashable, list[Key]] = defaultdict(list)
    for one in members:
        united[points.root(one)].append(one)
    return list(united.values())
