"""The words of time in English and Italian, each with what it means; other modules put them together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from dateutil.relativedelta import relativedelta

MORNING = time(9)
"""When a day begins for who names only the day."""
EVENING = time(18)
NIGHT = time(21)

PARTS: Mapping[str, time] = {
    **dict.fromkeys(("morning", "mattina", "mattino", "mattinata", "stamattina", "stamani", "domattina"), MORNING),
    **dict.fromkeys(("noon", "midday", "mezzogiorno"), time(12)),
    **dict.fromkeys(("lunch", "lunchtime", "pranzo"), time(13)),
    **dict.fromkeys(("afternoon", "pomeriggio"), time(14)),
    **dict.fromkeys(("evening", "tonight", "sera", "serata", "stasera", "eod"), EVENING),
    **dict.fromkeys(("night", "notte"), NIGHT),
}
"""The parts of a day, and when each begins."""
MIDNIGHT = {"midnight", "mezzanotte"}
"""The end of the day that is named with it."""
DAYS: Mapping[str, int] = {
    **dict.fromkeys(("today", "tonight", "oggi", "stasera", "stamattina", "stamani"), 0),
    **dict.fromkeys(("tomorrow", "domani", "domattina"), 1),
    **dict.fromkeys(("overmorrow", "dopodomani"), 2),
}
WEEKDAYS = (
    ("monday", "lunedi"),
    ("tuesday", "martedi"),
    ("wednesday", "mercoledi", "weds"),
    ("thursday", "giovedi"),
    ("friday", "venerdi"),
    ("saturday", "sabato"),
    ("sunday", "domenica"),
)
MONTHS = (
    ("january", "gennaio"), ("february", "febbraio"), ("march", "marzo"), ("april", "aprile"), ("may", "maggio"),
    ("june", "giugno"), ("july", "luglio"), ("august", "agosto"), ("september", "settembre"), ("october", "ottobre"),
    ("november", "novembre"), ("december", "dicembre"),
)  # fmt: skip
UNITS: Mapping[str, timedelta | relativedelta] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuto", "minuti"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours", "ora", "ore", "oretta"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "g", "gg", "giorno", "giorni"), relativedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks", "sett", "settimana", "settimane"), relativedelta(weeks=1)),
    **dict.fromkeys(("month", "months", "mese", "mesi"), relativedelta(months=1)),
    **dict.fromkeys(("year", "years", "anno", "anni"), relativedelta(years=1)),
}
NUMBERS: Mapping[str, int] = {
    **dict.fromkeys(("a", "an", "one", "un", "uno", "una"), 1),
    **dict.fromkeys(("two", "due"), 2),
    **dict.fromkeys(("three", "tre"), 3),
    **dict.fromkeys(("four", "quattro"), 4),
    **dict.fromkeys(("five", "cinque"), 5),
    **dict.fromkeys(("six", "sei"), 6),
    **dict.fromkeys(("seven", "sette"), 7),
    **dict.fromkeys(("eight", "otto"), 8),
    **dict.fromkeys(("nine", "nove"), 9),
    **dict.fromkeys(("ten", "dieci"), 10),
    **dict.fromkeys(("eleven", "undici"), 11),
    **dict.fromkeys(("twelve", "dodici"), 12),
    **dict.fromkeys(("fifteen", "quindici"), 15),
    **dict.fromkeys(("twenty", "venti"), 20),
    **dict.fromkeys(("thirty", "trenta"), 30),
    **dict.fromkeys(("forty", "quaranta"), 40),
}
"""The numbers that are written in words."""
PLACES: Mapping[str, int] = {
    **dict.fromkeys(("first", "1st", "primo", "prima", "1°"), 1),
    **dict.fromkeys(("second", "2nd", "secondo", "seconda", "2°"), 2),
    **dict.fromkeys(("third", "3rd", "terzo", "terza", "3°"), 3),
    **dict.fromkeys(("fourth", "4th", "quarto", "quarta", "4°"), 4),
    **dict.fromkeys(("last", "ultimo", "ultima"), -1),
}
"""Which one of a month."""
DAY, WEEK, MONTH, YEAR = {"day", "giorno"}, {"week", "settimana"}, {"month", "mese"}, {"year", "anno"}
WORKDAYS = {"workday", "workdays", "weekday", "weekdays", "feriali", "feriale", "lavorativi", "lavorativo"}
IN, NEXT = {"in", "tra", "fra", "within"}, {"next", "prossimo", "prossima"}
ARTICLES = {"the", "il", "la", "lo", "le", "l", "i", "gli"}
FILLERS = {
    "at",
    "on",
    "the",
    "of",
    "this",
    "questo",
    "questa",
    "alle",
    "all",
    "ore",
    "il",
    "la",
    "lo",
    "le",
    "l",
    "di",
    "del",
    "dell",
    "della",
    "a",
    "nel",
    "nella",
    "per",
}
"""What says nothing by itself."""
_AT = {"at", "alle", "all", "ore", "h"}
"""What an hour follows."""
_THE = {"il", "the", "l"}
NUMERIC_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?\.?")
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|o|°)?\.?")
DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|°)")
FOUR_DIGITS = re.compile(r"\d{4}")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{2})")
_BARE_NUMBER = re.compile(r"\d{1,2}")


def plain_words(words: str) -> list[str]:
    """Lower case, without accents, in words: "Domani alle 9" and "lunedì"."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(sign))
    return bare.replace("'", " ").replace("’", " ").replace(",", " ").split()


def told_apart(words: Sequence[str]) -> list[str]:
    """The words that say something; what a small word tells of a number is on the number then.

    "alle 9.30" is an hour and "9.10" alone a day; "il 15" is a day of the month and "alle 15" an hour, as "alle otto".
    """
    found = []
    for place, word in enumerate(words):
        before, behind = words[place - 1] if place else "", words[place + 1] if place + 1 < len(words) else ""
        if (dotted := _DOTTED.fullmatch(word)) and (before in _AT or int(dotted[2]) > len(MONTHS)):
            found.append(f"{dotted[1]}:{dotted[2]}")
        elif before in _THE and _BARE_NUMBER.fullmatch(word) and behind not in ("am", "pm"):
            found.append(f"{word}th")
        elif before in _AT and word not in FILLERS and NUMBERS.get(word, 1) > 1:
            found.append(str(NUMBERS[word]))
        elif not (word in FILLERS or (word == "h" and _BARE_NUMBER.match(behind))):
            found.append(word)
    return found


def weekday_named(word: str) -> int | None:
    """The day of the week that a word names, 0 for Monday."""
    return _named(word, WEEKDAYS)


def month_named(word: str) -> int | None:
    """The month that a word names, 0 for January."""
    return _named(word, MONTHS)


def _named(word: str, names: tuple[tuple[str, ...], ...]) -> int | None:
    """The place of a name, also where it is cut after three letters or more."""
    bare = word.removesuffix(".")
    if len(bare) < 3:
        return None
    return next((place for place, both in enumerate(names) if any(name.startswith(bare) for name in both)), None)
