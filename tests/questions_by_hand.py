"""Our questions and the helpers counted from scratch: every row read, one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tests.counted_by_hand import FLAT, Held, is_answered, ms, place
from tests.labels_by_hand import Message
from tests.questions_told import is_question

Came = dict[str, tuple[int, int]]
"""By the id of the question: its answers, and by how many members."""


def own_by_hand(held: Held, since: int) -> Came:
    """What came of each question that we asked since a moment (ms)."""
    answers: dict[str, list[Message]] = {}
    theirs = [row for row in held.said if _is_theirs(held, row)]
    for row in held.said:
        if row.direction == "out" and ms(row) >= since and row.deleted_at is None and is_question(row.body or ""):
            flat = held.conversations[row.conversation].kind in FLAT
            answers[str(row.id)] = _next(held, row) if flat else [one for one in theirs if one.parent == row.id]
    for post in held.posts:
        ours = post.author is None or held.handles[post.author].own
        if (
            ours
            and post.published_at >= since
            and post.deleted_at is None
            and is_question(f"{post.title}\n{post.text}")
        ):
            answers[post.id] = [one for one in theirs if one.post == post.id]
    return {one: (len(rows), len({held.handles[row.author].member for row in rows})) for one, rows in answers.items()}


def helpers_by_hand(held: Held, since: int) -> Mapping[str, tuple[int, int]]:
    """Each member who answered questions of others since a moment: how many, and with which message the last."""
    known = {row.id: row for row in held.said}
    helped: defaultdict[str, set[int]] = defaultdict(set)
    last: dict[str, int] = {}
    for row in held.said:
        question = known.get(row.parent)
        if question is None or ms(row) < since or not _is_theirs(held, row):
            continue
        asker, who = held.handles[question.author].member, held.handles[row.author].member
        if question.direction == "in" and is_question(question.body or "") and asker and who and asker != who:
            helped[who].add(question.id)
            last[who] = row.id
    return {who: (len(questions), last[who]) for who, questions in helped.items()}


def open_by_hand(held: Held) -> Mapping[int, list[int]]:
    """What members asked and nobody of us answered nor let be: each with what other members wrote right below it."""
    theirs = [row for row in held.said if _is_theirs(held, row) and held.handles[row.author].member]
    asked = [row for row in theirs if is_question(row.body or "") and _waits(held, row)]
    return {
        row.id: [
            one.id
            for one in theirs
            if one.parent == row.id and held.handles[one.author].member != held.handles[row.author].member
        ]
        for row in asked
    }


def _waits(held: Held, row: Message) -> bool:
    """Needs a reply, by `semantics.md`: nothing of ours below it, nor after it where anything later answers.

    What we said in the same moment may as well have been said before it: so it waits.
    """
    last = held.last_of_ours.get(row.conversation)
    same_moment = row.id not in held.below and last is not None and ms(last) == ms(row)
    return not row.history and not row.dismissed and (same_moment or not is_answered(held, row))


def _is_theirs(held: Held, row: Message) -> bool:
    author = held.handles[row.author]
    return row.direction == "in" and row.deleted_at is None and not author.own and not author.colleague


def _next(held: Held, question: Message) -> list[Message]:
    """What members said after it, until we spoke again."""
    found = []
    for row in held.by_conversation[question.conversation]:
        if place(row) > place(question) and row.direction == "out":
            break
        if place(row) > place(question) and _is_theirs(held, row):
            found.append(row)
    return found
