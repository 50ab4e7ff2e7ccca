"""What can be done with a message now, from the room's rules."""

from __future__ import annotations

from connectors.matrix.rooms import Room, no_secrets
from connectors.matrix.wire import MESSAGE, REACTION, REDACTION
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action


def of_room(room: Room) -> Abilities:
    """What holds for every message in the room."""
    return Abilities({Action.REPLY: may_write(room)})


def of_message(room: Room, author: str, *, direct: bool, editable: bool) -> Abilities:
    """What holds for one message; `editable` is a text that can be replaced."""
    if room.membership != "join":
        return of_room(room)
    ours = author == room.me
    can = {Action.REPLY: may_write(room), Action.REACT: _may_react(room), Action.DELETE: _may_delete(room, ours=ours)}
    if ours:
        edits = Ability(False, _("A file cannot be changed. Delete it and send it again."))
        return Abilities({**can, Action.EDIT: may_write(room) if editable else edits})
    return Abilities(
        {
            **can,
            **({} if direct else {Action.REPLY_PRIVATELY: YES}),
            Action.MARK_READ: YES,
            Action.REPORT: YES,
            Action.KICK: _may_turn_out(room, author, "kick"),
            Action.BLOCK: _may_turn_out(room, author, "ban"),
            Action.UNBLOCK: _may_turn_out(room, author, "ban"),
            Action.HIDE: Ability(False, _("Matrix cannot hide a message. Delete it, or ban its author.")),
            Action.EDIT: Ability(False, _("Only its author can change this.")),
        }
    )


def of_invite() -> Abilities:
    """An invitation is taken or not."""
    first = Ability(False, _("Accept the invitation first; then you can write here."))
    return Abilities({Action.REPLY: first, Action.ACCEPT: YES, Action.DECLINE: YES})


def may_write(room: Room) -> Ability:
    """Whether we may say something, and why not."""
    if room.membership != "join":
        return Ability(False, _("You are not in this room (any more)."))
    if room.successor:
        return Ability(False, _("This room was replaced by a newer one. Answer there."))
    if room.encrypted:
        return Ability(False, no_secrets())
    return _enough(room, room.power.to_send(MESSAGE), _("Writing here takes power level {needed}; yours is {level}."))


def _may_react(room: Room) -> Ability:
    if room.successor:
        return may_write(room)
    return _enough(room, room.power.to_send(REACTION), _("Reacting here takes power level {needed}; yours is {level}."))


def _may_delete(room: Room, *, ours: bool) -> Ability:
    needed = room.power.to_send(REDACTION)
    if not ours:
        needed = max(needed, room.power.to("redact"))
    return _enough(room, needed, _("Deleting this takes power level {needed} in this room; yours is {level}."))


def _may_turn_out(room: Room, author: str, deed: str) -> Ability:
    enough = _enough(
        room, room.power.to(deed), _("Turning somebody out takes power level {needed} in this room; yours is {level}.")
    )
    if enough.possible and room.power.level(author) >= room.power.level(room.me):
        return Ability(False, _("They have as much power in this room as you."))
    return enough


def _enough(room: Room, needed: int, sentence: str) -> Ability:
    level = room.power.level(room.me)
    return YES if level >= needed else Ability(False, sentence.format(needed=needed, level=level))
