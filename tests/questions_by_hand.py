"""Our questions and the helpers counted from scratch: every row read, one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from inbox_app.content.questions import asks
from tests.counted_by_hand import FLAT, Held

Message = Row[*tuple[Any, ...]]
Came = dict[str, tuple[int, int]]
"""By the id of the question: its answers, and by how many members."""


def own_by_hand(held: Held, since: int) -> Came:
    """What came of each question that we asked since a moment (ms)."""
    answers: dict[str, list[Message]] = {}
    theirs = [row for row in held.said if _is_theirs(held, row)]
    for row in held.said:
        if row.direction == "out" and row.id >> 20 >= since and row.deleted_at is None and asks(row.body or ""):
            flat = held.conversations[row.conversation].kind in FLAT
            answers[str(row.id)] = _next(held, row) if flat else [one for one in theirs if one.parent == row.id]
    for post in held.posts:
        ours = post.author is None or held.handles[post.author].own
        if ours and post.published_at >= since and post.deleted_at is None and asks(f"{post.title}\n{post.text}"):
            answers[post.id] = [one for one in theirs if one.post == post.id]
    return {one: (len(rows), len({held.handles[row.author].member for row in rows})) for one, rows in answers.items()}


def helpers_by_hand(held: Held, since: int) -> Mapping[str, tuple[int, int]]:
    """Each member who answered questions of others since a moment: how many, and with which message the last."""
    known = {row.id: row for row in held.said}
    helped: defaultdict[str, set[int]] = defaultdict(set)
    last: dict[str, int] = {}
    for row in held.said:
        question = known.get(row.parent)
        if question is None or row.id >> 20 < since or not _is_theirs(held, row):
            continue
        asker, who = held.handles[question.author].member, held.handles[row.author].member
        if question.direction == "in" and asks(question.body or "") and asker and who and asker != who:
            helped[who].add(question.id)
            last[who] = row.id
    return {who: (len(questions), last[who]) for who, questions in helped.items()}


def _is_theirs(held: Held, row: Message) -> bool:
    author = held.handles[row.author]
    return row.direction == "in" and row.deleted_at is None and not author.own and not author.colleague


def _next(held: Held, question: Message) -> list[Message]:
    """What members said after it, until we spoke again."""
    found = []
    for row in held.by_conversation[question.conversation]:
        if row.id > question.id and row.direction == "out":
            break
        if row.id > question.id and _is_theirs(held, row):
            found.append(row)
    return found
