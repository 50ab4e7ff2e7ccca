"""Links lead where they say, or nowhere."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.content.links import is_deceptive, real_host, safe_url, shown_host

PIECES = [
    "http://",
    "https:",
    "//",
    "javascript:",
    "\u2028",
    "\t",
    "\n",
    "\0",
    "@",
    "a.example",
    "mailto:",
    "%0a",
    "\\",
    "data:",
    "?",
    "#",
    " ",
]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ("HTTPS://A.example", "https://A.example"),
        (" https://a.example/long\n\tline ", "https://a.example/longline"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("mailto:ann@a.example?subject=x", "mailto:ann@a.example?subject=x"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("https://bücher.example/", "https://bücher.example/"),
    ],
)
def test_honest_links_live(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example", "/path", "//a.example", "javascript:alert(1)", "\u2028javascript:alert(1)", "java\nscript:x",
        "data:text/html,x", "file:///etc/passwd", "vbscript:x", "cid:x", "ftp://a.example", "https:a.example", "https:///x",
        "http://a@b.example", "https://bank.example:pw@evil.example/", "https://bank.example\\@evil.example",
        "https://a.example\u202e/x", "https://a\u200b.example", "https://a.exa\x00mple", "https://a.example:99999/",
        "https://a..example", "https://-a.example", "http://[::1", "https://%61.example/", "mailto:",
        "https://" + "a" * 5_000,
    ],
)  # fmt: skip
def test_tricks_are_dead(url: str) -> None:
    assert safe_url(url) is None
    assert is_deceptive("click", url)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join))
def test_whatever_lives_is_absolute_and_stays_as_it_is(url: str) -> None:
    safe = safe_url(url)
    if safe is not None:
        assert safe_url(safe) == safe
        assert safe.startswith(("http://", "https://", "mailto:"))
        assert safe.isprintable()
        assert safe.startswith("mailto:") or ("@" not in urlsplit(safe).netloc and real_host(safe))


@pytest.mark.parametrize(
    ("url", "asked", "shown"),
    [
        ("https://Bank.Example./x", "bank.example", "bank.example"),
        ("https://bücher.example", "xn--bcher-kva.example", "bücher.example"),
        ("https://аррӏе.example", None, None),
        ("https://аррле.example", "xn--80akrta.example", "аррле.example"),
        ("https://bаnk.example", "xn--bnk-6cd.example", "xn--bnk-6cd.example"),
        ("https://例え.example", "xn--r8jz45g.example", "例え.example"),
        ("http://127.0.0.1:80", "127.0.0.1", "127.0.0.1"),
        ("mailto:a@b", None, None),
    ],
)
def test_the_host_that_is_asked_and_shown(url: str, asked: str | None, shown: str | None) -> None:
    if asked is None and url.startswith("https"):  # letters Python's older IDNA may not know
        assert shown_host(url) is None or str(shown_host(url)).startswith("xn--")
    else:
        assert (real_host(url), shown_host(url)) == (asked, shown)


@pytest.mark.parametrize(
    ("text", "url", "deceptive"),
    [
        ("our page", "https://a.example/", False),
        ("https://a.example/x", "https://a.example/y", False),
        ("www.a.example", "https://a.example/", False),
        ("a.example", "https://www.a.example/login", False),
        ("A.EXAMPLE", "https://login.a.example/", False),
        ("bank.example", "https://evil.example/", True),
        ("https://bank.example/login", "https://bank.example.evil.example/", True),
        ("see https://bank.example now", "https://evil.example/", True),
        ("bank。example", "https://evil.example/", True),
        ("bank.example", "https://bank-example.evil.example/", True),
        ("report.pdf", "https://files.example/report.pdf", False),
        ("Hello. World", "https://a.example/", False),
        ("my page", "https://bаnk.example/", True),
        ("ann@a.example", "mailto:ann@a.example?subject=x", False),
        ("ann@a.example", "mailto:eve@evil.example", True),
        ("write to us", "mailto:ann@a.example", False),
        ("bücher.example", "https://xn--bcher-kva.example/", False),
    ],
)
def test_a_text_that_names_another_place_is_deceptive(text: str, url: str, deceptive: bool) -> None:
    assert is_deceptive(text, url) is deceptive
