"""What can be done now, where account, conversation and message each have a word."""

from datetime import UTC, datetime

from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action

NO = Ability(False, "Comments are closed.")


def test_without_a_list_of_its_own_the_wider_one_holds() -> None:
    assert Abilities().within(Abilities({Action.LIKE: YES})).of(Action.LIKE).possible


def test_a_list_of_its_own_is_complete() -> None:
    ours = Abilities({Action.EDIT: YES}).within(Abilities({Action.LIKE: YES}))
    assert ours.of(Action.EDIT).possible
    assert not ours.of(Action.LIKE).possible


def test_what_the_wider_one_refuses_is_refused_with_its_reason() -> None:
    assert Abilities({Action.REPLY: YES}).within(Abilities({Action.REPLY: NO})).of(Action.REPLY) == NO


def test_a_closed_window_refuses_replies_and_nothing_else() -> None:
    closed = Abilities({Action.REPLY: YES, Action.LIKE: YES}).closed_since(datetime(2026, 5, 1, tzinfo=UTC))
    assert not closed.of(Action.REPLY).possible
    assert "2026" in closed.of(Action.REPLY).reason
    assert closed.of(Action.LIKE).possible
