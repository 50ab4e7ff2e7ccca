"""Signing in: the site's address, then its own page in the browser; or an application password that was made there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.wordpress.authorizing import Visit, begin_visit, comes_back, page_url
from connectors.wordpress.client import Client
from connectors.wordpress.connector import WordPressConnector
from connectors.wordpress.settings import FIELDS, PASSWORD, SITE, USER, read_site
from connectors.wordpress.site import find_site
from connectors.wordpress.wire import Site
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Form, OpenBrowser, SignIn, Step
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected


class WordPressSignIn(SignIn):
    """Asks, tests, and comes back with the same form and a sentence when it does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._known = {SITE.name: "", USER.name: ""}
        self._visit: Visit | None = None
        self._page_is_open = False
        self._pasting = False

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form, filled with what is known."""
        self._known = {name: known.get(name, "") for name in (SITE.name, USER.name)}
        return self._form()

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Open the browser, then wait for it or for what the person copies there; with a password test that at once."""
        try:
            if self._visit is not None:
                granted = await self._visit.finish()
                return await self._test(granted.user, granted.password)
            if self._page_is_open:
                self._page_is_open, self._pasting = False, True
                return self._form()
            self._known |= {name: answers[name].strip() for name in self._known if answers.get(name, "").strip()}
            self._known[SITE.name] = read_site(self._known[SITE.name])
            if password := answers.get(PASSWORD.name, "").strip():
                return await self._test(self._known[USER.name], password)
            return await self._open_page()
        except ConnectorError as failure:
            await self.close()
            return self._form(str(failure))

    async def close(self) -> None:
        """Stop waiting for the browser."""
        visit, self._visit = self._visit, None
        if visit is not None:
            await visit.door.close()

    async def _open_page(self) -> Step:
        found = await self._find()
        site = self._known[SITE.name] = found.home
        if comes_back(site):
            self._visit = await begin_visit(site, found, self._host.now())
            text = _("Your browser opens a page of your site. Allow Portavoce there, then come back.")
            return OpenBrowser(self._visit.url, text)
        self._page_is_open = True
        text = _("Your browser opens a page of your site. Allow Portavoce there and copy the password that it shows.")
        return OpenBrowser(page_url(site, found, self._host.now()), text)

    async def _test(self, user: str, password: str) -> Done:
        site = (await self._find(user, password)).home
        settings, secrets = {SITE.name: site, USER.name: user}, {PASSWORD.name: password}
        host = replace(self._host, settings=settings, secrets=secrets, http=Http(site))
        connector = WordPressConnector(host)
        try:
            return Done(await connector.connect(self._host.report), settings, secrets)
        finally:
            await connector.close()

    async def _find(self, user: str = "", password: str = "") -> Site:
        site = self._known[SITE.name]
        http = Http(site)
        try:
            return await find_site(Client(http, site, user, password), self._host.report)
        finally:
            await http.close()

    def _form(self, problem: str = "") -> Form:
        fields = tuple(replace(one, default=self._known.get(one.name, one.default)) for one in FIELDS)
        if self._pasting:
            fields = tuple(
                replace(one, required=True, advanced=False, hint=_PASTED.get(one.name, "")) for one in fields
            )
        return Form(
            title=_("Add a WordPress site"),
            fields=fields,
            text=_("Copy the password from the page of your site that has opened.")
            if self._pasting
            else _("Comments of a site of yours, with those that wait for a moderator. You sign in on its own page."),
            problem=problem,
        )


_PASTED = {
    USER.name: N_("As you sign in on the site, or the e-mail address of your user there"),
    PASSWORD.name: N_("Six groups of four signs; it is shown only once"),
}
