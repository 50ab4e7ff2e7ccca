"""The guide's pages in two languages: where their links lead, and which page says the same in the other one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "docs" / "guide"
ITALIAN = ENGLISH / "it"
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Whatever people read: the guide, the pages beside it, the README."""
    return sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def links(page: Path) -> Iterator[str]:
    """Where a page leads within the project; what looks like a link in an example is none."""
    text = _CODE.sub("", page.read_text("utf-8"))
    return (one for one in _LINK.findall(text) if "://" not in one and not one.startswith("mailto:"))


def broken(page: Path) -> list[str]:
    """Links that lead to no file, or to no heading in it."""
    return [one for one in links(page) if not _leads(page, one)]


def unpaired(english: Path = ENGLISH, italian: Path = ITALIAN) -> list[str]:
    """Pages that do not lead to their like in the other language, or are not led to from there."""
    there = {page: _led_to(page, italian) for page in sorted(english.glob("*.md"))}
    back = {page: _led_to(page, english) for page in sorted(italian.glob("*.md"))}
    alone = [one.name for one, led in there.items() if not any(one in back.get(other, ()) for other in led)]
    return alone + [f"it/{one.name}" for one, led in back.items() if not any(one in there.get(o, ()) for o in led)]


def _led_to(page: Path, folder: Path) -> set[Path]:
    found = {(page.parent / one.partition("#")[0]).resolve() for one in links(page)}
    return {one for one in found if one.parent == folder.resolve()}


def _leads(page: Path, link: str) -> bool:
    path, _sign, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or target.suffix != ".md" or anchor in set(map(_anchor, _headings(target)))


def _headings(page: Path) -> list[str]:
    return _HEADING.findall(re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL))


def _anchor(heading: str) -> str:
    """As the pages are shown on the project's site: small letters, blanks as dashes, other signs gone."""
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")
