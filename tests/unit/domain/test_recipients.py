"""Who gets an answer, and what is an address."""

from __future__ import annotations

import pytest

from inbox_app.domain.recipients import Recipient, answer_recipients, is_address, written

MAYA = ("maya@example.org", "Maya")
OWN = {"us@example.org", "Alias@example.org"}


def answer(*sent_to: Recipient, ours: bool = False, everybody: bool = False) -> list[tuple[str, str]]:
    found = answer_recipients(MAYA, sent_to, OWN, ours=ours, everybody=everybody)
    return [(role, address) for role, address, _name in found]


TO_US, TO_BEN, CC_EVA = ("to", "us@example.org", ""), ("to", "ben@example.org", ""), ("cc", "eva@example.org", "")
ELSEWHERE = ("reply_to", "office@example.org", "")


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (answer(TO_US, TO_BEN), [("to", "maya@example.org")]),
        (answer(TO_US, ELSEWHERE), [("to", "office@example.org")]),
        (
            answer(TO_US, TO_BEN, CC_EVA, everybody=True),
            [("to", "maya@example.org"), ("cc", "ben@example.org"), ("cc", "eva@example.org")],
        ),
        (answer(("to", "ALIAS@example.org", ""), ("cc", "Maya@example.org", ""), everybody=True), [("to", MAYA[0])]),
        (answer(TO_BEN, CC_EVA, ("bcc", "x@example.org", ""), ours=True), [TO_BEN[:2], CC_EVA[:2]]),
        (answer(TO_US, TO_US, TO_BEN, TO_BEN, everybody=True), [("to", MAYA[0]), ("cc", "ben@example.org")]),
    ],
)
def test_who_gets_the_answer(found: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> None:
    assert found == wanted


@pytest.mark.parametrize("good", ["a@b", "maya+shop@example.org", "o'neil@example.org", "jörg@müller.example"])
def test_addresses(good: str) -> None:
    assert is_address(good)


@pytest.mark.parametrize("bad", ["", "maya", "@b", "a@", "a b@c", "a@b\n", "a@b>", "a@b,c@d", "a\u2028@b", "a@b\u202e"])
def test_no_addresses(bad: str) -> None:
    assert not is_address(bad)


def test_addresses_as_they_are_typed() -> None:
    people = (("to", "m@x.example", "Maya, the taster"), ("to", "b@x.example", ""), ("cc", "c@x.example", "Cleo"))
    assert written(people, "to") == '"Maya, the taster" <m@x.example>, b@x.example'
    assert written(people, "cc") == "Cleo <c@x.example>"
