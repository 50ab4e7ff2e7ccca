"""Connecting a feed: its address, tried before it is kept. There is nobody to sign in as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.feed.address import MASK, FeedAddress, read_address
from connectors.feed.connector import FeedConnector
from connectors.feed.settings import ADDRESS, PRIVATE, URL, home_of, kept
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Form, SignIn, Step
from inbox_app.contract.texts import _


class FeedSignIn(SignIn):
    """Asks for the address, tries it, and asks again with a sentence where that does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._name = ""

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form."""
        self._name = known.get(PRIVATE.name, "")
        return self._form(known.get(URL.name, ""))

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Fetch and read what was answered."""
        self._name = answers.get(PRIVATE.name, self._name)
        try:
            address = self._read(answers)
            settings, secrets = kept(address)
            host = replace(self._host, settings=settings, secrets=secrets, http=Http(home_of(settings)))
            connector = FeedConnector(host)
            try:
                return Done(await connector.connect(self._host.report), settings, secrets)
            finally:
                await connector.close()
        except ConnectorError as failure:
            return self._form(answers.get(URL.name, ""), str(failure))

    def _read(self, answers: Mapping[str, str]) -> FeedAddress:
        """What was answered; an address that was left as it is shown means the one that is kept."""
        written = read_address(answers.get(ADDRESS.name) or answers.get(URL.name, ""), self._name)
        if secret := self._host.secrets.get(ADDRESS.name):
            known = read_address(secret, self._name)
            return known if known.shown == written.url else written
        return written

    def _form(self, url: str, problem: str = "") -> Form:
        return Form(
            title=_("Add a comment feed"),
            fields=(
                replace(URL, default=_shown(url, self._name)),
                ADDRESS,
                replace(PRIVATE, default=self._name),
            ),
            text=_(
                "Comments are shown here; to answer one, open it on its site. The feed’s address: with WordPress the "
                "site’s and /comments/feed/ behind it, with Blogger /feeds/comments/default, with Discourse "
                "/posts.rss. Elsewhere look on the page for RSS, Atom or Feed."
            ),
            problem=problem,
        )


def _shown(written: str, name: str) -> str:
    """What was typed, without a key that stood in it; of a private address nothing but what stands for it."""
    try:
        address = read_address(written, name)
        return written if f"/{MASK}/" in written else address.shown
    except ConnectorError:
        return written
