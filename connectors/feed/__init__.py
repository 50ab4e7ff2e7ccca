"""Comment feeds, RSS and Atom: read only. The manifest alone; the code is imported when an account needs it."""

from __future__ import annotations

from datetime import timedelta

from connectors.feed.settings import FIELDS, home_of, seal
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest
from inbox_app.domain.words import Verb


def _load() -> type[Connector]:
    from connectors.feed.connector import FeedConnector

    return FeedConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.feed.login import FeedSignIn

    return FeedSignIn(host)


MANIFEST = Manifest(
    key="feed",
    name="Comment feed",
    level=Level.ROBUST,
    verbs=frozenset({Verb.LOADS_OLDER, Verb.FETCHES_ATTACHMENTS}),
    fields=FIELDS,
    load=_load,
    sign_in=_sign_in,
    icon="rss",
    poll=timedelta(minutes=10),
    guide="guide/feed.md",
    home=home_of,
    seal=seal,
)
