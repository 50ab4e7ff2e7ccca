"""Pictures from elsewhere are kept as addresses that lead nowhere, and laid out only where one was fetched."""

import pytest

from inbox_app.content import caps
from inbox_app.content.elsewhere import addresses, content_id, settled
from inbox_app.content.html import clean

LOGO = "https://a.example/logo.png?a=1&b=2"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<img src='https://a.example/1'>", ("https://a.example/1",)),
        ("<img src=' http://a.example/1 '>", ("https://a.example/1",)),
        ("<img src='//b.example/2'>", ("https://b.example/2",)),
        ("<img src='HTTPS://a.example/1'><img src='https://a.example/1'>", ("https://a.example/1",)),
        ("<img src='elsewhere:https://a.example/1'>", ("https://a.example/1",)),
        (f"<img src='{LOGO}'>", (LOGO,)),
        ("<img src='cid:x'><img src='/local'><img src='data:image/png;base64,AA'>", ()),
        ("<img src='elsewhere:file:///etc/passwd'><img src='elsewhere:http://a.example/'>", ()),
        ("<img src='https:///etc/passwd'><img src='file://a/b'>", ()),
        ("<a href='elsewhere:https://a.example/1'>a</a>", ()),
        ("<img src='https://a.example/" + "x" * caps.URL_CHARS + "'>", ()),
    ],
)
def test_only_addresses_of_the_web_are_kept(source: str, found: tuple[str, ...]) -> None:
    cleaned = clean(source).html
    assert addresses(cleaned) == found
    assert clean(cleaned).html == cleaned


@pytest.mark.parametrize(
    "hidden",
    [
        "width=1", "height='1'", "width=0 height=0", "width='1px'", "style='display:none'", "style='width:1px'",
        "style='a:b; max-height: 0px'", "style='visibility : hidden'", "style='height:0'",
    ],
)  # fmt: skip
def test_what_only_tells_that_a_mail_was_opened_is_not_kept(hidden: str) -> None:
    assert clean(f"<p>a<img src='https://t.example/open' alt='t' {hidden}></p>").html == "<p>a</p>"


@pytest.mark.parametrize("seen", ["width=100%", "width=600", "style='width:10px'", "style='line-height:1'", "width=16"])
def test_what_is_to_be_seen_is_kept(seen: str) -> None:
    assert addresses(clean(f"<img src='https://t.example/logo' {seen}>").html) == ("https://t.example/logo",)


def test_no_more_than_the_cap() -> None:
    many = "".join(f"<img src='https://a.example/{place}' alt={place}>" for place in range(caps.REMOTE_IMAGES + 3))
    cleaned = clean(many).html
    assert len(addresses(cleaned)) == caps.REMOTE_IMAGES
    assert clean(cleaned).html == cleaned


def test_what_is_laid_out_names_no_address() -> None:
    cleaned = clean(f"<p>a <img src='{LOGO}' alt='Our <b> logo' width=80> b <img src='cid:own'></p>")
    assert settled(cleaned.html) == '<p>a Our &lt;b&gt; logo b <img src="cid:own"></p>'
    assert cleaned.text == "a Our <b> logo b", "as if the picture were not there"
    name = content_id(LOGO)
    assert f'<img src="cid:{name}" ' in settled(cleaned.html, {name})
    assert "elsewhere:" not in settled(cleaned.html, {name}) + settled(cleaned.html)
