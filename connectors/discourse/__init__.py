"""A Discourse forum as one of its users. The manifest alone; the code is imported when an account needs it."""

from __future__ import annotations

from datetime import timedelta

from connectors.discourse.settings import FIELDS, home_of
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest, Reaction
from inbox_app.contract.texts import lazy_gettext
from inbox_app.domain.words import Kind, Verb


def _load() -> type[Connector]:
    from connectors.discourse.connector import DiscourseConnector

    return DiscourseConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.discourse.login import DiscourseSignIn

    return DiscourseSignIn(host)


def _reactions(_kind: Kind) -> tuple[Reaction, ...]:
    return (Reaction("❤", lazy_gettext("Like")),)


MANIFEST = Manifest(
    key="discourse",
    name="Discourse",
    level=Level.ROBUST,
    verbs=frozenset(
        {
            Verb.SENDS,
            Verb.POSTS,
            Verb.FINDS_SENT,
            Verb.LOADS_OLDER,
            Verb.MODERATES,
            Verb.REACTS,
            Verb.EDITS_SENT,
            Verb.DELETES_SENT,
            Verb.FETCHES_ATTACHMENTS,
        }
    ),
    fields=FIELDS,
    load=_load,
    sign_in=_sign_in,
    icon="discourse",
    poll=timedelta(minutes=1),
    guide="guide/discourse.md",
    home=home_of,
    reactions=_reactions,
)
