"""Signing in: the forum's address, then its own page in the browser; or a key that was made there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from connectors.discourse.client import Client
from connectors.discourse.connector import DiscourseConnector
from connectors.discourse.letting_in import Visit
from connectors.discourse.settings import FIELDS, KEY, SITE, TOPICS, USER, read_site
from connectors.discourse.site import find_forum, keys_of
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Field, FieldType, Form, OpenBrowser, SignIn, Step
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

ANSWER: Final = Field(
    "answer",
    N_("What the page shows"),
    FieldType.SECRET,
    required=True,
    hint=N_("The whole block of letters, from its first to its last"),
)


class DiscourseSignIn(SignIn):
    """Asks, tests, and comes back with the same form and a sentence when it does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._known = {SITE.name: "", TOPICS.name: TOPICS.default, USER.name: ""}
        self._visit: Visit | None = None
        self._page_is_open = False

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form, filled with what is known."""
        self._known |= {name: known[name] for name in self._known if known.get(name)}
        return self._form()

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Open the browser, then ask for what its page shows; with a key test that at once."""
        try:
            if self._page_is_open:
                self._page_is_open = False
                return self._pasting()
            if self._visit is not None and answers.get(ANSWER.name, "").strip():
                return await self._test("", self._visit.read(answers[ANSWER.name]))
            self._visit = None
            self._known |= {name: answers[name].strip() for name in self._known if answers.get(name, "").strip()}
            self._known[SITE.name] = read_site(self._known[SITE.name])
            if key := answers.get(KEY.name, "").strip():
                return await self._test(self._known[USER.name], key)
            return await self._open_page()
        except ConnectorError as failure:
            return self._form(str(failure)) if self._visit is None else self._pasting(str(failure))

    async def _open_page(self) -> Step:
        http = Http(self._known[SITE.name])
        try:
            await find_forum(Client(http, self._known[SITE.name], keys_of("", ""), self._host.now), self._host.report)
        finally:
            await http.close()
        self._visit, self._page_is_open = await self._host.blocking(self._begin), True
        text = _("Your browser opens a page of the forum. Let Portavoce in there and copy the block that it shows.")
        return OpenBrowser(self._visit.url, text)

    def _begin(self) -> Visit:
        return Visit.begin(self._known[SITE.name])

    async def _test(self, user: str, key: str) -> Done:
        settings = {SITE.name: self._known[SITE.name], TOPICS.name: self._known[TOPICS.name], USER.name: user}
        secrets = {KEY.name: key}
        host = replace(self._host, settings=settings, secrets=secrets, http=Http(settings[SITE.name]))
        connector = DiscourseConnector(host)
        try:
            return Done(await connector.connect(self._host.report), settings, secrets)
        finally:
            await connector.close()

    def _form(self, problem: str = "") -> Form:
        return Form(
            title=_("Add a Discourse forum"),
            fields=tuple(replace(one, default=self._known.get(one.name, one.default)) for one in FIELDS),
            text=_("Topics of a forum and your private messages there. You sign in on its own page."),
            problem=problem,
        )

    def _pasting(self, problem: str = "") -> Form:
        return Form(
            title=_("Add a Discourse forum"),
            fields=(ANSWER,),
            text=_("Paste the block of letters that the forum’s page shows after you let Portavoce in."),
            problem=problem,
        )
