"""Turns of speech about time, each with what it says in plain words; a few have two meanings, and both are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_SAYS: Mapping[str, str] = {
    # lengths
    "a couple of": "two",
    "couple of": "two",
    "un paio di": "due",
    "un paio d": "due",
    "una quindicina di": "15",
    "a fortnight": "2 weeks",
    "fortnight": "2 weeks",
    "half an hour": "30 minutes",
    "half hour": "30 minutes",
    "mezz ora": "30 minuti",
    "mezzora": "30 minuti",
    "mezz oretta": "30 minuti",
    "mezzoretta": "30 minuti",
    "a quarter of an hour": "15 minutes",
    "quarter of an hour": "15 minutes",
    "un quarto d ora": "15 minuti",
    "tre quarti d ora": "45 minuti",
    "an hour and a half": "90 minutes",
    "one and a half hours": "90 minutes",
    "1.5 hours": "90 minutes",
    "1.5h": "90 minutes",
    "un ora e mezza": "90 minuti",
    "un ora e mezzo": "90 minuti",
    # ends and beginnings
    "end of": "last day",
    "the end of": "last day",
    "fine": "ultimo giorno",
    "a fine": "ultimo giorno",
    "alla fine del": "ultimo giorno",
    "alla fine di": "ultimo giorno",
    "eom": "last day month",
    "end of the week": "friday",
    "end of week": "friday",
    "eow": "friday",
    "end of next week": "friday next week",
    "fine settimana prossima": "venerdi settimana prossima",
    "a fine settimana prossima": "venerdi settimana prossima",
    "a fine settimana": "venerdi",
    "entro fine settimana": "venerdi",
    "end of the day": "eod",
    "end of day": "eod",
    "a fine giornata": "eod",
    "fine giornata": "eod",
    "beginning of": "first day",
    "the beginning of": "first day",
    "start of": "first day",
    "inizio": "primo giorno",
    "a inizio": "primo giorno",
    "all inizio di": "primo giorno",
    "all inizio del": "primo giorno",
    "early": "first day",
    "i primi di": "primo giorno",
    "ai primi di": "primo giorno",
    "inizio settimana": "lunedi",
    "a inizio settimana": "lunedi",
    "mid": "15th",
    "the middle of": "15th",
    "middle of": "15th",
    "meta": "15th",
    "a meta": "15th",
    # days
    "the day after tomorrow": "overmorrow",
    "day after tomorrow": "overmorrow",
    "dopo domani": "dopodomani",
    "oggi a otto": "tra 7 giorni",
    "later today": "today",
    "in giornata": "oggi",
    "this evening": "tonight",
    "questa sera": "stasera",
    "in serata": "stasera",
    "this morning": "today morning",
    "questa mattina": "stamattina",
    "this afternoon": "today afternoon",
    "questo pomeriggio": "oggi pomeriggio",
    "in mattinata": "mattina",
    "in the morning": "morning",
    "in the afternoon": "afternoon",
    "in the evening": "evening",
    "after lunch": "afternoon",
    "dopo pranzo": "pomeriggio",
    "weekend": "saturday",
    "nel fine settimana": "sabato",
    "il fine settimana": "sabato",
    "questo fine settimana": "sabato",
    "il prossimo fine settimana": "sabato",
    "prossimo fine settimana": "sabato",
    "after the weekend": "monday",
    "dopo il weekend": "lunedi",
    "che viene": "prossimo",
    "christmas eve": "24 december",
    "vigilia di natale": "24 dicembre",
    "christmas": "25 december",
    "natale": "25 dicembre",
    "new year s eve": "31 december",
    "new year s day": "1 january",
    "san silvestro": "31 dicembre",
    "capodanno": "1 gennaio",
    "ferragosto": "15 agosto",
    # what returns
    "weekends": "saturdays",
    "sabati": "sabato",
    "domeniche": "domenica",
    "mornings": "morning",
    "mattine": "mattina",
    "evenings": "evening",
    "sere": "sera",
    "mon-fri": "every workday",
    "monday to friday": "every workday",
    "every monday to friday": "every workday",
    "lun-ven": "every workday",
    "dal lunedi al venerdi": "every workday",
    "un giorno si e uno no": "every other day",
    "a giorni alterni": "every other day",
    "una settimana si e una no": "every other week",
    "fortnightly": "every 2 weeks",
    "biweekly": "every 2 weeks",
    "every quarter": "every 3 months",
    "quarterly": "every 3 months",
    "ogni trimestre": "ogni 3 mesi",
    "ogni semestre": "ogni 6 mesi",
    # hours
    "a.m.": "am",
    "p.m.": "pm",
    "o clock": "oclock",
    "all una": "alle 1",
    "at one": "at 1",
    "about": "at",
    "around": "at",
    "verso": "alle",
    "circa": "",
    # what says nothing more
    "from now": "",
    "from today": "",
    "weeks time": "weeks",
    "days time": "days",
    "months time": "months",
    "by": "",
    "entro": "",
    "entro il": "il",
}  # fmt: skip
"""In plain words, as `plain_words` makes them. The longest that stands at a place is meant."""
_WEEKDAY = r"((?:mon(?!th)|tue|wed|thu|fri|sat|sun|lun|mar(?!ch|zo)|mer|gio|ven(?!ti)|sab|dom(?!ani))[a-z]*)"
_BOTH: Sequence[tuple[re.Pattern[str], tuple[str, str]]] = (
    # Tuesday at nine, or the 9th of March.
    (re.compile(r"\bmar\.? (?=(?:alle |at )?\d{1,2}\b(?! ?(?:20\d\d|am|pm)))"), ("martedi ", "marzo ")),
    # The end of the week, or the days after it.
    (re.compile(r"^fine settimana\b(?! prossima)"), ("venerdi", "sabato")),
    # The one to come, or that of next week.
    (re.compile(rf"\b(?:next|prossim[oa]) {_WEEKDAY}"), (r"next \1", r"\1 next week")),
    (re.compile(rf"\b{_WEEKDAY} prossim[oa]"), (r"next \1", r"\1 next week")),
)
_BY_LENGTH = tuple(
    sorted(((tuple(said.split()), means.split()) for said, means in _SAYS.items()), key=lambda one: -len(one[0]))
)


def plainly(words: Sequence[str]) -> list[str]:
    """The words with each turn of speech said plainly."""
    found: list[str] = []
    place = 0
    while place < len(words):
        turn = next((one for one in _BY_LENGTH if tuple(words[place : place + len(one[0])]) == one[0]), None)
        found += [words[place]] if turn is None else turn[1]
        place += 1 if turn is None else len(turn[0])
    return found


def meanings(words: Sequence[str]) -> Iterator[list[str]]:
    """What the words can mean, said plainly: one reading, or two where a turn has two."""
    said = " ".join(words)
    for turn, both in _BOTH:
        if turn.search(said):
            yield from (plainly(turn.sub(one, said, count=1).split()) for one in both)
            return
    yield plainly(words)
