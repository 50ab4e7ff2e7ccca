"""Matrix, on any homeserver. The manifest alone; the code is imported when an account needs it."""

from __future__ import annotations

from datetime import timedelta

from connectors.matrix.settings import FIELDS, home_of
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest
from inbox_app.domain.words import Action, Verb


def _load() -> type[Connector]:
    from connectors.matrix.connector import MatrixConnector

    return MatrixConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.matrix.login import MatrixSignIn

    return MatrixSignIn(host)


MANIFEST = Manifest(
    key="matrix",
    name="Matrix",
    level=Level.ROBUST,
    verbs=frozenset(
        {
            Verb.SENDS,
            Verb.FINDS_SENT,
            Verb.LISTENS,
            Verb.LOADS_OLDER,
            Verb.MARKS_READ,
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
    icon="matrix",
    poll=timedelta(minutes=1),
    guide="guide/matrix.md",
    home=home_of,
    reasons=frozenset({Action.REPORT, Action.KICK, Action.BLOCK}),
)
