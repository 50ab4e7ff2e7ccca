"""Services that are only known by the files they give out: no account is connected, their history is imported."""

from __future__ import annotations

from inbox_app.contract.archive import ArchiveFormat, Shape
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest
from inbox_app.contract.texts import lazy_gettext
from inbox_app.domain.words import Verb


def _load() -> type[Connector]:
    from connectors.downloads.connector import DownloadsConnector

    return DownloadsConnector


def _sign_in(_host: Host) -> SignIn:
    from connectors.downloads.login import NoSignIn

    return NoSignIn()


def _only_files(name: str, icon: str, archive: ArchiveFormat) -> Manifest:
    """A channel whose history comes from files alone."""
    return Manifest(
        key=archive.key,
        name=name,
        level=Level.WORKS,
        verbs=frozenset({Verb.READS_ARCHIVE}),
        fields=(),
        load=_load,
        sign_in=_sign_in,
        icon=icon,
        guide="guide/import.md",
        archives=(archive,),
        offered=False,
    )


MANIFESTS = (
    _only_files(
        "WhatsApp",
        "whatsapp",
        ArchiveFormat("whatsapp", lazy_gettext("WhatsApp: exported chats (text, ZIP or a folder)"), Shape.EITHER),
    ),
    _only_files(
        "Instagram",
        "instagram",
        ArchiveFormat("instagram", lazy_gettext("Instagram: “download your information” (JSON)"), Shape.EITHER),
    ),
    _only_files(
        "Facebook",
        "facebook",
        ArchiveFormat("facebook", lazy_gettext("Facebook: “download your information” (JSON)"), Shape.EITHER),
    ),
    _only_files(
        "Chatwoot",
        "",
        ArchiveFormat("chatwoot", lazy_gettext("Chatwoot: tables of messages (CSV)"), Shape.EITHER),
    ),
)
