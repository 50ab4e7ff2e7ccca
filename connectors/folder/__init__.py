"""A folder, for services that nobody has built yet. The manifest alone; the code is imported when it is needed."""

from __future__ import annotations

from datetime import timedelta

from connectors.folder.settings import FIELDS
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest
from inbox_app.domain.words import Action, Verb


def _load() -> type[Connector]:
    from connectors.folder.connector import FolderConnector

    return FolderConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.folder.login import FolderSignIn

    return FolderSignIn(host)


MANIFEST = Manifest(
    key="folder",
    name="Folder",
    level=Level.ROBUST,
    verbs=frozenset(
        {
            Verb.SENDS,
            Verb.LISTENS,
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
    icon="folder",
    poll=timedelta(seconds=30),
    guide="guide/folder.md",
    reasons=frozenset({Action.REPORT}),
)
