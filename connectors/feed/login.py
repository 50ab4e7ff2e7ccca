"""Connecting a feed: its address, tried before it is kept. There is nobody to sign in as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.feed.connector import FeedConnector
from connectors.feed.settings import FIELDS, home_of, read_url
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Form, SignIn, Step
from inbox_app.contract.texts import _


class FeedSignIn(SignIn):
    """Asks for the address, tries it, and asks again with a sentence where that does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form."""
        return self._form(known.get("url", ""))

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Fetch and read what was answered."""
        try:
            settings = {"url": read_url(answers.get("url", ""))}
            connector = FeedConnector(replace(self._host, settings=settings, http=Http(home_of(settings))))
            try:
                return Done(await connector.connect(self._host.report), settings, {})
            finally:
                await connector.close()
        except ConnectorError as failure:
            return self._form(answers.get("url", ""), str(failure))

    def _form(self, url: str, problem: str = "") -> Form:
        return Form(
            title=_("Add a comment feed"),
            fields=tuple(replace(field, default=url) for field in FIELDS),
            text=_("Comments are shown here; to answer one, open it on its site."),
            problem=problem,
        )
