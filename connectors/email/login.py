"""Signing in to a mailbox: the address, what was found from it, and a real test of both servers.

By password it is two forms; through the browser a visit of the provider's page comes before the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.email.access import CLIENT_SECRET, PASSWORD
from connectors.email.connector import EmailConnector
from connectors.email.discovery import Found, find_servers
from connectors.email.failures import Untrusted
from connectors.email.fields import fill_fields, make_address_fields, make_fields
from connectors.email.fingerprints import read_shown
from connectors.email.oauth import BY_BROWSER, read_client, read_service, read_way
from connectors.email.settings import read_settings
from connectors.shared.oauth2.endpoint import TokenEndpoint
from connectors.shared.oauth2.loopback import Loopback
from connectors.shared.oauth2.service import Service
from connectors.shared.oauth2.visit import BrowserVisit
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError, Rejected
from inbox_app.contract.login import Done, Field, FieldType, Form, OpenBrowser, SignIn, Step
from inbox_app.contract.texts import _

_SECRETS = frozenset(field.name for field in make_fields() if field.type is FieldType.SECRET)


class EmailSignIn(SignIn):
    """Asks, tests, and comes back with the same form and a sentence when the test fails."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._given: dict[str, str] = {}
        """What the person said; it stands above what was found."""
        self._secrets: dict[str, str] = {}
        self._found: Found | None = None
        self._found_for = ""
        self._visit: tuple[BrowserVisit, Service] | None = None

    async def start(self, known: Mapping[str, str]) -> Step:
        """The address; with a known one, everything that was found from it."""
        self._given = _said(known)
        try:
            await self._find()
        except Rejected as error:
            return self._form(str(error))
        return self._form()

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Find the servers, or test what was answered; after the browser was opened, wait for it."""
        try:
            if self._visit is not None:
                return await self._after_the_browser(*self._visit)
            before = self._found_for
            self._take(answers)
            await self._find()
            if self._found_for != before and not self._is_answered():
                return self._form()
            return await self._sign_in()
        except ConnectorError as error:
            return self._form(await self._explain(error))

    async def close(self) -> None:
        """Stop waiting for the browser."""
        visit, self._visit = self._visit, None
        if visit is not None:
            await visit[0].close()

    # --- what is known ----------------------------------------------------------------------------------------------

    @property
    def _settings(self) -> dict[str, str]:
        return {**(self._found.settings if self._found else {}), **self._given}

    def _take(self, answers: Mapping[str, str]) -> None:
        """An answer that repeats what was found is none: it must not outlive another address."""
        found = self._found.settings if self._found else {}
        said = _said(answers)
        self._secrets.update({name: value for name, value in said.items() if name in _SECRETS})
        for name in {field.name for field in make_fields()} & answers.keys() - _SECRETS:
            self._given.pop(name, None)
            if said.get(name, found.get(name, "")) != found.get(name, ""):
                self._given[name] = said[name].strip()

    async def _find(self) -> None:
        """Look for the servers, once for each address. Raises `Rejected` for what is no address."""
        address = self._given.get("address", "")
        if not address or address == self._found_for:
            return
        read_settings({"address": address})
        found = await find_servers(self._given, self._host)
        if found.provider is not None and found.provider.closed:
            raise Rejected(found.provider.explain())
        self._found, self._found_for = found, address

    def _is_answered(self) -> bool:
        """Whether nothing that must be known is left to ask."""
        fields = self._fields()
        settings = {**{field.name: field.default for field in fields}, **self._settings}
        known = {**settings, **self._kept_secrets(), **self._secrets}
        return all(known.get(field.name) for field in fields if field.required and field.is_asked(settings))

    def _kept_secrets(self) -> dict[str, str]:
        """An account that signs in again need not be told its client's secret again."""
        kept = self._host.secrets.get(CLIENT_SECRET)
        return {CLIENT_SECRET: kept} if kept else {}

    # --- the test ---------------------------------------------------------------------------------------------------

    async def _sign_in(self) -> Step:
        settings = self._settings
        read_settings(settings)
        if read_way(settings) == BY_BROWSER:
            return await self._open_browser(settings)
        password = self._secrets.get(PASSWORD)
        if not password:
            raise Rejected(_("Give the password of {address}.").format(address=settings["address"]))
        return await self._test({PASSWORD: password})

    async def _open_browser(self, settings: Mapping[str, str]) -> Step:
        service, client = read_service(settings), read_client(settings, self._client_secret())
        door = await Loopback.open(service.loopback)
        self._visit = BrowserVisit.begin(service, client, door, hint=settings["address"]), service
        return OpenBrowser(
            self._visit[0].url,
            _(
                "Sign in as {address} in your browser, and allow Portavoce to read and send mail. Then come back."
            ).format(address=settings["address"]),
        )

    async def _after_the_browser(self, visit: BrowserVisit, service: Service) -> Step:
        client = read_client(self._settings, self._client_secret())
        http = service.open_http()
        try:
            tokens = await visit.finish(TokenEndpoint(service, client, http), self._host.now())
        finally:
            await http.close()
            await self.close()
        return await self._test({**self._client_secret(), **tokens.to_secrets()})

    def _client_secret(self) -> dict[str, str]:
        given = self._secrets.get(CLIENT_SECRET)
        return {CLIENT_SECRET: given.strip()} if given else self._kept_secrets()

    async def _test(self, secrets: dict[str, str]) -> Step:
        """Sign in to both servers for good; tokens renewed meanwhile are the ones to keep."""
        settings = self._settings

        async def keep(renewed: Mapping[str, str]) -> None:
            secrets.update(renewed)

        connector = EmailConnector(replace(self._host, settings=settings, secrets=dict(secrets), keep=keep, kept=None))
        try:
            identity = await connector.connect(self._host.report)
        finally:
            await connector.close()
        return Done(identity, settings, secrets)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def _form(self, problem: str = "") -> Form:
        title = _("Sign in again") if self._is_known else _("Add an e-mail account")
        return Form(title, self._fields(), self._text(), problem)

    def _fields(self) -> tuple[Field, ...]:
        if self._found is None:
            return tuple(replace(field, default=self._given.get(field.name, "")) for field in make_address_fields())
        provider = self._found.provider
        has_ways = provider is not None and provider.oauth is not None
        fields = fill_fields(self._settings, show_way=has_ways, show_servers=self._found.guessed)
        return tuple(field for field in fields if not (self._is_known and field.name == "address"))

    @property
    def _is_known(self) -> bool:
        """Whether the account is there already: then it stays the same mailbox."""
        return self._host.kept is not None

    def _text(self) -> str:
        """Where the servers come from, and what this provider wants."""
        if self._found is None:
            return _("The servers are found from the address.")
        provider = self._found.provider
        return " ".join(filter(None, (self._found.source, provider.explain() if provider else "")))

    async def _explain(self, error: ConnectorError) -> str:
        """The sentence of a failure; of a certificate that nobody vouches for also its fingerprint."""
        if not isinstance(error, Untrusted):
            return str(error)
        shown = await read_shown(error.server, self._host)
        if not shown:
            return str(error)
        return _(
            "{sentence} If the server is yours, compare this fingerprint with the one it shows you and set it as the "
            "{protocol} certificate: {fingerprint}"
        ).format(sentence=error, protocol=error.server.protocol, fingerprint=shown)


def _said(answers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in answers.items() if value.strip()}
