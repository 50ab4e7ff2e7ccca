"""Promises in what we write: found with their day, and not found where there is none."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from inbox_app.queries.promises import promise_in

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Europe/Rome"))  # a Tuesday


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Hi Maya! I'll get back to you on Friday.", "2026-11-27T09:00"),
        ("We’ll let you know by Friday", "2026-11-27T09:00"),
        ("Good question. I will check with the kiln and write to you tomorrow at 10.", "2026-11-25T10:00"),
        ("I'll send it within 3 days!", "2026-11-27T15:00"),
        ("we'll follow up in two weeks", "2026-12-08T15:00"),
        ("Let me find out and get back to you by the end of the week.", "2026-11-27T09:00"),
        ("You'll hear from us next Monday.", "2026-11-30T09:00"),
        ("I'm going to call you on 3 December.", "2026-12-03T09:00"),
        ("I'll reply later today, promised.", "2026-11-24T18:00"),
        ("I will get back to you next week", "2026-12-01T09:00"),
        ("I'll post it today.", "2026-11-24T18:00"),
        ("I'll post it today at 17!", "2026-11-24T17:00"),
        ("Ti faccio sapere entro venerdì", "2026-11-27T09:00"),
        ("Ciao Luca, ti rispondo domani alle 11!", "2026-11-25T11:00"),
        ("Le risponderemo lunedì prossimo.", "2026-11-30T09:00"),
        ("Vi facciamo sapere la settimana prossima.", "2026-12-01T09:00"),
        ("Ci risentiamo tra 3 giorni", "2026-11-27T15:00"),
        ("Ti confermo tutto entro fine settimana.", "2026-11-27T09:00"),
        ("Te lo mando giovedì: va bene.", "2026-11-26T09:00"),
        ("I'll write to you tomorrow at 10:30.", "2026-11-25T10:30"),
        ("Ti richiamo domani alle 9.30! A presto.", "2026-11-25T09:30"),
        ("Ti rispondo domattina.", "2026-11-25T09:00"),
        ("I'll send it on 3.12.", "2026-12-03T09:00"),
        ("Verifico e ti aggiorno in giornata.", "2026-11-24T18:00"),
    ],
)
def test_a_promise_is_found_with_its_day(text: str, moment: str) -> None:
    found = promise_in(text, NOW)
    assert found is not None
    assert found.moment.replace(tzinfo=None).isoformat("T", "minutes") == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you for your order!",
        "The shop is open on Friday.",
        "Will you get back to me on Friday?",
        "Shall I say I'll get back to you on Friday?",
        "> I'll get back to you on Friday.\nDid that work?",
        "I'll let you know if we open on Friday.",
        "I'll let you know whether it ships tomorrow.",
        "I'll let you know.",
        "I'll get back to you soon.",
        "I'll send you 2 cups.",
        "I'll send you a month of samples.",
        "I'll write about the sun and the sat nav in march.",
        "I won't get back to you on Friday.",
        "I will not reply tomorrow.",
        "We did not say we'll ship on Friday.",
        "I'll send the invoice from last Friday.",
        "You can write to us on Monday.",
        "Maya will reply on Friday.",
        "On Friday I was away.",
        "I said on Monday that we are closed.",
        "I'll answer the question of the day.",
        "Non ti rispondo domani.",
        "Mi fai sapere entro venerdì?",
        "Fammi sapere entro venerdì.",
        "Ti rispondo appena posso.",
        "Ti faccio sapere se venerdì siamo aperti.",
        "Ti scrivo per la spedizione di venerdì.",
        "Siamo chiusi lunedì.",
        "Venerdì ti avevamo scritto.",
        "Vi aspettiamo sabato in bottega!",
        "Se ti scrivo domani, mi rispondi.",
        "Ti mando un abbraccio, a domani!",
        "I'll tell you a secret, see you tomorrow!",
        "I'll get back to you on Tuesday 10 March 2020.",
        "Ti scrivo oggi per la tua tazza.",
    ],
)
def test_what_is_no_promise_is_not_taken_for_one(text: str) -> None:
    assert promise_in(text, NOW) is None


def test_only_the_sentence_that_promises_is_kept() -> None:
    found = promise_in("Ciao! Grazie mille.\nTi faccio sapere  entro venerdì. A presto!", NOW)
    assert found is not None
    assert found.sentence == "Ti faccio sapere entro venerdì."


def test_a_long_text_is_no_burden() -> None:
    assert promise_in("i'll " * 200_000, NOW) is None
