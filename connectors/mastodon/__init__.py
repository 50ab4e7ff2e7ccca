"""Mastodon and servers that speak its interface. The manifest alone; the code is imported when an account needs it."""

from __future__ import annotations

from datetime import timedelta

from connectors.mastodon.settings import FIELDS, home_of
from inbox_app.contract.archive import ArchiveFormat, Shape
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest, Reaction
from inbox_app.contract.texts import lazy_gettext
from inbox_app.domain.words import Action, Kind, Verb


def _load() -> type[Connector]:
    from connectors.mastodon.connector import MastodonConnector

    return MastodonConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.mastodon.login import MastodonSignIn

    return MastodonSignIn(host)


def _reactions(kind: Kind) -> tuple[Reaction, ...]:
    favourite, boost = Reaction("⭐", lazy_gettext("Favourite")), Reaction("🔁", lazy_gettext("Boost"))
    return (favourite,) if kind is Kind.DIRECT else (favourite, boost)


MANIFEST = Manifest(
    key="mastodon",
    name="Mastodon",
    level=Level.ROBUST,
    verbs=frozenset(
        {
            Verb.SENDS,
            Verb.FINDS_SENT,
            Verb.LISTENS,
            Verb.LOADS_OLDER,
            Verb.MODERATES,
            Verb.REACTS,
            Verb.EDITS_SENT,
            Verb.DELETES_SENT,
            Verb.FETCHES_ATTACHMENTS,
            Verb.POSTS,
            Verb.READS_ARCHIVE,
        }
    ),
    fields=FIELDS,
    load=_load,
    sign_in=_sign_in,
    icon="mastodon",
    poll=timedelta(minutes=1),
    guide="guide/mastodon.md",
    home=home_of,
    archives=(ArchiveFormat("mastodon", lazy_gettext("Mastodon: archive of your posts and media"), Shape.EITHER),),
    reactions=_reactions,
    reasons=frozenset({Action.REPORT}),
)
