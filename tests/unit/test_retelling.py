"""Sentences that were stored with their values are told in the language spoken now."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from inbox_app import i18n
from inbox_app.i18n import _, retell, set_language
from inbox_app.storage import accounts, ledger
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """English again afterwards."""
    yield
    set_language("en")


def test_a_sentence_with_values_is_taken_apart_and_told_again() -> None:
    stored = []
    for language in ("it", "en"):
        set_language(language)
        inner = _("The service did not answer in time.")
        stored.append((_("{handle} does not offer this here.").format(handle="@a{b}"), inner))
    for language, expected in (("it", stored[0]), ("en", stored[1])):
        set_language(language)
        assert [retell(sentence) for sentence, _inner in stored] == [expected[0]] * 2
        assert [retell(inner) for _sentence, inner in stored] == [expected[1]] * 2
        assert retell("Their own words: {0} {x} 100 %") == "Their own words: {0} {x} 100 %"


def test_a_name_that_is_also_a_word_of_ours_stays_what_it_is() -> None:
    set_language("en")
    stored = _("{handle} does not offer this here.").format(handle=_("Reminders"))
    set_language("it")
    assert _("Reminders") not in ("Reminders", retell(stored))
    assert retell(stored) == _("{handle} does not offer this here.").format(handle="Reminders")


async def test_trouble_and_gaps_are_told_in_the_language_of_now(sqlite_store: Store) -> None:
    set_language("it")
    account = await sqlite_store.write(connect)
    sentence = _("{handle} does not offer this here.").format(handle="@brand")
    await sqlite_store.write(lambda tx: accounts.note_failure(tx, account, sentence, "refused", next_poll=None))
    for name in ("open", "closed"):
        gap = ledger.Gap(name, None, None, can_close=True, reason=sentence)
        await sqlite_store.write(partial(ledger.find_gap, account=account, found=gap))
    await sqlite_store.write(lambda tx: ledger.close_gap(tx, account, "closed"))
    set_language("en")
    (line,) = await sqlite_store.read(ledger.lines)
    told = await sqlite_store.read(lambda conn: accounts.get(conn, account).error)
    assert [told, line.gaps[0].reason, line.closed[0].reason] == ["@brand does not offer this here."] * 3


def test_each_form_reads_its_own_values_back() -> None:
    """In every language, whatever the values are; and one that lacks a value is no such sentence."""
    set_language("en")
    forms = i18n._forms()
    assert len(forms) > 500
    for form in forms:
        values = {name: f"<{place}{{x}}>" for place, name in enumerate(dict.fromkeys(form.names))}
        between = [*(values[name] for name in form.names), ""]
        said = "".join(fixed + value for fixed, value in zip(form.fixed, between, strict=True))
        assert form.values_in(said) == values
        assert form.values_in(form.fixed[0] + form.fixed[-1]) is None or len(form.fixed) == 1
