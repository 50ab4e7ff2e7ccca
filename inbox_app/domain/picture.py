"""What a picture of the window should show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inbox_app.domain.ids import ConversationId


@dataclass(frozen=True, slots=True)
class PictureOrder:
    """`size` is in logical pixels, `scale` how many real ones each has; `open` is the conversation to show."""

    out: Path
    theme: str = "light"
    size: tuple[int, int] = (1640, 960)
    scale: float = 1.0
    language: str | None = None
    open: ConversationId | None = None
