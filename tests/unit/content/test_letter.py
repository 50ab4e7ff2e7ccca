"""What we write: light formatting, signature and quote, in a text and where needed in HTML beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_app.content.folding import PieceKind, fold_text, split_html
from inbox_app.content.formatting import is_formatted, to_html, to_plain
from inbox_app.content.letter import Original, write_letter
from inbox_app.domain.words import Formatting
from tests.hostile.judge import live_things

AT = datetime(2026, 11, 26, 10, 12, tzinfo=UTC)
MAYA = Original("Maya", "maya@example.org", AT, "Coming?\n\n> earlier", None, "Friday", "us@example.org")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p>\n<p>three</p>"),
        ("**bold** and *slanted*", "<p><b>bold</b> and <i>slanted</i></p>"),
        ("2 * 3 * 4 and 5*6*7", "<p>2 * 3 * 4 and 5*6*7</p>"),
        ("- a\n- b\n1. c", "<ul><li>a</li><li>b</li></ul>\n<ol><li>c</li></ol>"),
        ("see https://a.example/x?a=1&b=2.", ('<p>see <a href="https://a.example/x?a=1&amp;b=2">'
         "https://a.example/x?a=1&amp;b=2</a>.</p>")),
        ("[the list](https://a.example/)", '<p><a href="https://a.example/">the list</a></p>'),
        ("[no](javascript:alert(1))", "<p>[no](javascript:alert(1))</p>"),
        ("![A leaf](leaf.png) ![x](other.png)", '<p><img src="cid:1@p" alt="A leaf"> ![x](other.png)</p>'),
        ("<b>&amp;", "<p>&lt;b&gt;&amp;amp;</p>"),
    ],
)  # fmt: skip
def test_light_formatting(text: str, html: str) -> None:
    assert to_html(text, {"leaf.png": "1@p"}) == html


@pytest.mark.parametrize(
    "text", ["plain", "2 * 3 * 4", "https://a.example/", "a - b", "![x](gone.png)", "snake_case_x"]
)
def test_what_is_not_formatted_stays_plain(text: str) -> None:
    assert not is_formatted(text, {})
    assert write_letter(text).html == ""


def test_pictures_and_links_are_readable_in_the_plain_text() -> None:
    text = "![A leaf](leaf.png) [list](https://a.example/)"
    assert to_plain(text, {"leaf.png": "1@p"}) == "[A leaf] list <https://a.example/>"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab*_[]()!<>&\"' \n-1.#:/htps", max_size=60))
def test_whatever_is_typed_is_safe_html(text: str) -> None:
    html = to_html(text, {"a": "1@p"})
    assert live_things(html) == []


def test_a_letter_has_signature_and_quote_in_the_order_of_business_mail() -> None:
    letter = write_letter("Yes.", "Tideline\nVia Roma 1", MAYA)
    when = f"{AT.astimezone():%Y-%m-%d %H:%M}"
    assert letter.text == (f"Yes.\n\n-- \nTideline\nVia Roma 1\n\nOn {when}, Maya wrote:\n> Coming?\n>\n>> earlier")
    assert letter.html == ""
    kinds = [piece.kind for piece in fold_text(letter.text)]
    assert kinds == [PieceKind.SAID, PieceKind.SIGNATURE, PieceKind.QUOTED]


def test_html_goes_beside_it_where_something_is_formatted() -> None:
    rich = Original("Maya", "maya@example.org", AT, "Coming?", '<p>Coming?</p><img src="cid:x" alt="a leaf">')
    letter = write_letter("**Yes.**", "Tideline", rich)
    assert letter.text.startswith("**Yes.**\n\n-- \nTideline\n\nOn ")
    assert "<b>Yes.</b>" in letter.html
    assert "<p>Coming?</p>a leaf" in letter.html
    assert "cid:" not in letter.html
    assert [one.kind for one in split_html(letter.shown)] == [
        PieceKind.SAID,
        PieceKind.SIGNATURE,
        PieceKind.QUOTED,
    ]
    assert live_things(letter.shown) == []
    assert write_letter("**Yes.**", "Tideline", rich, Formatting.PLAIN).html == ""


def test_what_is_passed_on_has_its_headers_above_it_and_is_not_folded() -> None:
    passed = Original(
        "Maya", "maya@example.org", AT, "Coming?", None, "Friday", "us@example.org", "Ben <ben@x.test>", forwarded=True
    )
    text = write_letter("Can you?", "", passed).text
    assert text.startswith("Can you?\n\n---------- Forwarded message ----------\nFrom: Maya <maya@example.org>\nDate: ")
    assert text.endswith("Subject: Friday\nTo: us@example.org\nCc: Ben <ben@x.test>\n\nComing?")
    assert [one.kind for one in fold_text(text)] == [PieceKind.SAID]


def test_a_giant_original_is_cut() -> None:
    giant = Original("Maya", "maya@example.org", AT, "line\n" * 100_000)
    text = write_letter("Yes.", "", giant).text
    assert len(text) < 120_000
    assert text.endswith("> […]")
