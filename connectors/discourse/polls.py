"""A post that asks for votes: its words with the choices at their end, as all channels tell a poll. Pure.

https://meta.discourse.org/t/discourse-poll/77548
"""

from __future__ import annotations

import re
from typing import Final

from inbox_app.contract.texts import _
from inbox_app.domain.poll import Poll

_BEGINS: Final = re.compile(r"\[poll[ \]]", re.IGNORECASE)
_ENDS: Final = re.compile(r"\[/poll\]", re.IGNORECASE)


def words_of(raw: str, title: str, poll: Poll) -> str:
    """What a post says in Markdown, its first poll told as a list."""
    said = "\n\n".join(filter(None, (_outside(raw), title)))
    listed = "\n".join(f"• {one.text}" for one in poll.choices)
    heading = _("Poll")
    return f"{said}\n\n{heading}:\n{listed}" if said else listed


def _outside(raw: str) -> str:
    begins = _BEGINS.search(raw)
    ends = _ENDS.search(raw, begins.end()) if begins else None
    if begins is None or ends is None:
        return raw.strip()
    return f"{raw[: begins.start()].rstrip()}\n\n{raw[ends.end() :].lstrip()}".strip()
