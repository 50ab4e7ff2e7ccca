"""Connecting a folder: its path, tried before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.folder.connector import FolderConnector
from connectors.folder.settings import FIELDS, read_path
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.login import Done, Form, SignIn, Step
from inbox_app.contract.texts import _


class FolderSignIn(SignIn):
    """Asks for the folder, tries it, and asks again with a sentence where that does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form."""
        return _form(known)

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Make the folders inside, and try to write there."""
        try:
            settings = {"path": str(read_path(answers)), "name": answers.get("name", "").strip()}
            connector = FolderConnector(replace(self._host, settings=settings))
            return Done(await connector.connect(self._host.report), settings, {})
        except ConnectorError as failure:
            return _form(answers, str(failure))


def _form(known: Mapping[str, str], problem: str = "") -> Form:
    return Form(
        title=_("Add a folder"),
        fields=tuple(replace(field, default=known.get(field.name, "")) for field in FIELDS),
        text=_("Another program drops messages into this folder and picks your answers up from it."),
        problem=problem,
    )
