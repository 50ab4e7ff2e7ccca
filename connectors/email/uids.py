"""Sets of UIDs written as IMAP writes them (`1:4,7`), small enough to live in a cursor."""

from __future__ import annotations

from collections.abc import Iterable


def pack(uids: Iterable[int]) -> str:
    """`{1, 2, 3, 7}` as `1:3,7`."""
    runs: list[list[int]] = []
    for uid in sorted(set(uids)):
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def unpack_newest(text: str, last: int, most: int) -> list[int]:
    """Those up to `last` of a set as a server writes it, which may reach over far more; at most the newest `most`."""
    runs: list[tuple[int, int]] = []
    for run in filter(None, text.split(",")):
        low, _, high = run.partition(":")
        one, other = sorted((int(low), int(high or low)))
        runs.append((one, min(other, last)))
    newest: list[int] = []
    for one, other in sorted(runs, reverse=True):
        newest += range(other, max(one, other - most + len(newest) + 1) - 1, -1)
    return sorted(set(newest))


def unpack(text: str) -> frozenset[int]:
    """The inverse of `pack`; raises ValueError for anything else."""
    uids: set[int] = set()
    for run in filter(None, text.split(",")):
        first, _, last = run.partition(":")
        uids.update(range(int(first), int(last or first) + 1))
    return frozenset(uids)
