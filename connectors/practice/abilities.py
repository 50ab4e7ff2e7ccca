"""What can be done with a message at each place, with the reasons where something cannot."""

from __future__ import annotations

from functools import lru_cache

from connectors.practice.places import Place
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import NO, YES, Abilities, Ability
from inbox_app.domain.words import Action

_THEIRS = {
    Place.COMMENTS: (
        Action.REPLY, Action.LIKE, Action.REACT, Action.HIDE, Action.UNHIDE, Action.DELETE, Action.BLOCK,
        Action.UNBLOCK, Action.APPROVE, Action.SPAM, Action.REPORT, Action.REPLY_PRIVATELY,
    ),
    Place.DIRECT: (Action.REPLY, Action.REACT, Action.BLOCK, Action.UNBLOCK, Action.REPORT),
    Place.MAIL: (Action.REPLY, Action.SPAM),
    Place.ROOM: (
        Action.REPLY, Action.REPLY_PRIVATELY, Action.REACT, Action.DELETE, Action.BLOCK, Action.UNBLOCK,
        Action.REPORT,
    ),
    Place.FORUM: (
        Action.REPLY, Action.REPLY_PRIVATELY, Action.LIKE, Action.HIDE, Action.UNHIDE, Action.DELETE, Action.BLOCK,
        Action.UNBLOCK, Action.REPORT,
    ),
    Place.REVIEWS: (Action.REPLY, Action.REPORT),
}  # fmt: skip
_OURS = {
    Place.COMMENTS: (Action.EDIT, Action.DELETE),
    Place.DIRECT: (Action.DELETE,),
    Place.MAIL: (),
    Place.ROOM: (Action.EDIT, Action.DELETE, Action.REACT),
    Place.FORUM: (Action.EDIT, Action.DELETE),
    Place.REVIEWS: (Action.EDIT, Action.DELETE),
}


POSTING = (Place.COMMENTS, Place.FORUM)
"""Where something can be published."""


def of_account(place: Place) -> Abilities:
    """For all of a place: nothing is published where there are no posts."""
    return Abilities() if place in POSTING else Abilities({Action.POST: Ability(False, _("This place has no posts."))})


def place_of(place: Place, *, private: bool) -> Place:
    """Whose manners hold: what is said to one person alone is a direct message, wherever it began."""
    return Place.DIRECT if private else place


@lru_cache(maxsize=64)
def abilities(place: Place, *, ours: bool, closed: bool, blocked: bool = False) -> Abilities:
    """For one message, ours or a member's; `closed` is its reply window, `blocked` its author."""
    can = dict.fromkeys((_OURS if ours else _THEIRS)[place], YES)
    can[Action.MARK_READ] = YES
    if Action.BLOCK in can:
        can[Action.BLOCK if blocked else Action.UNBLOCK] = NO
    return Abilities(can | _reasons(place, ours=ours, closed=closed))


def _reasons(place: Place, *, ours: bool, closed: bool) -> dict[Action, Ability]:
    cannot: dict[Action, Ability] = {}
    if place is Place.REVIEWS and not ours:
        cannot[Action.HIDE] = Ability(False, _("Reviews cannot be hidden; they belong to who wrote them."))
        cannot[Action.DELETE] = Ability(False, _("Only its author can delete a review."))
    if place is Place.MAIL and ours:
        cannot[Action.EDIT] = cannot[Action.DELETE] = Ability(False, _("A mail that was sent cannot be called back."))
    if place is Place.DIRECT and ours:
        cannot[Action.EDIT] = Ability(False, _("Direct messages cannot be edited here; delete it and write again."))
    if closed:
        cannot[Action.REPLY] = Ability(False, closed_reason())
    return cannot


def closed_reason() -> str:
    """Why a conversation whose reply window is over takes no reply."""
    return _("The time to answer is over: this place lets us write only within two days of their last message.")
