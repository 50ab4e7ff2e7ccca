"""How the conditions of a search and what is offered for them are called for people."""

from __future__ import annotations

from inbox_app.domain.search_offers import Offer, Offered
from inbox_app.domain.words import State
from inbox_app.i18n import _
from ui.inbox.views import states_name
from ui.theme.channels import channel_name


def condition_words(operator: str, value: str) -> str:
    """A condition as its chip says it."""
    if operator in ("is", "has"):
        return _values()[value.lower()]
    said = {
        "from": _("From {value}"),
        "channel": _("On {value}"),
        "account": _("In {value}"),
        "tag": _("Tag: {value}"),
        "before": _("Before {value}"),
        "after": _("Since {value}"),
    }[operator]
    return said.format(value=channel_name(value.lower()) if operator == "channel" else value)


def _values() -> dict[str, str]:
    return {
        **{state.value: states_name(state) for state in State},
        "unread": _("Unread"),
        "mine": _("Mine"),
        "in": _("Incoming"),
        "out": _("Ours"),
        "attachment": _("With a file"),
        "note": _("With a note"),
        "tag": _("With a tag"),
    }


def offer_words(offer: Offer) -> str:
    """One line of what is offered: what it is called, and what it is."""
    about = _about(offer)
    return f"{offer.name}  ·  {about}" if about else offer.name


def _about(offer: Offer) -> str:
    match offer.kind:
        case Offered.OPERATOR:
            return _operators().get(offer.name.rstrip(":"), "")
        case Offered.VALUE:
            return condition_words(*offer.put.split(":"))
        case Offered.CHANNEL:
            return channel_name(offer.name)
        case Offered.PERSON:
            return offer.about
    return {
        Offered.TAG: _("tag"),
        Offered.ACCOUNT: _("account of ours"),
        Offered.VIEW: _("opens this view"),
        Offered.RECENT: _("recent"),
    }[offer.kind]


def _operators() -> dict[str, str]:
    return {
        "from": _("who wrote it"),
        "channel": _("the kind of service"),
        "account": _("one of our accounts"),
        "tag": _("a tag on it or on its people"),
        "is": _("open, waiting, done, unread …"),
        "has": _("a file, a note or a tag"),
        "before": _("a day, a month, a year, or 3d, 2w ago"),
        "after": _("a day, a month, a year, or 3d, 2w ago"),
    }
