"""An independent judge of cleaned HTML: another parser, and its own list of what is dangerous."""

from selectolax.lexbor import LexborHTMLParser

from inbox_app.content.links import safe_url

FORBIDDEN = (
    "script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "link", "meta", "base", "video",
    "audio", "template", "frame", "applet",
)  # fmt: skip
LOADING = {"src", "href"}
ALLOWED = {"dir", "href", "src", "alt", "width", "height", "align", "valign", "colspan", "rowspan", "start"}
MARKS = {"said", "quoted", "signature"}
"""Where something is to be folded; the class of a line break, which styles nothing."""


def live_things(html: str) -> list[str]:
    """What a second parser finds in the result that could load, run or lead elsewhere."""
    tree = LexborHTMLParser(f"<!doctype html><body>{html}</body>")
    found = [name for name in FORBIDDEN if tree.body is not None and tree.body.css_first(name)]
    for node in tree.css("body *"):
        for name, value in node.attributes.items():
            if name not in ALLOWED and not (node.tag == "br" and name == "class" and value in MARKS):
                found.append(name)
            if name in LOADING and not is_harmless(name, value or ""):
                found.append(f"{name}={value}")
    return found


def is_harmless(name: str, value: str) -> bool:
    """A source may be one of the message's own pictures, or an address that nothing resolves."""
    return value.startswith(("cid:", "elsewhere:https://")) if name == "src" else safe_url(value) == value
