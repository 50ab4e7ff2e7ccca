"""Signing in: the handle with an app password, or the person's browser; the server is found from the handle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.bluesky.client import Client, Nobody
from connectors.bluesky.connector import BlueskyConnector
from connectors.bluesky.identity import find_server, resolve_handle
from connectors.bluesky.oauth import Visit, find_doors
from connectors.bluesky.settings import (
    AUTH,
    BY_BROWSER,
    FIELDS,
    PASSWORD,
    RESOLVER,
    directory_of,
    read_handle,
    read_server,
)
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError, Rejected, SignInNeeded
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Form, OpenBrowser, SignIn, Step
from inbox_app.contract.texts import _


class BlueskySignIn(SignIn):
    """Asks, tests, and comes back with the same form and a sentence when it does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._known: dict[str, str] = {}
        self._settings: dict[str, str] = {}
        self._did = ""
        self._visit: Visit | None = None

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form, filled with what is known."""
        self._known = {field.name: known.get(field.name, "") or field.default for field in FIELDS}
        return self._form()

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Find the server; then test the app password, or open the browser and wait for it."""
        try:
            if self._visit is not None:
                return await self._test(self._settings, await self._visit.finish(self._host.now()))
            self._known |= {name: said.strip() for name, said in answers.items() if name != PASSWORD and said.strip()}
            await self._find_account()
            if self._known.get(AUTH) == BY_BROWSER:
                return await self._open_browser()
            return await self._test(self._settings, {PASSWORD: answers.get(PASSWORD, "").strip()})
        except ConnectorError as failure:
            await self.close()
            return self._form(str(failure))

    async def close(self) -> None:
        """Stop waiting for the browser."""
        visit, self._visit = self._visit, None
        if visit is not None:
            await visit.close()

    async def _open_browser(self) -> Step:
        self._visit = Visit(await find_doors(self._settings["server"]), self._host.now())
        url = await self._visit.begin(self._settings["handle"])
        return OpenBrowser(url, _("Your browser opens your server’s page. Allow Portavoce there, then come back."))

    async def _find_account(self) -> None:
        """Whose account this is, and the settings that it keeps: with the server as it was found."""
        handle, directory = read_handle(self._known.get("handle", "")), directory_of(self._known)
        if not handle:
            raise Rejected(_("Give your handle, such as brand.bsky.social."))
        given = self._known.get("server", "")
        asked = read_server(given) if given else RESOLVER
        http = Http(asked)
        try:
            client = Client(http, asked, Nobody(), self._host.note_limit, self._host.now)
            self._did = await resolve_handle(client, handle)
            if not self._did:
                raise Rejected(_("Nobody on Bluesky is called {handle}.").format(handle=handle))
            server = asked if given else await find_server(directory, self._did, http)
        finally:
            await http.close()
        kept = {name: said for name, said in self._known.items() if name != PASSWORD and said}
        self._settings = {**kept, "handle": handle, "server": server}

    async def _test(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> Done:
        """Tokens that the test begins are kept with the account: signing in is counted."""
        kept = dict(secrets)

        async def keep(renewed: Mapping[str, str]) -> None:
            kept.update(renewed)

        http = Http(settings["server"])
        host = replace(self._host, settings=settings, secrets=secrets, http=http, keep=keep, kept=None)
        connector = BlueskyConnector(host)
        try:
            identity = await connector.connect(self._host.report)
            if identity.remote_id != self._did:
                raise SignInNeeded(
                    _("You signed in as {handle}, which is another account.").format(handle=identity.handle)
                )
            return Done(identity, settings, kept)
        finally:
            await connector.close()

    def _form(self, problem: str = "") -> Form:
        fields = tuple(
            field if field.name == PASSWORD else replace(field, default=self._known.get(field.name) or field.default)
            for field in FIELDS
        )
        return Form(
            title=_("Add a Bluesky account"),
            fields=fields,
            text=_(
                "Bluesky, and every server that speaks its protocol. Make an app password for Portavoce alone: on "
                "Bluesky open Settings, Privacy and security, App passwords. It is shown once, so copy it."
            ),
            problem=problem,
        )
