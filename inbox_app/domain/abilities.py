"""What can be done now with a message, a conversation or an account, each with the reason where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from inbox_app.domain.words import Action
from inbox_app.i18n import _, retell


@dataclass(frozen=True, slots=True)
class Ability:
    """One action: possible, or not and why (a sentence for a person, empty when it simply is not offered)."""

    possible: bool
    reason: str = ""


YES = Ability(True)
NO = Ability(False)
"""Not offered, and nothing to say about it."""
OPPOSITES: Mapping[Action, Action] = {
    Action.HIDE: Action.UNHIDE,
    Action.UNHIDE: Action.HIDE,
    Action.SPAM: Action.APPROVE,
    Action.HOLD: Action.APPROVE,
    Action.BLOCK: Action.UNBLOCK,
    Action.UNBLOCK: Action.BLOCK,
    Action.MUTE: Action.UNMUTE,
    Action.UNMUTE: Action.MUTE,
}
"""What makes good what was done already; what has no opposite, such as a deletion, stays done."""
OF_PEOPLE = frozenset({Action.BLOCK, Action.UNBLOCK, Action.MUTE, Action.UNMUTE})
"""What is done to the author of a message, and so holds wherever they spoke."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """Pulled with the messages, stored, shown: the interface greys what is impossible and says the reason."""

    by_action: Mapping[Action, Ability] = field(default_factory=dict)

    def of(self, action: Action) -> Ability:
        """The ability for `action`; what was never mentioned is not offered."""
        return self.by_action.get(action, NO)

    def within(self, wider: Abilities) -> Abilities:
        """What holds inside something wider: of a message in its conversation, of that in its account.

        A list of its own is complete, and without one the wider one's holds; what the wider one refuses is refused.
        """
        refused = {action: ability for action, ability in wider.by_action.items() if not ability.possible}
        return Abilities({**(self.by_action or wider.by_action), **refused})

    def turned(self, done: Action) -> Abilities:
        """The same once this was done: instead, its opposite is possible.

        Where both are offered at once the channel does not say how things stand, and nothing is known here either.
        """
        opposite = OPPOSITES.get(done)
        if opposite is None or not self.of(done).possible or self.by_action.get(opposite, YES).possible:
            return self
        return Abilities({**self.by_action, done: NO, opposite: YES})

    def closed_since(self, moment: datetime) -> Abilities:
        """The same after the service's reply window has closed."""
        when = moment.astimezone().strftime("%Y-%m-%d %H:%M")
        refusal = Ability(False, _("The time to answer here ended on {when}.").format(when=when))
        return Abilities({**self.by_action, Action.REPLY: refusal})

    @classmethod
    def none(cls, reason: str) -> Abilities:
        """Nothing can be done, for one reason."""
        return cls(dict.fromkeys(Action, Ability(False, reason)))

    def to_json(self) -> dict[str, str | bool]:
        """`{action: true | reason}`; false where there is no reason to give."""
        return {
            action.value: True if ability.possible else (ability.reason or False)
            for action, ability in self.by_action.items()
        }

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Abilities:
        """The inverse of `to_json`, with reasons in the language of now; actions of a newer program are passed over."""
        known = {action.value: action for action in Action}
        return cls({known[name]: _ability(said) for name, said in value.items() if name in known})


def _ability(said: object) -> Ability:
    return YES if said is True else Ability(False, retell(said) if isinstance(said, str) else "")
