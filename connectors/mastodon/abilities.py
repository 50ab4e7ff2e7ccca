"""What can be done with a status now: ours, or somebody else's."""

from __future__ import annotations

from functools import lru_cache

from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action

_OURS = (Action.REPLY, Action.EDIT, Action.DELETE, Action.LIKE, Action.REACT)
_THEIRS = (Action.REPLY, Action.LIKE, Action.REACT, Action.BLOCK, Action.UNBLOCK, Action.MUTE, Action.REPORT)


@lru_cache(maxsize=2)
def abilities(*, ours: bool) -> Abilities:
    """The server keeps no lists of who may do what: whose it is decides."""
    if ours:
        return Abilities(dict.fromkeys(_OURS, YES))
    cannot = {
        Action.HIDE: Ability(False, _("Mastodon cannot hide an answer. Mute or block its author, or report it.")),
        Action.DELETE: Ability(False, _("Only its author can delete this. Report it to the server's moderators.")),
        Action.EDIT: Ability(False, _("Only its author can change this.")),
    }
    return Abilities(dict.fromkeys(_THEIRS, YES) | cannot)
