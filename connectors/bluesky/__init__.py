"""Bluesky and other servers of the AT Protocol. The manifest alone; the code is imported when an account needs it."""

from __future__ import annotations

from datetime import timedelta

from connectors.bluesky.settings import FIELDS, home_of
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest, Reaction, usual_reactions
from inbox_app.contract.texts import lazy_gettext
from inbox_app.domain.words import Action, Kind, Verb


def _load() -> type[Connector]:
    from connectors.bluesky.connector import BlueskyConnector

    return BlueskyConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.bluesky.login import BlueskySignIn

    return BlueskySignIn(host)


def _reactions(kind: Kind) -> tuple[Reaction, ...]:
    like, repost = Reaction("❤", lazy_gettext("Like")), Reaction("🔁", lazy_gettext("Repost"))
    return usual_reactions(kind) if kind is Kind.DIRECT else (like, repost)


MANIFEST = Manifest(
    key="bluesky",
    name="Bluesky",
    level=Level.ROBUST,
    verbs=frozenset(
        {
            Verb.SENDS,
            Verb.FINDS_SENT,
            Verb.LOADS_OLDER,
            Verb.MARKS_READ,
            Verb.MODERATES,
            Verb.REACTS,
            Verb.DELETES_SENT,
            Verb.FETCHES_ATTACHMENTS,
            Verb.POSTS,
        }
    ),
    fields=FIELDS,
    load=_load,
    sign_in=_sign_in,
    icon="bluesky",
    poll=timedelta(seconds=30),
    guide="guide/bluesky.md",
    home=home_of,
    reactions=_reactions,
    reasons=frozenset({Action.REPORT}),
)
