"""HTML keeps what it says and loses what it does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_app.content import caps
from inbox_app.content.html import clean
from inbox_app.content.reading import to_text
from tests.hostile.judge import live_things

FRAGMENTS = [
    "<b>", "</b>", "<p>", "</p>", "<table>", "<td>", "</table>", "<a href='http://a.example'>", "</a>", "<svg>",
    "<math>", "<style>", "</style>", "<script>", "</script>", "<title>", "</title>", "<!--", "-->", "<![CDATA[", "]]>",
    "<img src=x>", "<img src=cid:a alt='<b>'>", "<a href='javascript:x'>", "<form>", "<select>", "<template>", "<h1>",
    "<ul><li>", "text", "&lt;", "&#x202e;", '"', "'", ">", "<", "<div style='background:url(x)' onclick=x>",
    "<pre>\n\n", "<noscript>", "\0",
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "cleaned"),
    [
        ("<p class=a id=b style='x' onclick='y'>a</p>", "<p>a</p>"),
        ("a<script>b</script><style>c</style><title>d</title>e", "ae"),
        ("<form><input>a</form><custom>b</custom>", "ab"),
        ("<svg><a xlink:href='javascript:x'>a</a></svg>", "<a>a</a>"),
        ('<a href="https://a.example/?a&b" target=x>a</a>', '<a href="https://a.example/?a&amp;b">a</a>'),
        ("<a href='\u2028javascript:alert(1)'>a</a>", "<a>a</a>"),
        ("<a href='/relative'>a</a>", "<a>a</a>"),
        ("<img src='cid:a@b' alt=x onerror=y>", '<img src="cid:a@b" alt="x">'),
        ("<img src='https://t.example/p.gif'>", '<img src="elsewhere:https://t.example/p.gif">'),
        ("<img src='/p.gif' alt='A <b> \"q\"'>", 'A &lt;b&gt; "q"'),
        ("<img src='file:///etc/passwd'><img src='data:x'>", ""),
        ("<td background='http://x'>a</td>", "a"),
        ("<p dir=rtl>a</p><p dir='javascript:x'>b</p>", '<p dir="rtl">a</p><p>b</p>'),
        ("&#x202e;evil\u2066", "evil"),
        ("<!-- [if mso]>x<![endif]-->a<!--", "a"),
    ],
)
def test_what_is_kept(source: str, cleaned: str) -> None:
    assert clean(source).html == cleaned


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * (caps.HTML_DEPTH + 1) + "text",
        "<div></b>" * (caps.HTML_DEPTH + 1) + "text",
        "<div><!-- </div> --><title></div></title>" * (caps.HTML_DEPTH + 1) + "text",
        "text" + " " * caps.HTML_CHARS,
    ],
)
def test_beyond_the_caps_there_is_only_text(source: str) -> None:
    cleaned = clean(source)
    assert (cleaned.html, cleaned.text, cleaned.too_large) == ("", "text", True)


def test_at_the_caps_there_is_html() -> None:
    source = "<div>" * caps.HTML_DEPTH + "text" + "</div>" * caps.HTML_DEPTH
    assert clean(source).html == source
    assert not clean(f"<p>{'a' * 505}</p>" * (caps.HTML_CHARS // 512)).too_large


def test_nesting_hidden_from_us_is_hidden_from_the_cleaner_too() -> None:
    """What our own counting does not see (other parsing modes) never reaches the parser that is slow on it."""
    source = "<svg><title>" + "<div>" * 8_000 + "</title><input>" + "<math><mi>" * 8_000
    assert clean(source).html == ""


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=25).map("".join))
def test_nothing_lives_and_nothing_changes_twice(source: str) -> None:
    cleaned = clean(source)
    assert live_things(cleaned.html) == []
    assert clean(cleaned.html).html == cleaned.html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one\n two</p><p>three<br>four</p>", "one two\n\nthree\nfour"),
        ("<ul><li>a<li>b<ol><li>c<li>d</ol></ul>e", "- a\n- b\n  1. c\n  2. d\n\ne"),
        ("<a href='https://a.example/x'>here</a>!", "here <https://a.example/x>!"),
        ("<a href='https://a.example/'>a.example</a>", "a.example"),
        ("<a href='mailto:ann@a.example'>ann@a.example</a>", "ann@a.example"),
        ("<a href='javascript:x'>here</a>", "here"),
        ("<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "> a\n> b\n>\n> > c\n\nd"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc"),
        ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
        ("a&nbsp;&amp;&lt;b&gt; &#8364;&#999999999999;", "a &<b> €\ufffd"),
        ("<style>x</style><title>y</title>a <img alt='pic'> b<hr>c", "a [pic] b\n---\nc"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_text_of_html(source: str, text: str) -> None:
    assert to_text(source) == text
