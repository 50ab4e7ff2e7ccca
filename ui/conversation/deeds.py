"""What can be done to a message on its service: names, pictures and order, each greyed with its reason or absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from inbox_app.domain.inbox import MessageRow, OutboxRow
from inbox_app.domain.marks import Standing
from inbox_app.domain.words import Action, ActKind
from inbox_app.i18n import LazyText, _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected


@dataclass(frozen=True, slots=True)
class Name:
    """How an action is asked for, its icon, and what is said once it is decided."""

    asked: LazyText
    icon: str
    said: LazyText


NAMES: Final[Mapping[Action, Name]] = {
    Action.REPLY_PRIVATELY: Name(N_("Reply to {name} alone…"), "lock", N_("It will be answered in private.")),
    Action.LIKE: Name(N_("Like"), "heart", N_("It will be liked.")),
    Action.REACT: Name(N_("React"), "smiley", N_("The reaction will be shown.")),
    Action.EDIT: Name(N_("Edit…"), "pencil-simple", N_("The new text will be shown.")),
    Action.APPROVE: Name(N_("Approve"), "check-circle", N_("It will be approved.")),
    Action.HIDE: Name(N_("Hide"), "eye-slash", N_("It will be hidden.")),
    Action.UNHIDE: Name(N_("Show again"), "eye", N_("It will be shown again.")),
    Action.HOLD: Name(N_("Hold back"), "pause", N_("It will be held back.")),
    Action.SPAM: Name(N_("Mark as spam"), "warning-octagon", N_("It will be marked as spam.")),
    Action.TRASH: Name(N_("Move to the trash"), "trash-simple", N_("It will be moved to the trash.")),
    Action.DELETE: Name(N_("Delete"), "trash", N_("It will be deleted.")),
    Action.REPORT: Name(N_("Report to the moderators"), "flag", N_("It will be reported.")),
    Action.MUTE: Name(N_("Mute {name}"), "speaker-slash", N_("{name} will be muted.")),
    Action.UNMUTE: Name(N_("Unmute {name}"), "speaker-high", N_("{name} will be heard again.")),
    Action.KICK: Name(N_("Turn {name} out"), "sign-out", N_("{name} will be turned out.")),
    Action.BLOCK: Name(N_("Block {name}"), "prohibit", N_("{name} will be blocked.")),
    Action.UNBLOCK: Name(N_("Unblock {name}"), "arrow-counter-clockwise", N_("{name} will be unblocked.")),
    Action.ACCEPT: Name(N_("Accept"), "check", N_("It will be accepted.")),
    Action.DECLINE: Name(N_("Decline"), "x", N_("It will be declined.")),
}
"""In the order of the menu: what is kind first, what cannot be taken back on the service last."""
_KINDS: Final[Mapping[str, LazyText]] = {
    ActKind.REPLY.value: N_("A reply"),
    ActKind.NEW.value: N_("A new message"),
    ActKind.POST.value: N_("A post"),
    ActKind.READ_MARK.value: N_("A mark that something was read"),
}
_ELSEWHERE: Final = (Action.ACCEPT, Action.DECLINE)
"""These are buttons of their own."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One line of the menu; `reason` says why it cannot be done now."""

    action: Action
    reason: str = ""


def offered(row: MessageRow) -> tuple[Offered, ...]:
    """What stands in the menu of a message: what can be done, and what cannot where there is a reason to give."""
    if row.deleted_at is not None or row.remote_id is None:
        return ()
    superfluous = Action.HIDE if row.hidden else Action.UNHIDE
    wanted = [one for one in NAMES if one not in (superfluous, *_ELSEWHERE)]
    found = [(one, row.abilities.of(one)) for one in wanted]
    return tuple(
        Offered(action, "" if ability.possible else ability.reason)
        for action, ability in found
        if ability.possible or ability.reason
    )


def at_hand(row: MessageRow) -> tuple[Action, ...]:
    """What is a button of its own: an invitation's two answers, and the verdict on what waits for a moderator."""
    verdicts = (Action.APPROVE, Action.SPAM) if row.marks.standing is Standing.HELD else ()
    return tuple(one for one in (*_ELSEWHERE, *verdicts) if row.abilities.of(one).possible)


def asked_name(action: Action, who: str) -> str:
    """An action as it is asked for."""
    return str(NAMES[action].asked).format(name=who)


def said_sentence(action: Action, who: str) -> str:
    """An action once it is decided."""
    return str(NAMES[action].said).format(name=who)


def act_name(row: OutboxRow) -> str:
    """What leaves, in a few words, where it is no text: “Hide”, “A post”."""
    if row.action is not None and row.action in NAMES:
        return asked_name(row.action, _("the author")).removesuffix("…")
    return str(_KINDS.get(row.kind, N_("An action")))
