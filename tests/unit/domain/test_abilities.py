"""What can be done now, where account, conversation and message each have a word."""

from datetime import UTC, datetime

from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action
from inbox_app.i18n import set_language

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


def test_what_was_done_to_somebody_gives_way_to_its_opposite() -> None:
    free = Abilities(
        {Action.BLOCK: YES, Action.UNBLOCK: Ability(False), Action.MUTE: YES, Action.UNMUTE: Ability(False)}
    )
    blocked = free.turned(Action.BLOCK)
    assert {one for one, said in blocked.by_action.items() if said.possible} == {Action.UNBLOCK, Action.MUTE}
    assert blocked.turned(Action.UNBLOCK) == free
    assert blocked.turned(Action.BLOCK) == blocked
    assert free.turned(Action.LIKE) == free


def test_a_channel_that_offers_both_at_once_goes_on_doing_so() -> None:
    """There a ban holds in one room of many, and says nothing about the others."""
    both = Abilities({Action.BLOCK: YES, Action.UNBLOCK: YES})
    assert both.turned(Action.BLOCK) == both
    assert Abilities({Action.BLOCK: YES}).turned(Action.BLOCK) == Abilities({Action.BLOCK: YES})


def test_a_reason_stored_in_one_language_is_read_in_the_one_spoken_now() -> None:
    stored = Abilities({Action.EDIT: Ability(False, "Only its author can change this.")}).to_json()
    set_language("it")
    try:
        told = Abilities.from_json(stored)
        assert told.of(Action.EDIT).reason == "Può modificarlo solo chi l'ha scritto."
    finally:
        set_language("en")
    assert Abilities.from_json(told.to_json()).to_json() == stored
