"""Signing in: the server's name, and an access token made there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.mastodon.connector import MastodonConnector
from connectors.mastodon.settings import FIELDS, read_server
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Form, SignIn, Step
from inbox_app.contract.texts import _


class MastodonSignIn(SignIn):
    """Asks, tests, and comes back with the same form and a sentence when the test fails."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._server = ""

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form, filled with what is known."""
        self._server = known.get("server", "")
        return self._form()

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Test what was answered."""
        self._server = answers.get("server", "") or self._server
        try:
            return await self._test(read_server(self._server), answers.get("token", "").strip())
        except ConnectorError as failure:
            return self._form(str(failure))

    async def _test(self, server: str, token: str) -> Done:
        settings, secrets = {"server": server}, {"token": token}
        connector = MastodonConnector(replace(self._host, settings=settings, secrets=secrets, http=Http(server)))
        try:
            return Done(await connector.connect(self._host.report), settings, secrets)
        finally:
            await connector.close()

    def _form(self, problem: str = "") -> Form:
        fields = tuple(replace(field, default=self._server) if field.name == "server" else field for field in FIELDS)
        return Form(
            title=_("Add a Mastodon account"),
            fields=fields,
            text=_("Any server that speaks Mastodon's interface will do."),
            problem=problem,
        )
