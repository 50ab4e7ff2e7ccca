"""Where the quoted end of a plain mail begins, so that it can be folded away."""

from __future__ import annotations


def part_quotes(text: str) -> tuple[str, str]:
    """What was said, and the quoted lines after it; without such lines the second is empty."""
    lines = text.rstrip().split("\n")
    end = len(lines)
    while end and (lines[end - 1].startswith(">") or not lines[end - 1].strip()):
        end -= 1
    quoted = "\n".join(lines[end:]).strip("\n")
    if not quoted:
        return text.rstrip(), ""
    return "\n".join(lines[:end]).rstrip(), quoted
