"""What can be done with a post now: the forum itself says so with every post and topic."""

from __future__ import annotations

from connectors.discourse.wire import Mark, Post, Topic
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action


def abilities(post: Post, topic: Topic) -> Abilities:
    """All that is offered for one post."""
    return Abilities(
        {
            Action.REPLY: _reply(topic),
            Action.LIKE: _mark(post, Mark.LIKE),
            Action.REACT: _mark(post, Mark.LIKE),
            Action.SPAM: _mark(post, Mark.SPAM),
            Action.REPORT: _mark(post, Mark.INAPPROPRIATE),
            Action.EDIT: YES if post.may_edit else _not_yours(),
            Action.DELETE: YES if post.may_delete else _not_yours(),
            Action.HIDE: Ability(
                False, _("A forum hides a post when enough people report it. Report it, or delete it.")
            ),
        }
    )


def _reply(topic: Topic) -> Ability:
    if topic.may_reply:
        return YES
    if topic.is_closed:
        return Ability(False, _("This topic is closed. A moderator can open it on the forum."))
    return Ability(False, _("Your user may not write in this topic."))


def _mark(post: Post, mark: Mark) -> Ability:
    if mark in post.marked:
        return YES if mark is Mark.LIKE else Ability(False, _("It is reported already."))
    if mark in post.may_mark:
        return YES
    if post.yours:
        return Ability(False, _("This is your own post."))
    return Ability(False, _("The forum does not offer this to your user here."))


def _not_yours() -> Ability:
    return Ability(False, _("Only its author and the forum’s staff may do this."))
