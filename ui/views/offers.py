"""What a view can ask for, as a person picks it from a menu: each condition with the name it has on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inbox_app.domain.filters import OF_ANY_MESSAGE, PERSONAL, By, Is
from inbox_app.domain.inbox import AccountRow, Tag
from inbox_app.domain.words import Hat, Kind, State
from inbox_app.i18n import _, pgettext
from inbox_app.queries.colleagues import Colleague
from ui.inbox.views import states_name


@dataclass(frozen=True, slots=True)
class Offer:
    """One condition and its name."""

    condition: Is
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions about one thing, such as all tags; without a name they stand in the menu itself."""

    name: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is in this workspace to filter by."""

    accounts: Sequence[AccountRow]
    tags: Sequence[Tag]
    colleagues: Sequence[Colleague]
    channels: Mapping[str, str]
    """The names of the channels that accounts are on, by key."""


def groups(there: Surroundings) -> tuple[Group, ...]:
    """Everything that can be picked; groups with nothing in them are left out."""
    people = there.colleagues if len(there.colleagues) > 1 else ()
    all_groups = (
        Group(_("State"), tuple(_offer(By.STATE, one.value, states_name(one)) for one in State)),
        Group(_("Tag"), tuple(_offer(By.TAG, one.name, one.name) for one in there.tags)),
        _tags_of_members(there),
        Group(_("Channel"), tuple(_offer(By.CHANNEL, key, name) for key, name in sorted(there.channels.items()))),
        Group(_("Account"), tuple(_offer(By.ACCOUNT, one.id, one.handle or one.name) for one in there.accounts)),
        Group(_("Kind"), tuple(_offer(By.KIND, one.value, kind_name(one)) for one in Kind)),
        Group(_("Hat"), tuple(_offer(By.HAT, one.value, _hat_name(one)) for one in Hat)),
        Group(_("Assigned to"), tuple(_offer(By.ASSIGNEE, one.id, one.name) for one in people)),
        Group(
            "",
            (
                Offer(Is(By.UNREAD), _("Unread")),
                Offer(Is(By.HAS_REMINDER), _("Has a reminder")),
                Offer(Is(By.HAS_ATTACHMENT), _("Has files")),
                Offer(Is(By.PRIORITY), _("Important")),
                Offer(Is(By.HIDDEN), _("Something in it is hidden")),
                *((Offer(Is(By.MINE), _("Assigned to me")),) if people else ()),
            ),
        ),
    )
    return tuple(one for one in all_groups if one.offers)


def message_groups(there: Surroundings) -> tuple[Group, ...]:
    """What rules can ask of the message that arrives, before all that is asked of its conversation."""
    members = _tags_of_members(there)
    about = Group(
        _("The message"),
        (
            Offer(Is(By.TEXT), _("Contains these words…")),
            Offer(Is(By.LINK), _("Contains a link")),
            Offer(Is(By.ONLY_EMOJI), _("Is nothing but emoji")),
            Offer(Is(By.ONLY_MENTIONS), _("Is nothing but mentions")),
            Offer(Is(By.SHORTER, ("4",)), _("Has fewer than 4 words")),
            Offer(Is(By.LONGER, ("100",)), _("Has more than 100 words")),
            Offer(Is(By.FIRST_MESSAGE), _("Is the first of its member")),
            Offer(Is(By.HIDDEN), _("Came hidden")),
            Offer(Is(By.UNANSWERED, ("12h",)), _("Unanswered for 12 hours")),
            Offer(Is(By.UNANSWERED, ("1d",)), _("Unanswered for a day")),
            Offer(Is(By.UNANSWERED, ("2d",)), _("Unanswered for 2 days")),
            Offer(Is(By.UNANSWERED, ("1w",)), _("Unanswered for a week")),
        ),
    )
    theirs = tuple(
        Group(one.name, kept)
        for one in groups(there)
        if (kept := tuple(offer for offer in one.offers if offer.condition.by not in PERSONAL | OF_ANY_MESSAGE))
    )
    return (about, *((members,) if members.offers else ()), *theirs)


def _tags_of_members(there: Surroundings) -> Group:
    return Group(_("Tag of the member"), tuple(_offer(By.MEMBER_TAG, one.name, one.name) for one in there.tags))


def said(condition: Is, known: Sequence[Group]) -> str:
    """A condition as a chip writes it; one that cannot be picked is written as text has it."""
    named = {
        (offer.condition.by, value): (group.name, offer.name)
        for group in known
        for offer in group.offers
        for value in offer.condition.values or ("",)
    }
    found = [named.get((condition.by, value), (_written(condition.by), value)) for value in condition.values or ("",)]
    what = found[0][0]
    values = _(" or ").join(name for _what, name in found)
    return _("{what}: {value}").format(what=what, value=values) if what else values


def _written(by: By) -> str:
    """What a condition is called that can be written and not picked."""
    names = {
        By.TEXT: _("With the words"),
        By.LONGER: _("More words than"),
        By.SHORTER: _("Fewer words than"),
        By.UNANSWERED: _("Unanswered for"),
        By.TAG: _("Tag"),
        By.MEMBER_TAG: _("Tag of the member"),
        By.CHANNEL: _("Channel"),
        By.ACCOUNT: _("Account"),
        By.ASSIGNEE: _("Assigned to"),
        By.MEMBER: _("Member"),
        By.POST: _("Post"),
    }
    return names.get(by, by.value)


def kind_name(kind: Kind) -> str:
    """What a conversation is, as people say it."""
    return {
        Kind.COMMENTS: pgettext("kinds of conversations", "Comments"),
        Kind.MENTION: pgettext("kinds of conversations", "Mentions"),
        Kind.DIRECT: pgettext("kinds of conversations", "Direct messages"),
        Kind.MAIL: pgettext("kinds of conversations", "Mail"),
        Kind.ROOM: pgettext("kinds of conversations", "Rooms"),
        Kind.FORUM: pgettext("kinds of conversations", "Forum topics"),
        Kind.REVIEW: pgettext("kinds of conversations", "Reviews"),
        Kind.FEED: pgettext("kinds of conversations", "Feeds"),
    }[kind]


def _offer(by: By, value: str, name: str) -> Offer:
    return Offer(Is(by, (value,)), name)


def _hat_name(hat: Hat) -> str:
    return _("Community") if hat is Hat.COMMUNITY else _("Social")
