"""Pictures that a stranger's HTML would fetch from elsewhere: kept as inert addresses, shown only where somebody asks.

Cleaned HTML holds them as `elsewhere:https://…`, an address that nothing resolves. What is laid out holds none of
them: each gives way to its description, or to a picture that was fetched meanwhile, by `cid:` like those the mail
brought along. What is there only to tell that a mail was opened is not even kept.
"""

import hashlib
import re
from collections.abc import Collection, Mapping

from inbox_app.content import caps
from inbox_app.content.tags import unescape

SCHEME = "elsewhere:"
_REMOTE = re.compile(r"(?:https?:)?//(?=[^/\s])", re.IGNORECASE)
_KEPT = re.compile(SCHEME + r"https://[^\s\"'<>\\]+")
_IMAGE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_SOURCE = re.compile(rf' src="({SCHEME}[^"]*)"')
_ALT = re.compile(r' alt="([^"]*)"')
_TINY = re.compile(r"\s*0*[01](?:\.\d*)?\s*(?:px)?\s*", re.IGNORECASE)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[;\s])(?:max-)?(?:width|height)\s*:\s*0*[01](?:\.\d*)?\s*(?:px|[;!]|$)",
    re.IGNORECASE,
)


def is_tracker(attributes: Mapping[str, str]) -> bool:
    """Whether a picture is made so that nobody sees it: a pixel high or wide, or hidden."""
    sides = (attributes.get(side, "") for side in ("width", "height"))
    return any(_TINY.fullmatch(side) for side in sides) or bool(_UNSEEN.search(attributes.get("style", "")))


def keep(value: str) -> str | None:
    """The inert address of a picture from elsewhere; None for what is none. It is only ever asked for over https."""
    if _KEPT.fullmatch(value):
        return value if len(value) <= caps.URL_CHARS else None
    begins = _REMOTE.match(value)
    if begins is None:
        return None
    kept = f"{SCHEME}https://{value[begins.end() :]}"
    return kept if len(kept) <= caps.URL_CHARS and _KEPT.fullmatch(kept) else None


def addresses(cleaned: str) -> tuple[str, ...]:
    """The addresses of the pictures from elsewhere in cleaned HTML, each once."""
    if SCHEME not in cleaned:
        return ()
    found = (_SOURCE.search(image[0]) for image in _IMAGE.finditer(cleaned))
    return tuple(dict.fromkeys(_address(source) for source in found if source))


def content_id(address: str) -> str:
    """Under which name a picture that was fetched stands beside those that the mail brought along."""
    return f"{hashlib.sha256(address.encode()).hexdigest()[:32]}@elsewhere"


def settled(cleaned: str, there: Collection[str] = ()) -> str:
    """Cleaned HTML to be laid out: of `there`, content ids, the pictures; of the others what describes them."""
    if SCHEME not in cleaned:
        return cleaned

    def settle(image: re.Match[str]) -> str:
        source = _SOURCE.search(image[0])
        if source is None:
            return image[0]
        name = content_id(_address(source))
        return image[0].replace(source[0], f' src="cid:{name}"') if name in there else described(image[0])

    return _IMAGE.sub(settle, cleaned)


def described(image: str) -> str:
    """A picture that is not shown leaves its description, not a broken picture."""
    alt = _ALT.search(image)
    return alt[1].replace("\n", " ") if alt else ""


def _address(source: re.Match[str]) -> str:
    return unescape(source[1]).removeprefix(SCHEME)
