"""What is asked: by members and still open, by us and what came of it, and who helped; by phrases of each language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from inbox_app.domain.loyalty import DAY_MS
from inbox_app.domain.questions import Ledger, is_question
from inbox_app.storage import asking
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

__all__ = ["Ledger", "asks", "ledger"]


async def ledger(store: Store, days: int = 90) -> Ledger:
    """All open questions of members, whenever they were asked; ours and the helpers of these days."""
    since = store.now() - days * DAY_MS

    def work(conn: Reading) -> Ledger:
        return Ledger(
            asking.open_questions(conn, asks),
            asking.own_questions(conn, since, asks),
            asking.helpers(conn, since, asks),
        )

    return await store.read(work)


def asks(text: str) -> bool:
    """Whether a text asks something, in any language we know."""
    return is_question(text, _starts())


@cache
def _starts() -> frozenset[str]:
    folder = files("resources") / "questions"
    read = (tomllib.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml"))
    return frozenset(start for one in read for start in one["starts"])
