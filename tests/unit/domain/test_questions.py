"""What is a question, by its mark or by its beginning, in both languages."""

from __future__ import annotations

import pytest

from inbox_app.content.questions import asks


@pytest.mark.parametrize(
    "text",
    [
        "When does it open?",
        "Hello. How much is the blue one",
        "Ciao! Quanto costa il piatto",
        "È possibile cambiarlo",
        "C’è ancora posto sabato",
        "See https://shop.example/cups. Is it dishwasher safe?",
        "Siete aperti domani??",
        "Open on Sunday?!",
        "Open on Sunday?😊",
        "(Open on Sunday?)",
        "Tutto bene?grazie",
    ],
)
def test_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you!",
        "https://shop.example/?page=2 is broken",
        "shop.example/cups?page=2 is broken",
        "I know how much it is",
        "Posto bellissimo",
        "What a cup!",
    ],
)
def test_no_questions(text: str) -> None:
    assert not asks(text)
