"""What the practice community's brand laid down before anybody came, read from `resources/practice/known.toml`."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from connectors.practice.people import author, number_of, person
from connectors.practice.places import Place
from inbox_app.contract.manifest import Acquaintance, Acquaintances, Promise
from inbox_app.contract.texts import _
from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import RuleId
from inbox_app.domain.people import Fact, FieldType
from inbox_app.domain.rules import Rule, RuleDeed, RuleStep
from inbox_app.domain.words import Hat


def acquaintances() -> Acquaintances:
    """The people who are known already, and the fields that are kept of everybody."""
    read = tomllib.loads((files("resources") / "practice" / "known.toml").read_text("utf-8"))
    people = []
    for one in read["known"]:
        place = Place(one["place"])
        number = number_of(place, one["who"])
        notes = tuple(one.get("notes", ()))
        people.append(
            Acquaintance(
                author=author(place, person(place, 0, number), number),
                facts={Fact(name): value for name, value in one.get("facts", {}).items()},
                fields=one.get("fields", {}),
                tags=tuple(one.get("tags", ())),
                notes=notes,
                pinned=one.get("pinned", 0),
                promises=tuple(Promise(**told) for told in one.get("promises", ())),
            )
        )
    fields = tuple((one["name"], FieldType(one["type"]), one.get("key", False)) for one in read["field"])
    return Acquaintances(tuple(people), fields, (_of_offers(tuple(read["offers"]["words"])),))


def _of_offers(words: tuple[str, ...]) -> Rule:
    """Both hats have something to do from the first look on, and there is a rule to look at."""
    return Rule(RuleId(""), _("Offers are social"), Is(By.TEXT, words), (RuleStep(RuleDeed.HAT, Hat.SOCIAL),))
