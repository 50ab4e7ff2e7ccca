"""Signing in: the server's name, then the person's browser; or an access token that was made on the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.mastodon.client import Client, OneToken
from connectors.mastodon.connector import MastodonConnector
from connectors.mastodon.registration import Registration
from connectors.mastodon.settings import FIELDS, read_server
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError, Rejected, SignInNeeded
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Form, OpenBrowser, SignIn, Step
from inbox_app.contract.texts import _


class MastodonSignIn(SignIn):
    """Asks, tests, and comes back with the same form and a sentence when it does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._server = ""
        self._http: Http | None = None
        self._registration: Registration | None = None

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form, filled with what is known."""
        self._server = known.get("server", "")
        return self._form()

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Open the browser, then wait for it; with a token test that at once."""
        try:
            if self._registration is not None:
                return await self._after_the_browser(self._registration)
            self._server = read_server(answers.get("server", "") or self._server)
            if token := answers.get("token", "").strip():
                return await self._test_token(token)
            return await self._open_browser()
        except ConnectorError as failure:
            await self.close()
            return self._form(str(failure))

    async def close(self) -> None:
        """Stop waiting for the browser."""
        registration, self._registration = self._registration, None
        if registration is not None:
            await registration.close()
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def _open_browser(self) -> Step:
        self._http = Http(self._server)
        self._registration = Registration(self._server, self._http)
        url = await self._registration.begin(Client(self._http, OneToken(""), self._host.note_limit, self._host.now))
        return OpenBrowser(url, _("Your browser opens your server’s page. Allow Portavoce there, then come back."))

    async def _after_the_browser(self, registration: Registration) -> Done:
        return await self._test(await registration.finish(self._host.now()))

    async def _test_token(self, token: str) -> Done:
        try:
            return await self._test({"token": token})
        except SignInNeeded as refused:
            raise Rejected(_("The server does not accept this access token. Copy it once more, whole.")) from refused

    async def _test(self, secrets: Mapping[str, str]) -> Done:
        settings = {"server": self._server}
        host = replace(self._host, settings=settings, secrets=secrets, http=Http(self._server))
        connector = MastodonConnector(host)
        try:
            return Done(await connector.connect(self._host.report), settings, secrets)
        finally:
            await connector.close()

    def _form(self, problem: str = "") -> Form:
        fields = tuple(replace(field, default=self._server) if field.name == "server" else field for field in FIELDS)
        return Form(
            title=_("Add a Mastodon account"),
            fields=fields,
            text=_("Any server that speaks Mastodon’s interface will do. You sign in on its own page."),
            problem=problem,
        )
