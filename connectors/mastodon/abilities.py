"""What can be done with a status now: by whose it is, and by how we and its author stand."""

from __future__ import annotations

from functools import lru_cache

from connectors.mastodon.people import Standing
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import NO, YES, Abilities, Ability
from inbox_app.domain.words import Action

_OURS = (Action.REPLY, Action.EDIT, Action.DELETE, Action.LIKE, Action.REACT)
_SPOKEN = (Action.REPLY, Action.LIKE, Action.REACT)
_OF_PEOPLE = (Action.BLOCK, Action.UNBLOCK, Action.MUTE, Action.UNMUTE)


def of_ours() -> Abilities:
    """Of a status of ours."""
    return Abilities(dict.fromkeys(_OURS, YES))


@lru_cache(maxsize=32)
def of_theirs(standing: Standing | None, *, direct: bool) -> Abilities:
    """Of somebody else's; without a standing the server did not say, and all that may be meant is offered."""
    can = dict.fromkeys(_SPOKEN if direct else (*_SPOKEN, Action.REPLY_PRIVATELY), YES)
    if standing is not None and standing.blocks_us:
        can = dict.fromkeys(can, Ability(False, _("They have blocked you.")))
    cannot = {
        Action.HIDE: Ability(False, _("Mastodon cannot hide an answer. Mute or block its author, or report it.")),
        Action.DELETE: Ability(False, _("Only its author can delete this. Report it to the server's moderators.")),
        Action.EDIT: Ability(False, _("Only its author can change this.")),
    }
    return Abilities(can | _of_person(standing) | {Action.REPORT: YES} | cannot)


def _of_person(standing: Standing | None) -> dict[Action, Ability]:
    """What can be done about somebody, or taken back: never both."""
    if standing is None:
        return dict.fromkeys(_OF_PEOPLE, YES)
    return {
        Action.BLOCK: NO if standing.blocking else YES,
        Action.UNBLOCK: YES if standing.blocking else NO,
        Action.MUTE: NO if standing.muting else YES,
        Action.UNMUTE: YES if standing.muting else NO,
    }
