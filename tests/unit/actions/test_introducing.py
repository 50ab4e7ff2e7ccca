"""Whoever is introduced brings what was promised to them: as reminders that no undo takes back, and once."""

from __future__ import annotations

from datetime import timedelta

from inbox_app.actions.introducing import introduce
from inbox_app.contract.manifest import Acquaintance, Acquaintances, Promise
from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import ColleagueId, RuleId
from inbox_app.domain.rules import Rule, RuleDeed, RuleStep
from inbox_app.domain.words import Hat
from inbox_app.queries import reminders, rules
from inbox_app.settings import local_zone
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import operation
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import person

me = ColleagueId(ME)
MONTHLY = "FREQ=MONTHLY;BYDAY=1MO"
SAM = Acquaintance(person("sam"), {}, {}, (), ("Two cafés.",), promises=(Promise(1, 10, "Prices"),))
OFFERS = Rule(RuleId(""), "Offers are social", Is(By.TEXT, ("offer",)), (RuleStep(RuleDeed.HAT, Hat.SOCIAL),))
LIVIA = Acquaintance(person("livia"), {}, {}, (), (), promises=(Promise(7, 9, "Thanks", MONTHLY),))


async def test_what_was_promised_falls_due_by_the_clock_on_the_wall(store: Store) -> None:
    for _again in range(2):
        await introduce(store, me, "practice", Acquaintances((SAM, LIVIA), (), (OFFERS,)))
    assert [one.name for one in await rules.every(store)] == [OFFERS.name]
    rows = {row.text: row for row in await reminders.every(store, me)}
    today = rows["Prices"].made_at.astimezone(local_zone()).date()
    due = {text: row.due_at.astimezone(local_zone()) for text, row in rows.items()}
    assert (due["Prices"].date() - today, due["Prices"].hour) == (timedelta(days=1), 10)
    assert due["Thanks"].date() >= today + timedelta(days=7)
    assert due["Thanks"] == rows["Thanks"].next_times[0].moment
    for one in rows["Thanks"].next_times:
        assert (one.wall.weekday(), one.wall.hour) == (0, 9)
        assert one.wall.day <= 7, "the first Monday of its month, the first time too"
    assert await store.read(lambda conn: conn.execute(operation.select()).all()) == []
