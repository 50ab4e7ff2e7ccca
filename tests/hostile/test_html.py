"""No hostile page leaves cleaning with anything live, judged by an independent parser."""

from inbox_app.content.html import clean
from tests.hostile import corpora
from tests.hostile.judge import live_things


def test_nothing_live_survives_and_cleaning_again_changes_nothing() -> None:
    pages = corpora.pages()
    assert len(pages) > 3_000
    for page in pages:
        cleaned = clean(page)
        assert live_things(cleaned.html) == [], page
        assert clean(cleaned.html).html == cleaned.html, page
