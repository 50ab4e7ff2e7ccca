"""Formatting stands beside the text, counted in UTF-16: both ways, and whatever a hostile one says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.telegram.entities import html_of, read_typed
from connectors.telegram.fields import Fields
from inbox_app.domain.jsonvalue import JsonValue
from tests.connectors.telegram.conftest import TelegramStage, news
from tests.connectors.telegram.server import GROUP
from tests.contract.connector_tests import messages
from tests.contract.stage import reply


def entity(kind: str, offset: int, length: int, **more: str) -> JsonValue:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("typed", "plain", "entities"),
    [
        ("nothing at all", "nothing at all", []),
        ("5 * 3 * 2 and a*b*c", "5 * 3 * 2 and a*b*c", []),
        ("😀 **so** *hot*", "😀 so hot", [entity("bold", 3, 2), entity("italic", 6, 3)]),
        (
            "see [the 🏺 page](https://kiln.example/a) and `x`",
            "see the 🏺 page and x",
            [entity("text_link", 4, 11, url="https://kiln.example/a"), entity("code", 20, 1)],
        ),
        ("[no](javascript:alert)", "[no](javascript:alert)", []),
    ],
)
def test_what_is_typed_becomes_stretches(typed: str, plain: str, entities: list[JsonValue]) -> None:
    assert read_typed(typed) == (plain, entities)


@pytest.mark.parametrize(
    ("text", "entities", "shown"),
    [
        ("@anna https://kiln.example", [entity("mention", 0, 5), entity("url", 6, 20)], None),
        ("🏺 hot\n& new", [entity("bold", 3, 3)], "🏺 <b>hot</b><br>&amp; new"),
        ("both", [entity("bold", 0, 4), entity("italic", 0, 4)], "<b><i>both</i></b>"),
        ("abcd", [entity("bold", 0, 3), entity("italic", 1, 3)], "<b>a</b><b><i>bc</i></b><i>d</i>"),
        ("page", [entity("text_link", 0, 4, url="https://kiln.example/?a&b")],
         '<a href="https://kiln.example/?a&amp;b">page</a>'),
        ("page", [entity("text_link", 0, 4, url="javascript:alert(1)")], "page"),
    ],
)  # fmt: skip
def test_stretches_are_shown(text: str, entities: list[JsonValue], shown: str | None) -> None:
    assert html_of(Fields({"text": text, "entities": entities})) == shown


@given(
    st.text(max_size=40),
    st.lists(
        st.tuples(
            st.sampled_from(["bold", "italic", "text_link", "pre", "nonsense"]),
            st.integers(-5, 90),
            st.integers(-5, 2**40),
        ),
        max_size=20,
    ),
)
def test_no_stretch_brings_in_anything_of_its_own(text: str, stretches: list[tuple[str, int, int]]) -> None:
    entities = [entity(*one, url='https://x.example/"><script>') for one in stretches]
    shown = html_of(Fields({"text": text, "entities": entities})) or ""
    assert "<script" not in shown
    shown.encode("utf-8")


async def test_formatting_goes_and_comes(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.say("@kiln_bot how 🔥 hot?", GROUP, entities=[entity("bold", 10, 3)])
    events, cursor = await news(connector, cursor)
    (question,) = messages(events)
    assert question.html == "@kiln_bot <b>how</b> 🔥 hot?"
    act = reply("🔥 **1200** degrees, [here](https://kiln.example/t)", question)
    await connector.send(act, connector.freeze(act, await connector.connect()))
    (there,) = stage.server.ours("1200")
    assert there["text"] == "🔥 1200 degrees, here"
    assert there["entities"] == [entity("bold", 3, 4), entity("text_link", 17, 4, url="https://kiln.example/t")]
    (copy,) = messages((await news(connector, cursor))[0])
    assert copy.html == '🔥 <b>1200</b> degrees, <a href="https://kiln.example/t">here</a>'
