"""Comments of WordPress sites. The manifest alone; the code is imported when an account needs it."""

from __future__ import annotations

from datetime import timedelta

from connectors.wordpress.settings import FIELDS, home_of
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest
from inbox_app.domain.words import Verb


def _load() -> type[Connector]:
    from connectors.wordpress.connector import WordPressConnector

    return WordPressConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.wordpress.login import WordPressSignIn

    return WordPressSignIn(host)


MANIFEST = Manifest(
    key="wordpress",
    name="WordPress",
    level=Level.ROBUST,
    verbs=frozenset(
        {
            Verb.SENDS,
            Verb.FINDS_SENT,
            Verb.LOADS_OLDER,
            Verb.MODERATES,
            Verb.EDITS_SENT,
            Verb.DELETES_SENT,
            Verb.COUNTS_REMOTE,
        }
    ),
    fields=FIELDS,
    load=_load,
    sign_in=_sign_in,
    icon="wordpress",
    poll=timedelta(minutes=1),
    guide="guide/wordpress.md",
    home=home_of,
)
