"""What can be done with a post or a private message now, and why the rest cannot."""

from __future__ import annotations

from functools import lru_cache

from connectors.bluesky.wire import Person, Post, Standing
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import NO, YES, Abilities, Ability
from inbox_app.domain.words import Action

_OURS = (Action.REPLY, Action.LIKE, Action.REACT, Action.DELETE)
_THEIRS = (Action.REPLY, Action.REPLY_PRIVATELY, Action.LIKE, Action.REACT, Action.REPORT)
_SPOKEN = (Action.REPLY, Action.REPLY_PRIVATELY, Action.LIKE, Action.REACT)


def abilities(post: Post, *, ours: bool, under_ours: bool, hidden: bool) -> Abilities:
    """By whose it is, whose thread it stands in, and what the thread's author allows."""
    author = post.author
    return _of_post(ours, under_ours, hidden, post.reply_disabled, author.standing, author.takes_chat)


def of_chat(author: Person, *, ours: bool, locked: bool) -> Abilities:
    """In private: nothing is taken back for the other side."""
    delete = Ability(False, _("Bluesky deletes a private message for yourself only; the others keep it."))
    edit = Ability(False, _("Bluesky has no way to change a message. Send another."))
    reply = Ability(False, _("This conversation was closed.")) if locked else YES
    theirs = {} if ours else _of_person(author.standing)
    return Abilities({Action.REPLY: reply, Action.REACT: reply, Action.DELETE: delete, Action.EDIT: edit, **theirs})


@lru_cache(maxsize=128)
def _of_post(
    ours: bool, under_ours: bool, hidden: bool, closed: bool, standing: Standing, takes_chat: bool
) -> Abilities:
    said = dict.fromkeys(_OURS if ours else _THEIRS, YES)
    said[Action.EDIT] = Ability(False, _("Bluesky has no way to change a post. Delete it and write another."))
    if not ours:
        said[Action.DELETE] = Ability(
            False, _("Only its author can delete this. Hide it under your post, or report it.")
        )
        said |= _hiding(hidden, under_ours=under_ours) | _of_person(standing)
        if not takes_chat:
            said[Action.REPLY_PRIVATELY] = Ability(
                False, _("They take private messages from people they follow only, or from nobody.")
            )
    if standing.apart:
        said |= dict.fromkeys(_SPOKEN, Ability(False, _("You have blocked each other, or one of you the other.")))
    elif closed:
        said[Action.REPLY] = Ability(False, _("Whoever began this thread does not let you answer in it."))
    return Abilities(said)


def _hiding(hidden: bool, *, under_ours: bool) -> dict[Action, Ability]:
    if not under_ours:
        return {Action.HIDE: Ability(False, _("Only answers under your own posts can be hidden."))}
    return {Action.HIDE: NO if hidden else YES, Action.UNHIDE: YES if hidden else NO}


def _of_person(standing: Standing) -> dict[Action, Ability]:
    """What can be done about somebody, or taken back: never both."""
    by_list = Ability(False, _("They are on a list of people that you block. Take them off it, or leave the list."))
    hushed = Ability(False, _("They are on a list of people that you mute. Take them off it, or leave the list."))
    return {
        Action.BLOCK: NO if standing.blocking or standing.blocked_by_list else YES,
        Action.UNBLOCK: YES if standing.blocking else by_list if standing.blocked_by_list else NO,
        Action.MUTE: NO if standing.muted or standing.muted_by_list else YES,
        Action.UNMUTE: YES if standing.muted else hushed if standing.muted_by_list else NO,
    }
