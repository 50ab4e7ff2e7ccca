"""What an empty list says: why nothing is there, and what would be."""

from __future__ import annotations

from collections.abc import Sequence

from inbox_app.domain.words import State
from inbox_app.i18n import _
from ui.commands import Does, first_key, with_key
from ui.inbox.list_state import ListState, Mood

REMINDERS = "reminders"
"""The key of the view of conversations that have one."""


def nothing_here(words: str, state: State | None, misread: Sequence[str] = (), view: str = "") -> str:
    """A sentence for a search for these words, else for the tab of this state, None where a view has no tabs."""
    if words:
        nothing = _("Nothing was found for “{words}”. Fewer words find more; {back} leads back.")
        said = nothing.format(words=words, back=first_key(Does.BACK))
        return " ".join(filter(None, (said, said_of_misread(misread))))
    if view == REMINDERS:
        said = _("No conversation has a reminder now. {key} shows all that you have, those about members too.")
        return said.format(key=first_key(Does.REMINDERS))
    said_of = {
        State.OPEN: _("Nobody is waiting for an answer here."),
        State.WAITING: _("No answer of yours waits for a reply here."),
        State.SNOOZED: _("Nothing is snoozed here. What can wait you put aside with “Snooze or remind”."),
        State.DONE: _("Nothing is done here yet. What you finish is kept here."),
    }
    return said_of[state] if state is not None else _("There is no conversation here.")


def why_empty(nothing: str, *, searching: bool, earlier: bool, accounts: bool) -> ListState:
    """What an empty list says, with the next step: out of the search, to an account, to what came `earlier`."""
    step = _("Show earlier conversations") if earlier else ""
    step = step if accounts else _("Add an account")
    return ListState(Mood.EMPTY, nothing, with_key(_("Leave the search"), Does.BACK) if searching else step)


def said_of_misread(misread: Sequence[str]) -> str:
    """What the search took for words though it looks like a condition; empty where there is nothing of the kind."""
    known = _("“{word}” is no condition that the search knows; it was looked for as words.")
    return " ".join(known.format(word=word) for word in misread)
