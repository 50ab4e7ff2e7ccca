"""Links from outside: which may be followed, where they really lead, and whether their text says otherwise.

After https://url.spec.whatwg.org/ and https://www.unicode.org/reports/tr39/. Ask again at the click.
"""

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

from inbox_app.content import caps

_DOTS = re.compile("[\u3002\uff0e\uff61]")
_DROPPED = re.compile("[\t\r\n]+")
_EDGES = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"(https?)://(?=[^/\\])|(mailto):(?=.)", re.IGNORECASE)
_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?"
)
_IPV6 = re.compile(r"[0-9a-f:.]{2,45}")
_NAMED = re.compile(
    r"(?:https?:/{0,2}|www\.)?((?:[^\s./:@?#<>()\"']{1,63}\.)+[^\W\d_]{2,24})\.?(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_NAMED_INSIDE = re.compile(r"(?:https?://|www\.)((?:[^\s./:@?#<>()\"']{1,63}\.)+[^\W\d_]{2,24})", re.IGNORECASE)
_FILES = frozenset({
    "js", "txt", "pdf", "html", "htm", "php", "asp", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "csv",
    "jpg", "jpeg", "png", "gif", "exe", "json", "xml", "yml"
})  # fmt: skip
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
_LATIN_LOOKALIKES = frozenset("асԁеһіјӏорԛѕԝхуѵьԍοαυνγικορτω")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def safe_url(url: str) -> str | None:
    """The link when it is an absolute http, https or mailto one without tricks, otherwise None."""
    url = _DROPPED.sub("", url.strip(_EDGES)).replace(" ", "%20")
    if len(url) > caps.URL_CHARS or not _SCHEME.match(url):
        return None
    if any(unicodedata.category(char) in _HIDDEN for char in url if not " " < char < "\x7f"):
        return None
    scheme, _, rest = url.partition(":")
    url = f"{scheme.lower()}:{rest}"
    if url.startswith("mailto:"):
        return url
    return url if real_host(url) else None


def real_host(url: str) -> str | None:
    """The host that a browser would ask, in ASCII and lower case; None when there is none or the URL hides it."""
    parts = _split(url)
    if parts is None or "@" in parts.netloc or "\\" in parts.netloc or "%" in parts.netloc:
        return None
    try:
        host = (parts.hostname or "").rstrip(".")
        _ = parts.port
    except ValueError:
        return None
    if ":" in host:
        return host if _IPV6.fullmatch(host) else None
    ascii_host = _to_ascii(host)
    return ascii_host if ascii_host and _HOST.fullmatch(ascii_host) else None


def shown_host(url: str) -> str | None:
    """The host for people: in its own script where that cannot be mistaken, otherwise in ASCII (`xn--…`)."""
    host = real_host(url)
    if host is None or "xn--" not in host:
        return host
    try:
        native = host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
    return host if is_confusable(native) else native


def is_confusable(host: str) -> bool:
    """True when a label mixes scripts, or only looks Latin."""
    return any(_mixes(label) or _looks_latin(label) for label in host.split("."))


def is_deceptive(text: str, url: str) -> bool:
    """True when a link's text names another host than its URL, or the URL disguises its host.

    A link that is not `safe_url` always counts as deceptive.
    """
    safe = safe_url(url)
    if safe is None:
        return True
    named = _named_hosts(_DOTS.sub(".", unicodedata.normalize("NFKC", text[: caps.URL_CHARS])).strip())
    if safe.startswith("mailto:"):
        return _names_other_mailbox(text.strip(), safe)
    host = shown_host(safe) or ""
    if host.startswith("xn--") or ".xn--" in host:
        return True
    return any(not _same_site(name, real_host(safe) or "") for name in named)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.netloc else None


def _to_ascii(host: str) -> str | None:
    """IDNA, with the lengths checked first, since the codec is quadratic."""
    if not host or len(host) > 253:
        return None
    if host.isascii():
        return host.lower()
    host = unicodedata.normalize("NFKC", host)
    if any(len(label) > 63 for label in host.split(".")):
        return None
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def _scripts(label: str) -> set[str]:
    letters = (char for char in label if char.isalpha())
    return {unicodedata.name(char, "UNKNOWN").split(" ")[0] for char in letters}


def _mixes(label: str) -> bool:
    scripts = _scripts(label)
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def _looks_latin(label: str) -> bool:
    letters = [char for char in label if char.isalpha()]
    return bool(letters) and all(char in _LATIN_LOOKALIKES for char in letters)


def _named_hosts(text: str) -> list[str]:
    whole = _NAMED.fullmatch(text)
    names = [whole[1]] if whole and not _is_file(text) else _NAMED_INSIDE.findall(text)
    return [ascii_name for name in names if (ascii_name := _to_ascii(name.lower()))]


def _is_file(text: str) -> bool:
    return "/" not in text and text.rpartition(".")[2].lower() in _FILES


def _same_site(named: str, host: str) -> bool:
    named, host = named.removeprefix("www."), host.removeprefix("www.")
    return host == named or host.endswith(f".{named}") or named.endswith(f".{host}")


def _names_other_mailbox(text: str, url: str) -> bool:
    target = url.removeprefix("mailto:").partition("?")[0].lower()
    return "@" in text and " " not in text and text.lower().removeprefix("mailto:") != target
