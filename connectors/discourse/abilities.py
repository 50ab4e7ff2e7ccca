"""What can be done with a post now: the forum itself says so with every post and topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.discourse.review_wire import About, Item
from connectors.discourse.wire import Mark, Post, Topic
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action

DECISIONS: Final[Mapping[About, Mapping[Action, tuple[str, ...]]]] = {
    About.QUEUED: {Action.APPROVE: ("approve_post", "approve_post_closed"), Action.DELETE: ("reject_post",)},
    About.FLAGGED: {
        Action.ACCEPT: ("agree_and_keep", "agree_and_keep_hidden"),
        Action.DECLINE: ("disagree", "disagree_and_restore"),
        Action.HOLD: ("agree_and_hide",),
        Action.DELETE: ("delete_and_agree",),
    },
}
"""What the forum is told by each decision: the first of the names that it offers."""


def abilities(post: Post, topic: Topic) -> Abilities:
    """All that is offered for one post."""
    return Abilities(
        {
            Action.REPLY: _reply(topic),
            **_in_private(post, topic),
            Action.LIKE: _mark(post, Mark.LIKE),
            Action.REACT: _mark(post, Mark.LIKE),
            Action.SPAM: _mark(post, Mark.SPAM),
            Action.REPORT: _mark(post, Mark.INAPPROPRIATE),
            Action.EDIT: _edit(post),
            Action.DELETE: YES if post.may_delete else _not_yours(),
            Action.HIDE: Ability(
                False, _("A forum hides a post when enough people report it. Report it, or delete it.")
            ),
        }
    )


def of_review(item: Item) -> Abilities:
    """What may be decided about an item of the review queue, and nothing else."""
    elsewhere = Ability(False, _("The forum does not offer this to your user here. Its page “Review” may offer more."))
    decided = {
        action: YES if any(one in item.can for one in names) else elsewhere
        for action, names in DECISIONS[item.about].items()
    }
    waits = _("Nobody else sees this yet. Approve it, then answer what appears in the topic.")
    report = _("This is a report that only moderators see. Answer the post itself.")
    reason = waits if item.about is About.QUEUED else report
    cannot = (Action.REPLY, Action.LIKE, Action.REACT, Action.EDIT, Action.SPAM, Action.REPORT)
    return Abilities({**dict.fromkeys(cannot, Ability(False, reason)), **decided})


def _reply(topic: Topic) -> Ability:
    if topic.may_reply:
        return YES
    if topic.is_closed:
        return Ability(False, _("This topic is closed. A moderator can open it on the forum."))
    return Ability(False, _("Your user may not write in this topic."))


def _in_private(post: Post, topic: Topic) -> dict[Action, Ability]:
    """A forum says only when it is tried whether its author takes private messages; its own voices take none."""
    return {} if post.yours or topic.is_private or post.user < 1 else {Action.REPLY_PRIVATELY: YES}


def _mark(post: Post, mark: Mark) -> Ability:
    if mark in post.marked:
        return YES if mark is Mark.LIKE else Ability(False, _("It is reported already."))
    if mark in post.may_mark:
        return YES
    if post.yours:
        return Ability(False, _("This is your own post."))
    return Ability(False, _("The forum does not offer this to your user here."))


def _edit(post: Post) -> Ability:
    if post.asked is not None:
        return Ability(
            False, _("A post with a poll is changed on the forum: a change from here would take its poll away.")
        )
    return YES if post.may_edit else _not_yours()


def _not_yours() -> Ability:
    return Ability(False, _("Only its author and the forum’s staff may do this."))
