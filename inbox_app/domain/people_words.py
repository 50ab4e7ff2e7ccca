"""What is known of people in words: facts, what happened, and why two members may be one person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from unicodedata import normalize

from inbox_app.domain.encounters import Met, encounter_name
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.people import Activity, AddressForm, Consent, Fact, FieldType, Ground, Reason
from inbox_app.i18n import _

_YES = frozenset(["yes", "y", "true", "x", "✓", "1", "ok", "sì", "sí", "si", "s", "vero", "dato", "ja", "oui"])
_NO = frozenset(["no", "n", "false", "0", "falso", "negato", "nein", "non"])


def consent_meant(word: str) -> str:
    """What a plain yes or no says, as tables and people write it; anything else stays as it is."""
    said = normalize("NFC", word.strip()).casefold()
    if said in _YES:
        return Consent.GIVEN.value
    return Consent.REFUSED.value if said in _NO else word


def fact_name(fact: Fact) -> str:
    """A fact as the card names it."""
    return {
        Fact.PREFERRED_NAME: _("Preferred name"),
        Fact.ADDRESS_FORM: _("Form of address"),
        Fact.PRONOUNS: _("Pronouns"),
        Fact.LANGUAGE: _("Language"),
        Fact.CONSENT: _("Consent"),
    }[fact]


def fact_value(fact: Fact, value: str) -> str:
    """What a fact says, in words."""
    if fact is Fact.CONSENT:
        return {Consent.GIVEN.value: _("given"), Consent.REFUSED.value: _("refused")}.get(value, value)
    if fact is Fact.ADDRESS_FORM:
        return {AddressForm.TU.value: "tu", AddressForm.LEI.value: "Lei"}.get(value, value)
    return value


def field_type_name(type_: FieldType) -> str:
    """A kind of field."""
    return {FieldType.TEXT: _("Text"), FieldType.NUMBER: _("Number"), FieldType.DATE: _("Day")}[type_]


def activity_name(only: Activity | None) -> str:
    """What a timeline is narrowed to."""
    return {
        None: _("Everything"),
        Activity.SAID: _("What they said"),
        Activity.PUBLIC: _("Comments and posts"),
        Activity.PRIVATE: _("Direct messages and mail"),
        Activity.REVIEWS: _("Reviews"),
        Activity.ANSWERED: _("What we answered"),
        Activity.NOTED: _("Encounters and notes"),
        Activity.REMINDED: _("My reminders"),
        Activity.DECIDED: _("What we decided"),
        Activity.ACTED: _("Reactions and moderation"),
    }[only]


def note_head(note: NoteRow, day: Callable[[datetime], str]) -> str:
    """Who noted something and when; of an encounter first how and when it was."""
    if note.met is None:
        return _("Note by {author}, {day}").format(author=note.author, day=day(note.made_at))
    told = _("{encounter}, {day}; noted by {author}")
    return told.format(encounter=encounter_name(note.met.how), day=day(note.met.at), author=note.author)


def noted_words(text: str, met: Met | None, day: Callable[[datetime], str]) -> str:
    """What a note says; of an encounter first how and when it was."""
    if met is None:
        return text
    return _("{encounter}, {day}: {text}").format(encounter=encounter_name(met.how), day=day(met.at), text=text)


def ground_sentence(ground: Ground) -> str:
    """One reason as a person reads it."""
    return {
        Reason.WROTE_ADDRESS: _("wrote this address in a message: {about}"),
        Reason.SAME_PICTURE: _("the same picture"),
        Reason.EQUAL_HANDLE: _("the same handle: {about}"),
        Reason.SAME_HANDLE: _("almost the same handle: {about}"),
        Reason.SAME_NAME: _("the same name: {about}"),
        Reason.SAME_ACCOUNT: _("both write to the same account of ours"),
        Reason.SPOKE_TOGETHER: _("both spoke in the same conversation"),
        Reason.OTHER_LANGUAGE: _("another language: {about}"),
        Reason.COMMON_NAME: _("{about} members have this name"),
    }[ground.reason].format(about=ground.about)
