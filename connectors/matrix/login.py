"""Signing in: with a password, in the browser where the house has its own sign-on, or with a token made elsewhere.

https://spec.matrix.org/latest/client-server-api/#login and #client-login-via-sso. The password is used once and not
kept; the device that was made stays the same at every later sign-in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from connectors.matrix.client import Client, Forbidden, path_of
from connectors.matrix.connector import MatrixConnector
from connectors.matrix.discovery import find_home
from connectors.matrix.fields import Fields
from connectors.matrix.settings import DEVICE, FIELDS, domain_of
from connectors.matrix.tokens import TOKEN, read_tokens, to_secrets
from connectors.shared.checks import reported
from connectors.shared.oauth2.loopback import Loopback
from connectors.shared.oauth2.tokens import Tokens
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError, Rejected, SignInNeeded
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Form, OpenBrowser, SignIn, Step
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

_NAME: Final = "Portavoce"
_SHOWN: Final = ("user", "server", "device_name")


class MatrixSignIn(SignIn):
    """Asks, tests, and comes back with the same form and a sentence when it does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._known: dict[str, str] = {}
        self._door: Loopback | None = None
        self._state = secrets.token_urlsafe(24)

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form, filled with what is known."""
        self._known = dict(known)
        return self._form()

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Test a password or a token at once; without either open the browser, then wait for it."""
        try:
            if self._door is not None:
                return await self._after_the_browser(self._door)
            return await self._begin(answers)
        except ConnectorError as failure:
            await self.close()
            return self._form(str(failure))

    async def close(self) -> None:
        """Stop waiting for the browser."""
        door, self._door = self._door, None
        if door is not None:
            await door.close()

    async def _begin(self, answers: Mapping[str, str]) -> Step:
        self._known |= {name: answers[name].strip() for name in _SHOWN if answers.get(name, "").strip()}
        user = self._known.get("user", "")
        self._known["server"] = await self._find_home(user, self._known.get("server", ""))
        if token := answers.get("token", "").strip():
            return await self._test(Tokens(token), "")
        if password := answers.get("password", ""):
            who: JsonObject = {"type": "m.id.user", "user": user}
            return await self._sign_in({"type": "m.login.password", "identifier": who, "password": password})
        return await self._open_browser()

    async def _find_home(self, user: str, server: str) -> str:
        """Reported like the steps of the connection's own test, which comes only after a sign-in that succeeded."""
        host = urlsplit(server).hostname or server or domain_of(user) or user
        with reported(self._host.report, _("Reach the server {host}").format(host=host)):
            return await find_home(user, server)

    async def _open_browser(self) -> Step:
        http = Http(self._known["server"])
        try:
            flows = [one.text("type") for one in (await _asking(http).get(path_of("login"))).each("flows")]
        finally:
            await http.close()
        if "m.login.sso" not in flows:
            raise Rejected(_("This server has no sign-in with the browser. Give the password."))
        self._door = await Loopback.open()
        back = f"{self._door.redirect_uri}/?{urlencode({'state': self._state})}"
        page = f"{self._known['server']}{path_of('login', 'sso', 'redirect')}?{urlencode({'redirectUrl': back})}"
        return OpenBrowser(page, _("Your browser opens your server’s page. Sign in there, then come back."))

    async def _after_the_browser(self, door: Loopback) -> Step:
        token = await door.take(self._read_token)
        return await self._sign_in({"type": "m.login.token", "token": token})

    def _read_token(self, query: str) -> str:
        """Only the answer to our own question counts: another one would sign us in as somebody else."""
        said = {name: values[0] for name, values in parse_qs(query).items()}
        if not secrets.compare_digest(said.get("state", "").encode(), self._state.encode()):
            raise SignInNeeded(_("What came from the browser is not the answer to this sign-in. Start it again."))
        if not said.get("loginToken"):
            raise SignInNeeded(_("The server signed nobody in. Start the sign-in again."))
        return said["loginToken"]

    async def _sign_in(self, body: JsonObject) -> Done:
        device: JsonObject = {"device_id": self._known[DEVICE]} if self._known.get(DEVICE) else {}
        name = self._known.get("device_name", "") or _NAME
        asked = {**body, **device, "initial_device_display_name": name, "refresh_token": True}
        with reported(self._host.report, _("Sign in")):
            said = await self._log_in(asked)
        return await self._test(read_tokens(said, Tokens(""), self._host.now()), said.some_id("device_id"))

    async def _log_in(self, asked: JsonObject) -> Fields:
        http = Http(self._known["server"])
        try:
            return await _asking(http).post(path_of("login"), asked, changes=False)
        except Forbidden as refused:
            raise SignInNeeded(_("The server does not accept this address and password.")) from refused
        finally:
            await http.close()

    async def _test(self, tokens: Tokens, device: str) -> Done:
        settings = {"server": self._known["server"], **({DEVICE: device} if device else {})}
        host = replace(self._host, settings=settings, secrets={TOKEN: tokens.access}, http=Http(settings["server"]))
        connector = MatrixConnector(host)
        try:
            identity = await connector.connect(self._host.report)
        finally:
            await connector.close()
        return Done(identity, {**settings, "user": identity.handle}, to_secrets(tokens))

    def _form(self, problem: str = "") -> Form:
        fields = tuple(replace(field, default=self._known.get(field.name, field.default)) for field in FIELDS)
        return Form(
            title=_("Add a Matrix account"),
            fields=fields,
            text=_("Any homeserver will do. Without a password you sign in on your server’s own page."),
            problem=problem,
        )


def _asking(http: Http) -> Client:
    return Client(http, lambda: "")
