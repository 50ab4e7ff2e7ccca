"""What is typed into the search field means what it says, and always something."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from inbox_app.domain.excerpt import make_excerpt
from inbox_app.domain.search_query import Has, Is, Match, SearchQuery, Term, parse
from inbox_app.domain.timecode import to_ms

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def test_words_phrases_parts_and_exclusions() -> None:
    assert parse('ciao "buon giorno" *bahn* -spam', NOW).terms == (
        Term("ciao"),
        Term("buon giorno", Match.PHRASE),
        Term("bahn", Match.PART),
        Term("spam", excluded=True),
    )


def test_every_operator() -> None:
    typed = 'from:anna from:"Bob B" channel:Mail tag:vip is:open has:attachment before:2026-02 after:2025'
    assert parse(typed, NOW) == SearchQuery(
        from_=("anna", "Bob B"),
        channels=("mail",),
        tags=("vip",),
        is_=(Is.OPEN,),
        has=(Has.ATTACHMENT,),
        before=to_ms(datetime(2026, 2, 1, tzinfo=UTC)),
        after=to_ms(datetime(2025, 1, 1, tzinfo=UTC)),
    )


def test_days_ago_count_from_the_beginning_of_the_day() -> None:
    assert parse("after:3d", NOW).after == to_ms(datetime(2026, 6, 12, tzinfo=UTC))


def test_what_is_no_operator_is_a_word() -> None:
    assert parse("https://example.org is:blue before:soon", NOW).terms == (
        Term("https://example.org"),
        Term("is:blue"),
        Term("before:soon"),
    )


def test_scripts_without_spaces_are_found_anywhere() -> None:
    assert parse("東京", NOW).terms == (Term("東京", Match.PART),)


@given(st.text() | st.text(alphabet='"*-: abisfromhastagbefore:after0123456789\0é'))
def test_parsing_never_fails_and_leaves_no_empty_text(typed: str) -> None:
    query = parse(typed, NOW)
    assert all(any(c.isalnum() for c in term.text) for term in query.terms)
    assert not any("\0" in term.text for term in query.terms)


@given(st.text(), st.text(min_size=1))
def test_marks_lie_inside_the_line_in_order(body: str, typed: str) -> None:
    found = make_excerpt(body, parse(typed, NOW).terms)
    ends = [place for mark in found.marks for place in mark]
    assert ends == sorted(ends)
    assert all(0 <= a < b <= len(found.text) for a, b in found.marks)


def test_a_long_text_is_cut_around_the_first_find() -> None:
    found = make_excerpt("word " * 200 + "the Pâté is here " + "word " * 200, parse("pate", NOW).terms)
    ((begin, end),) = found.marks
    assert found.text[begin:end] == "Pâté"
    assert (found.text[0], found.text[-1]) == ("…", "…")
    assert len(found.text) <= 202
