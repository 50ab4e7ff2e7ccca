"""Templates as a table: out and in again unchanged, looked at first, wrong lines named, no live formula."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox_app.actions import templating
from inbox_app.actions.templating import Wording
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.words import Hat
from inbox_app.exchange.template_sheets import lay_out, survey_sheet, take_sheet, write_sheet
from inbox_app.i18n import set_language
from inbox_app.queries import templates as questions
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store

WE = ColleagueId(ME)
cell = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="{}"), max_size=12)


async def fill_shelf(store: Store) -> None:
    steps = templating.steps_of(["tag thanked", "snooze in 3 days"], store.now())
    first = Wording("thanks", 'Thanks,\n"dear"; {member.first|you}', "Daily", "/t", "danke merci", "en", steps=steps)
    await templating.add(store, WE, first)
    await templating.add(store, WE, Wording("thanks", "Grazie!", language="it", channel="mastodon"))
    await templating.add(store, WE, Wording("thanks 2", "=Thank you", variant_of="thanks"))
    await templating.add(store, WE, Wording("offer", "-10 %", hat=Hat.SOCIAL, owner=WE, title="+1"))
    await templating.add(store, WE, Wording("mugs", "Which mug?", question=True))


async def test_what_goes_out_comes_in_the_same(store: Store) -> None:
    await fill_shelf(store)
    sheet = await write_sheet(store, WE)
    found = await survey_sheet(store, WE, sheet)
    assert (found.new, found.changed, found.same, found.problems) == ([], [], 5, [])
    for family in await questions.families(store, WE):
        await templating.remove(store, WE, family.first.id)
    taken = await take_sheet(store, WE, sheet)
    assert len(taken.new) == 5
    assert await write_sheet(store, WE) == sheet
    assert len((await questions.named(store, WE, "thanks")).variants) == 2


async def test_no_cell_is_a_formula(store: Store) -> None:
    await fill_shelf(store)
    cells = [cell for row in csv.reader(StringIO(await write_sheet(store, WE))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=Thank you" in cells


async def test_a_dry_run_counts_and_changes_nothing(store: Store) -> None:
    await fill_shelf(store)
    sheet = "Name;Text\nmugs;Which mug today?\nnew one;Hello\n"
    before = await write_sheet(store, WE)
    found = await survey_sheet(store, WE, sheet)
    assert ([one.name for one in found.new], [one.name for one in found.changed]) == (["new one"], ["mugs"])
    assert await write_sheet(store, WE) == before
    await take_sheet(store, WE, sheet)
    again = await survey_sheet(store, WE, sheet)
    assert (again.new, again.changed, again.same) == ([], [], 2)


async def test_wrong_lines_are_named_and_nothing_is_taken_in(store: Store) -> None:
    sheet = (
        "name,text,language,hat,steps,shortcut\n"
        'fine,"two\nlines",en,,,/f\n'
        "unknown,Hi {name},,,,\n"
        "\n"
        "hat,Hi,,bowler,,\n"
        "step,Hi,,,dance,\n"
        "Fine,twice,EN,,,\n"
        "taken,Hi,,,,/f\n"
        ",Hi,,,,\n"
    )
    found = await survey_sheet(store, WE, sheet)
    assert [line for line, _sentence in found.problems] == [4, 6, 7, 8, 9, 10]
    with pytest.raises(Refused, match="6 lines make no sense"):
        await take_sheet(store, WE, sheet)
    assert await questions.families(store, WE) == ()


@pytest.mark.parametrize("sheet", ["", "just words", "a,b\n1,2\n", 'name,text\n"open', "\x00"])
async def test_what_is_no_table_of_templates_is_refused_in_a_sentence(store: Store, sheet: str) -> None:
    if sheet.startswith("name"):
        assert len((await survey_sheet(store, WE, sheet)).problems) == 1
    else:
        with pytest.raises(WrongUse):
            await survey_sheet(store, WE, sheet)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=cell, name=cell, keywords=cell)
async def test_any_text_survives_the_way(sqlite_store: Store, text: str, name: str, keywords: str) -> None:
    for family in await questions.families(sqlite_store, WE):
        await templating.remove(sqlite_store, WE, family.first.id)
    await templating.add(sqlite_store, WE, Wording(f"n{name}", f"{text}.", keywords=keywords))
    sheet = await write_sheet(sqlite_store, WE)
    assert (await survey_sheet(sqlite_store, WE, f"\ufeff{sheet}")).same == 1


async def test_the_practice_room_calls_its_templates_in_the_language_of_now(store: Store) -> None:
    set_language("it")
    try:
        await lay_out(store, WE)
    finally:
        set_language("en")
    every = [one.first for one in await questions.families(store, WE)]
    assert {"Benvenuto", "Dov’è il mio ordine"} < {one.name for one in every}
    assert {one.folder for one in every} == {"Ogni giorno", "Ordini", "Offerte", "Domande", "Laboratorio"}
    assert all(one.shortcut not in ("/thanks", "/order") for one in every)
    assert {one.language for one in (await questions.named(store, WE, "Grazie")).variants} == {"it", "en"}
