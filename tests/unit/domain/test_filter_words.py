"""A filter's text form: whatever a filter says is read back from its text, and what is no filter is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.filter_words import from_words, to_words
from inbox_app.domain.filters import BARE, EVERYTHING, FIXED, All, Any, By, Filter, Is, Not, from_json, to_json

_texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)


def _condition(by: By) -> st.SearchStrategy[Filter]:
    if by in BARE:
        return st.just(Is(by))
    if by in (By.LONGER, By.SHORTER):
        return st.integers(0, 999).map(lambda number: Is(by, (str(number),)))
    if by is By.UNANSWERED:
        return st.tuples(st.integers(1, 999), st.sampled_from("hdw")).map(lambda one: Is(by, (f"{one[0]}{one[1]}",)))
    values = st.sampled_from(sorted(FIXED[by])) if by in FIXED else _texts
    return st.lists(values, min_size=1, max_size=3).map(lambda said: Is(by, tuple(said)))


_conditions = st.sampled_from(By).flatmap(_condition)


def _groups(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(parts.map(All), parts.map(Any), inner.map(Not))


filters = st.recursive(_conditions, _groups, max_leaves=6)


@given(filters)
def test_what_is_written_is_read_back(tree: Filter) -> None:
    assert from_words(to_words(tree)) == tree
    assert from_json(to_json(tree)) == tree


def test_binding_is_not_then_and_then_or() -> None:
    vip, press, mine = Is(By.TAG, ("vip",)), Is(By.TAG, ("press",)), Is(By.MINE)
    assert from_words("") == EVERYTHING
    assert from_words("tag:vip tag:press or not mine") == Any((All((vip, press)), Not(mine)))
    assert from_words("tag:vip AND (tag:press OR -mine)") == All((vip, Any((press, Not(mine)))))
    assert from_words('tag:"to do, soon",vip') == Is(By.TAG, ("to do, soon", "vip"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("colour:red", "colour:red"),
        ("state:opne", "opne"),
        ("state:", "state:"),
        ("mine:yes", "mine:yes"),
        ("(mine or unread", "parenthesis"),
        ("mine )", ")"),
        ("not", "ends"),
        ("mine or", "ends"),
        ('tag:"vip', '"vip'),
        ("(" * 20 + "mine" + ")" * 20, "deep"),
    ],
)
def test_what_is_no_filter_is_named(words: str, said: str) -> None:
    with pytest.raises(WrongUse) as refused:
        from_words(words)
    assert said in refused.value.message
