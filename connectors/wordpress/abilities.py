"""What can be done with a comment now: by its status, by whose it is, and by what the site lets us do."""

from __future__ import annotations

from connectors.wordpress.wire import Comment, Post, Status, User
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action

_SHOWS = (Action.APPROVE, Action.UNHIDE)
_HIDES = (Action.HOLD, Action.HIDE)
_MODERATION = (*_SHOWS, *_HIDES, Action.SPAM, Action.TRASH)


def abilities(comment: Comment, post: Post | None, me: User) -> Abilities:
    """All that is offered for one comment."""
    return Abilities(
        {Action.REPLY: _reply(comment, post, me), **_moderation(comment, me), **_changing(comment, me), **_cannot()}
    )


def of_account(me: User) -> Abilities:
    """Whatever holds for every comment of the site."""
    refused = {} if me.moderates else dict.fromkeys(_MODERATION, _no_moderator())
    return Abilities({Action.REPLY: YES, **refused})


def _reply(comment: Comment, post: Post | None, me: User) -> Ability:
    if comment.is_ping:
        return Ability(False, _("Another site linked to this post. Answer there: nobody reads an answer here."))
    if comment.status is Status.SPAM:
        return Ability(False, _("This is marked as spam. Approve it first."))
    if comment.status is Status.TRASH:
        return Ability(False, _("This is in the trash. Approve it first."))
    if comment.status is Status.HOLD and not me.moderates:
        return Ability(False, _("This waits for a moderator of the site."))
    if post is not None and not post.is_open:
        return Ability(False, _("Comments on this post are closed. Open them on the site to answer."))
    return YES


def _moderation(comment: Comment, me: User) -> dict[Action, Ability]:
    if not me.moderates:
        return dict.fromkeys(_MODERATION, _no_moderator())
    already = {
        Status.APPROVED: _SHOWS,
        Status.HOLD: _HIDES,
        Status.SPAM: (Action.SPAM, Action.HIDE),
        Status.TRASH: (Action.TRASH, Action.HIDE),
    }[comment.status]
    return {action: Ability(False, _("It is so already.")) if action in already else YES for action in _MODERATION}


def _changing(comment: Comment, me: User) -> dict[Action, Ability]:
    if me.moderates or comment.may_change:
        return {Action.EDIT: YES, Action.DELETE: YES}
    return dict.fromkeys((Action.EDIT, Action.DELETE), _no_moderator())


def _no_moderator() -> Ability:
    return Ability(False, _("Your user may not moderate comments on this site. An editor or administrator may."))


def _cannot() -> dict[Action, Ability]:
    return {
        Action.LIKE: Ability(False, _("WordPress knows no likes for comments.")),
        Action.BLOCK: Ability(
            False, _("WordPress cannot block somebody here. Its page “Discussion” has a list for that.")
        ),
    }
