"""Variables: filled in once, never from what others wrote, and nothing unresolved is ready to leave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.domain.errors import Refused
from inbox_app.domain.placeholders import (
    VARIABLES,
    Mark,
    fill,
    first_name,
    harmless,
    holes,
    ready,
    strange_names,
)

words = st.sampled_from([*"{}|. \n\u202e", "member.first", "post.title", "{member.name}", "Ann", "x"])
hostile = st.lists(words, max_size=9).map("".join)
values = st.dictionaries(st.sampled_from(list(VARIABLES)), hostile)
plain = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="{}"), max_size=9)
names = st.sampled_from(list(VARIABLES))
tokens = st.lists(
    st.one_of(
        plain.map(lambda text: ("text", text, "")),
        st.tuples(st.just("variable"), names, st.just("")),
        st.tuples(st.just("fallback"), names, st.sampled_from(["", "friend"])),
        st.tuples(st.just("as is"), names, st.just("")),
    ),
    max_size=7,
)
SHAPES = {"text": "{0}", "variable": "{{{0}}}", "fallback": "{{{0}|{1}}}", "as is": "{{{{{0}}}}}"}


def test_a_value_a_fallback_and_what_is_missing() -> None:
    filled = fill("Hi {member.first|friend}, about {post.title}", {"post.title": "Glazes"})
    assert filled.text == "Hi friend, about Glazes"
    assert [piece.mark for piece in filled.pieces if piece.name] == [Mark.FALLBACK, Mark.VALUE]
    open_one = fill("Hi {member.first}, {member.City}", {"member.first": "Anna"})
    assert (open_one.text, open_one.missing) == ("Hi Anna, {member.City}", ("member.city",))


def test_an_empty_fallback_is_a_choice() -> None:
    assert fill("Hi{member.first|}!", {}).text == "Hi!"


def test_a_member_s_own_field_has_the_name_that_people_gave_it() -> None:
    assert fill("Order {Member.Order Number}", {"member.order number": "42"}).text == "Order 42"


@pytest.mark.parametrize(
    "plain", ["{}", "{ }", '{"a": 1}', "{color: red}", "a { b } c", "{{", "{count}", "/users/{id}"]
)
def test_other_braces_are_text(plain: str) -> None:
    assert fill(plain, {"count": "no", "id": "no"}).text == plain
    assert ready(plain) == plain


def test_two_braces_say_just_that() -> None:
    stands = fill("Write {{member.first}} or {{name}}", {"member.first": "Anna"}).text
    assert stands == "Write {{member.first}} or {name}"
    assert ready(stands) == "Write {member.first} or {name}"


@pytest.mark.parametrize(
    "text", ["{member.first}", "{ Member.First }", "{member.nick}", "{today.date|", "{post.link|x}"]
)
def test_what_is_missing_is_named_and_does_not_leave(text: str) -> None:
    if holes(text):
        with pytest.raises(Refused, match=r"\{\w+\.\w+\}"):
            ready(f"Hello {text}")
    else:
        assert text == "{today.date|", "half a variable is text"


def test_what_a_template_may_not_name() -> None:
    assert strange_names("{name} {member.shoe size} {post.titel} {{name}} {post.title}") == ("name", "post.titel")


@given(tokens, values)
def test_a_text_leaves_as_meant_or_not_at_all(parts: list[tuple[str, str, str]], known: dict[str, str]) -> None:
    """Whatever others wrote: each piece says what it must, and with one missing nothing leaves."""
    text = "".join(SHAPES[kind].format(name, otherwise) for kind, name, otherwise in parts)
    meant = ""
    for kind, name, otherwise in parts:
        value = harmless(known.get(name, ""))
        if kind == "variable" and not value:
            with pytest.raises(Refused):
                ready(fill(text, known).text)
            return
        meant += {"text": name, "as is": f"{{{name}}}"}.get(kind, value or otherwise)
    assert ready(fill(text, known).text) == meant


@given(hostile)
def test_what_others_wrote_steers_nothing(value: str) -> None:
    assert not set("{}\n\u202e") & set(harmless(value))


@given(st.lists(st.one_of(words, names.map("{{{0}}}".format)), max_size=9).map("".join))
def test_what_is_ready_had_nothing_missing(text: str) -> None:
    try:
        ready(text)
    except Refused:
        assert holes(text)
    else:
        assert not holes(text)


@given(st.text())
def test_a_text_without_variables_leaves_as_it_was_typed(text: str) -> None:
    assert ready(text.replace("{", "")) == text.replace("{", "")


def test_names_that_are_none() -> None:
    assert first_name("Anna Maria Rossi") == "Anna"
    assert first_name("O’Brien Kate") == "O’Brien"
    assert [first_name(name) for name in ("", "xX_42", "anna@example.org", "@anna", "J")] == [""] * 5
