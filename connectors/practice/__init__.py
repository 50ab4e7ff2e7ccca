"""The practice room: a whole simulated community, kept in the workspace, with no service and no network behind it."""

from __future__ import annotations

from datetime import timedelta

from connectors.practice.settings import FIELDS, accounts
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Acquaintances, Level, Manifest
from inbox_app.domain.words import Action, Verb


def _load() -> type[Connector]:
    from connectors.practice.connector import PracticeConnector

    return PracticeConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.practice.login import PracticeSignIn

    return PracticeSignIn(host)


def _acquaintances() -> Acquaintances:
    from connectors.practice.known import acquaintances

    return acquaintances()


MANIFEST = Manifest(
    key="practice",
    name="Practice",
    level=Level.ROBUST,
    verbs=frozenset(Verb) - {Verb.READS_ARCHIVE},
    fields=FIELDS,
    load=_load,
    sign_in=_sign_in,
    icon="seedling",
    guide="guide/practice.md",
    poll=timedelta(minutes=1),
    offered=False,
    reasons=frozenset({Action.REPORT}),
    practice=accounts,
    acquaintances=_acquaintances,
)
