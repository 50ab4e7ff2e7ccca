"""Links to a message: what is copied is read back, anything else is no link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.domain.deep_links import DeepLink, read_deep_link
from inbox_app.domain.ids import MessageId


@given(st.integers(min_value=0, max_value=2**62), st.text(min_size=1, max_size=30))
def test_what_is_copied_is_read_back(number: int, workspace: str) -> None:
    try:
        workspace.encode()
    except UnicodeEncodeError:
        return
    link = DeepLink(MessageId(number), workspace)
    assert read_deep_link(f"  {link.text}\n") == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "portavoce",
        "portavoce:message/",
        "portavoce:message/seven",
        "portavoce:message/٧",
        "portavoce:message/7/8",
        "portavoce:delete/7",
        "portavoce://[message/7",
        "https://example.org/portavoce:message/7",
        "portavoce:message/" + "7" * 30,
        "portavoce:message/7?workspace=" + "x" * 500,
    ],
)
def test_anything_else_is_no_link(text: str) -> None:
    assert read_deep_link(text) is None
