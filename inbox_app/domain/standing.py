"""Where a conversation stands, from what is known of its messages."""

from __future__ import annotations

from inbox_app.domain.words import State


def state_of(*, snoozed: bool, done: bool, needs_reply: bool, reopened: bool, we_answered: bool) -> State:
    """The state of a conversation.

    `done` is a person's decision, and so is `reopened`, which holds until we answer. `we_answered` means that an answer
    of ours was given since we connected: history is imported as closed, so a conversation that is all history is
    neither open nor waiting.
    """
    if snoozed:
        return State.SNOOZED
    if done:
        return State.DONE
    if needs_reply or reopened:
        return State.OPEN
    return State.WAITING if we_answered else State.DONE
