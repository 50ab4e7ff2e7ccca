"""What the conversation list can be asked to show: a view, and the state it is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_app.domain.filters import EVERYTHING, All, By, Filter, Is
from inbox_app.domain.words import Hat, State
from inbox_app.i18n import _, pgettext

HIDDEN = "hidden"
"""The key of the view of what is hidden."""


@dataclass(frozen=True, slots=True)
class View:
    """A named filter. `state` is the tab it opens on; None where the filter itself says the state and no tab is shown.

    `key` names the view for as long as the sidebar has it, whatever its title: it is what stays selected.
    """

    title: str
    filter: Filter = EVERYTHING
    key: str = ""
    state: State | None = State.OPEN

    def narrowed(self, state: State | None) -> Filter:
        """The filter with one state only."""
        return self.filter if state is None else All((self.filter, Is(By.STATE, (state.value,))))

    def worn(self, hat: Hat | None) -> View:
        """The same view for one hat only."""
        if hat is None:
            return self
        return View(self.title, All((self.filter, Is(By.HAT, (hat.value,)))), self.key, self.state)


def everything() -> View:
    """The view a window opens with."""
    return View(_("All conversations"), EVERYTHING, "all")


def hidden_ones() -> View:
    """Where something is hidden or spam, whatever state it is in: from here it is shown again."""
    return View(_("Hidden and spam"), Is(By.HIDDEN), HIDDEN, None)


def state_name(state: State) -> str:
    """The state of one conversation, as chips write it."""
    return {
        State.OPEN: pgettext("a conversation", "Open"),
        State.WAITING: pgettext("a conversation", "Waiting"),
        State.SNOOZED: pgettext("a conversation", "Snoozed"),
        State.DONE: pgettext("a conversation", "Done"),
    }[state]


def states_name(state: State) -> str:
    """All conversations of a state, as tabs and the sidebar write it."""
    return {
        State.OPEN: pgettext("conversations", "Open"),
        State.WAITING: pgettext("conversations", "Waiting"),
        State.SNOOZED: pgettext("conversations", "Snoozed"),
        State.DONE: pgettext("conversations", "Done"),
    }[state]
