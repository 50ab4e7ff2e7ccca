"""Whose the tags of conversations are that were joined: of a decision taken back, the others know what is left to them.

A join remembers the tags that the one which went had, and which of them its survivor had not. Both follow what is taken
back before the join is, and what was decided about the whole goes back to the part that had the tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Detail = dict[str, Any]


def leave_tags(before: Detail, later: Detail) -> bool:
    """Let a later decision know which tags a taken back one gave or took; whether it knows something new."""
    changed = [_follow(before, join) for join in _joins(later)]
    for join in _joins(before):
        changed.append(_give_part(join, later))
        changed += [_leave_to_other(join, other) for other in _joins(later) if other["to"] == join["to"]]
    return any(changed)


def _joins(detail: Detail) -> Iterator[Detail]:
    return (move for move in detail.get("moves", ()) if move["kind"] == "merge")


def _follow(before: Detail, join: Detail) -> bool:
    """What was put on, or taken off, one of two that were joined since."""
    tags, came, changed = join["tags"], join["tags_that_came"], False
    put, taken = list[object](), list[object]()
    for where, which in before["tags_put"]:
        if where == join["of"] and which in tags:
            tags.remove(which)
            if which in came:
                came.remove(which)
                put.append([join["to"], which])
        elif where == join["to"] and which in tags and which not in came:
            came.append(which)  # the other one brought it too: it stays until they are parted
        else:
            put.append([where, which])
            continue
        changed = True
    for where, which in before["tags_taken"]:
        if where == join["to"] and which in came:
            came.remove(which)  # the other one brought it again: it has it for itself now
            changed = True
        else:
            taken.append([where, which])
    before["tags_put"], before["tags_taken"] = put, taken
    return changed


def _give_part(join: Detail, later: Detail) -> bool:
    """What was taken off the whole was taken off each part that had it."""
    tags, came, taken = join["tags"], join["tags_that_came"], []
    for where, which in later["tags_taken"]:
        if where == join["to"] and which in tags:
            tags.remove(which)
            taken.append([join["of"], which])
            if which in came:
                came.remove(which)
                continue
        taken.append([where, which])
    changed = bool(taken != later["tags_taken"])
    later["tags_taken"] = taken
    return changed


def _leave_to_other(join: Detail, other: Detail) -> bool:
    """Tags and decisions that another one joined since brought as well stay with the whole, for that one's sake."""
    mine, theirs = join["tags_that_came"], other["tags_that_came"]
    both = [which for which in mine if which in other["tags"] and which not in theirs]
    join["tags_that_came"] = [which for which in mine if which not in both]
    theirs += both
    known = other.get("operations_of_both", [])
    about_both = [one for one in join["operations"] if one in known]
    join["operations"] = [one for one in join["operations"] if one not in about_both]
    join["operations_of_both"] = [*join.get("operations_of_both", ()), *about_both]
    other["operations"] += about_both
    other["operations_of_both"] = [one for one in known if one not in about_both]
    return bool(both or about_both)
