"""What the bot may do in a chat, from its own membership there (https://core.telegram.org/bots/api#chatmember)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.telegram.fields import Fields
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action

_GONE: Final = frozenset({"left", "kicked"})


@dataclass(frozen=True, slots=True)
class Rights:
    """What matters of a membership."""

    inside: bool = True
    speaks: bool = True
    deletes: bool = False
    restricts: bool = False

    @classmethod
    def of(cls, member: Fields) -> Rights:
        status = member.text("status")
        limited = status == "restricted"
        return cls(
            inside=status not in _GONE and not (limited and member.values.get("is_member") is False),
            speaks=not limited or member.flag("can_send_messages"),
            deletes=status == "creator" or member.flag("can_delete_messages"),
            restricts=status == "creator" or member.flag("can_restrict_members"),
        )

    def of_conversation(self) -> Abilities:
        """What holds for every message in the chat, ours and others'."""
        return Abilities({Action.REPLY: self._reply()})

    def _reply(self) -> Ability:
        if not self.inside:
            return Ability(False, _("The bot is no longer in this chat."))
        muted = Ability(False, _("The bot may not write in this group. Its administrators can allow it."))
        return YES if self.speaks else muted

    def abilities(self, *, ours: bool, person: bool = True, mutes: bool = True) -> Abilities:
        """In a group; `person` is False where a message was sent in a chat's name, `mutes` in a small group."""
        if not self.inside:
            return self.of_conversation()
        can: Mapping[Action, Ability] = {Action.REPLY: self._reply(), Action.REACT: YES}
        if ours:
            return Abilities({**can, Action.EDIT: YES, Action.DELETE: YES})
        delete = Ability(False, _("The bot needs the right to delete messages: make it an administrator."))
        restrict = Ability(False, _("The bot needs the right to ban users: make it an administrator."))
        nobody = Ability(False, _("This was written in the name of a chat, not by a person."))
        small = Ability(False, _("Telegram mutes people in supergroups only, and this is none. You can ban."))
        about = (YES if person else nobody) if self.restricts else restrict
        return Abilities(
            {
                **can,
                **_cannot(),
                Action.DELETE: YES if self.deletes else delete,
                Action.BLOCK: about,
                Action.UNBLOCK: about,
                Action.MUTE: about if mutes else small,
            }
        )


def in_private(*, ours: bool) -> Abilities:
    """In a chat with one person, who alone decides whether we may write."""
    can = {Action.REPLY: YES, Action.REACT: YES, Action.DELETE: YES}
    if ours:
        return Abilities({**can, Action.EDIT: YES})
    block = Ability(False, _("A bot cannot block people who write to it."))
    return Abilities({**can, **_cannot(), Action.BLOCK: block})


def _cannot() -> Mapping[Action, Ability]:
    return {
        Action.HIDE: Ability(False, _("Telegram cannot hide a message. Delete it, or mute its author.")),
        Action.EDIT: Ability(False, _("Only its author can change this.")),
    }
