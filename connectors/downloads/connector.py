"""Reads the downloads of services that we do not talk to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NoReturn

from connectors.downloads import chatwoot, meta, whatsapp
from connectors.shared.downloads.reading import Download, Telling
from connectors.shared.downloads.tree import Tree
from inbox_app.contract.archive import Archive
from inbox_app.contract.connector import Connector, Host, ReadsArchive, Report, ignore
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import Batch, Identity
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

FORMATS: Final[Mapping[str, Callable[[Tree], Telling]]] = {
    "whatsapp": whatsapp.Chats,
    "instagram": meta.Instagram,
    "facebook": meta.Facebook,
    "chatwoot": chatwoot.Tables,
}


class DownloadsConnector(Connector, ReadsArchive):
    """No account of it is ever active: an archive has no runner."""

    @classmethod
    def open_archive(cls, host: Host, kind: str, path: Path) -> Archive:
        """The files at `path`."""
        return Download(host, path, FORMATS[kind])

    async def connect(self, report: Report = ignore) -> Identity:
        """There is nobody to sign in to."""
        _refuse()

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """There is nobody to ask."""
        _refuse()


def _refuse() -> NoReturn:
    raise Rejected(_("This service can only be imported from files. Use “Import an archive”."))
