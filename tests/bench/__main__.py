"""`make bench`: the budgets as one table, and as JSON in `build/bench.json`.

`python -m tests.bench [messages …]`: the sizes of the corpora, 10,000 and 100,000 unless others are named.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from tests.bench import (
    acting,
    encrypting,
    exporting,
    flooding,
    idling,
    importing,
    ingest,
    listing,
    reporting,
    searching,
    starting,
    window,
)
from tests.bench.corpus import CACHE, LATER, prepare
from tests.bench.ratio import Figure

RESULTS = Path("build/bench.json")
SIZES = (10_000, 100_000)
_HEAD = f"{'':4}{'':58}{'ratio':>10}{'at most':>10}{'ours µs':>14}{'floor µs':>14}"


def run(messages: int, *, later: int = LATER, cache: Path = CACHE) -> Iterator[Figure]:
    """Every figure of one size, as soon as it is known."""
    corpus = prepare(messages, later=later, cache=cache)
    for room in (ingest, searching, listing, reporting, exporting, encrypting):
        yield from room.measure(corpus)


def line(figure: Figure) -> str:
    """One line of the table; what falls short is marked."""
    most = "" if figure.most is None else f"{figure.most:.3g}"
    mark = "" if figure.is_kept else "  over"
    figures = f"{figure.ratio:10.3g}{most:>10}{figure.ours:14,.1f}{figure.floor:14,.1f}"
    return f"{figure.budget:4}{figure.what:58}{figures}{mark}"


def main(sizes: list[int]) -> None:
    """Measure, print, keep."""
    results: dict[str, list[dict[str, object]]] = {}
    for messages in sizes or SIZES:
        print(f"\n{messages:,} messages\n{_HEAD}", flush=True)
        kept = results.setdefault(str(messages), [])
        for figure in chain(run(messages), importing.figures(messages)):
            print(line(figure), flush=True)
            kept.append({**asdict(figure), "is_kept": figure.is_kept})
    print(f"\nthe window\n{_HEAD}", flush=True)
    largest = prepare(max(sizes or SIZES))
    kept = results.setdefault("window", [])
    folder = largest.address.folder
    for figure in chain(
        window.figures(), idling.figures(), flooding.figures(), starting.figures(folder), acting.figures(folder)
    ):
        print(line(figure), flush=True)
        kept.append({**asdict(figure), "is_kept": figure.is_kept})
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]])
