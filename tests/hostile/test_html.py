"""No hostile page leaves cleaning with anything live, judged by an independent parser."""

from selectolax.lexbor import LexborHTMLParser

from inbox_app.content.html import clean
from inbox_app.content.links import safe_url
from tests.hostile import corpora

FORBIDDEN = (
    "script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "link", "meta", "base", "video",
    "audio", "template", "frame", "applet",
)  # fmt: skip
LOADING = {"src", "href"}
ALLOWED = {"dir", "href", "src", "alt", "width", "height", "align", "valign", "colspan", "rowspan", "start"}


def live_things(html: str) -> list[str]:
    """What a second parser finds in the result that could load, run or lead elsewhere."""
    tree = LexborHTMLParser(f"<!doctype html><body>{html}</body>")
    found = [name for name in FORBIDDEN if tree.body is not None and tree.body.css_first(name)]
    for node in tree.css("body *"):
        for name, value in node.attributes.items():
            if name not in ALLOWED:
                found.append(name)
            if name in LOADING and not is_harmless(name, value or ""):
                found.append(f"{name}={value}")
    return found


def is_harmless(name: str, value: str) -> bool:
    return value.startswith("cid:") if name == "src" else safe_url(value) == value


def test_nothing_live_survives_and_cleaning_again_changes_nothing() -> None:
    pages = corpora.pages()
    assert len(pages) > 3_000
    for page in pages:
        cleaned = clean(page)
        assert live_things(cleaned.html) == [], page
        assert clean(cleaned.html).html == cleaned.html, page
