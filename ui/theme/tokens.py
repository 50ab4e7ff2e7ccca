"""The colours of the window, light and dark, and the measures that both share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour by what it is for. `…_soft` is the ground on which the colour of that name is read."""

    dark: bool
    bg: str
    side: str
    raised: str
    sunken: str
    line: str
    line2: str
    text: str
    text2: str
    text3: str
    hover: str
    selected: str
    selected_side: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    accent_text: str
    warn: str
    warn_soft: str
    red: str
    red_soft: str
    green: str
    green_soft: str
    thumb: str


LIGHT: Final = Tokens(
    dark=False,
    bg="#FFFFFF",
    side="#F5F6F8",
    raised="#FFFFFF",
    sunken="#F5F6F8",
    line="#E6E8EC",
    line2="#D5D9E0",
    text="#171A21",
    text2="#565D6B",
    text3="#5F6675",
    hover="#EDEFF2",
    selected="#E9ECFE",
    selected_side="#E4E7EC",
    accent="#4353E0",
    accent_hover="#3442BF",
    on_accent="#FFFFFF",
    accent_soft="#E9ECFE",
    accent_text="#3442BF",
    warn="#93570A",
    warn_soft="#FDF1DA",
    red="#C22F2F",
    red_soft="#FCE8E7",
    green="#1B7245",
    green_soft="#E0F4E8",
    thumb="#C9CED6",
)

DARK: Final = Tokens(
    dark=True,
    bg="#15171C",
    side="#101216",
    raised="#1C1F26",
    sunken="#101216",
    line="#262A32",
    line2="#363B46",
    text="#ECEEF2",
    text2="#A8AFBC",
    text3="#8D94A3",
    hover="#1D2027",
    selected="#23284A",
    selected_side="#20242C",
    accent="#5566EA",
    accent_hover="#4555D8",
    on_accent="#FFFFFF",
    accent_soft="#23284A",
    accent_text="#A9B3FF",
    warn="#F0B95A",
    warn_soft="#362A14",
    red="#FF8A84",
    red_soft="#3B1D1E",
    green="#6FD39B",
    green_soft="#15301F",
    thumb="#3A3F4A",
)

READ_ON: Final[dict[str, tuple[str, ...]]] = {
    "text": ("bg", "side", "raised", "sunken", "hover", "selected", "selected_side", "warn_soft", "red_soft"),
    "text2": ("bg", "side", "raised", "sunken", "hover", "selected", "selected_side"),
    "text3": ("bg", "side", "raised", "sunken", "hover", "selected", "selected_side", "warn_soft"),
    "on_accent": ("accent", "accent_hover"),
    "accent_text": ("bg", "raised", "sunken", "accent_soft", "selected", "hover"),
    "warn": ("bg", "side", "warn_soft", "selected_side", "hover"),
    "red": ("bg", "side", "red_soft", "selected_side", "hover"),
    "green": ("bg", "sunken", "green_soft"),
}
"""Which text stands on which grounds; each pair is at least 4.5 : 1."""

SEEN_ON: Final[dict[str, tuple[str, ...]]] = {
    "accent": ("bg", "side", "raised", "sunken", "hover", "selected", "selected_side"),
    "text3": ("bg", "side", "raised", "sunken", "hover", "selected", "selected_side"),
    "green": ("bg",),
}
"""Which signs without words stand on which grounds: rings of the focus, boxes to tick, icons, bars of charts; 3 : 1."""

MEMBER_COLOURS: Final = (
    "#C2552C", "#2F7D6E", "#7A5AC8", "#BD4A81", "#3A76C2", "#7D6E28", "#43803A", "#A8553A",
    "#5B6472", "#0F7C8C", "#9A4FB3", "#B23B4E", "#4A5BC4", "#8A5A44", "#6B7A1E", "#1F6F9E",
)  # fmt: skip
"""Grounds of avatars, on which white initials are read."""

TAG_COLOURS: Final = ("#B9770E", "#2E8B57", "#7A5AC8", "#BD4A81", "#3A76C2", "#0F8C8C", "#C2552C", "#C43C2E")
"""Dots of tags for which no colour was chosen; each is seen on light and on dark, beside the tag's name."""

SIDEBAR_WIDTH: Final = 244
PANEL_WIDTH: Final = 320
ROW_HEIGHT: Final = 88
TALL_ROW: Final = 106
"""With two lines of what was said."""
CLOSE_ROW: Final = 72
"""With one line, where rows stand close together."""
LOW_WINDOW: Final = 520
"""In a window lower than this, at the usual size of text, what stands around the messages makes itself small."""
NESTING: Final = 38
DEEPEST_NESTING: Final = 6
