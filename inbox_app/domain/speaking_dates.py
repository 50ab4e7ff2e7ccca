"""A date as a sentence has it, in the language of the text."""

from __future__ import annotations

from datetime import date

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
}
_ORDER = {"es": "{day} de {month} de {year}", "de": "{day}. {month} {year}"}


def date_in(day: date, language: str) -> str:
    """`27 novembre 2026`; by its numbers in a language whose months are not known here."""
    months = _MONTHS.get(language)
    if months is None:
        return day.isoformat()
    order = _ORDER.get(language, "{day} {month} {year}")
    return order.format(day=day.day, month=months.split()[day.month - 1], year=day.year)


def month_in(day: date, language: str) -> str:
    """`novembre 2026`; by its numbers in a language whose months are not known here."""
    months = _MONTHS.get(language)
    return f"{day:%Y-%m}" if months is None else f"{months.split()[day.month - 1]} {day.year}"


def weekday_in(day: date, language: str) -> str:
    """`venerdì`; in English where the language's days are not known here."""
    return _WEEKDAYS.get(language, _WEEKDAYS["en"]).split()[day.weekday()]
