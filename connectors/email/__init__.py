"""E-mail: any mailbox that speaks IMAP and SMTP. The manifest alone; the code is imported when an account needs it."""

from __future__ import annotations

from datetime import timedelta

from connectors.email.fields import FIELDS
from inbox_app.contract.archive import ArchiveFormat, Shape
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest
from inbox_app.contract.texts import lazy_gettext
from inbox_app.domain.words import Verb


def _load() -> type[Connector]:
    from connectors.email.connector import EmailConnector

    return EmailConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.email.login import EmailSignIn

    return EmailSignIn(host)


MANIFEST = Manifest(
    key="email",
    name="E-mail",
    level=Level.ROBUST,
    verbs=frozenset(
        {
            Verb.SENDS,
            Verb.FINDS_SENT,
            Verb.LISTENS,
            Verb.LOADS_OLDER,
            Verb.MARKS_READ,
            Verb.COUNTS_REMOTE,
            Verb.READS_ARCHIVE,
        }
    ),
    fields=FIELDS,
    load=_load,
    sign_in=_sign_in,
    icon="envelope",
    poll=timedelta(minutes=1),
    guide="guide/mail.md",
    archives=(
        ArchiveFormat("mbox", lazy_gettext("Mailbox file (mbox), from Thunderbird, Gmail and others"), Shape.EITHER),
        ArchiveFormat("maildir", lazy_gettext("Mail folder (Maildir), from a mail server"), Shape.FOLDER),
        ArchiveFormat("eml", lazy_gettext("Single mails (EML), a file or a folder of them"), Shape.EITHER),
    ),
)
