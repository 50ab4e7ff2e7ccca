"""Signing in: the token that BotFather gave, tried before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.telegram.connector import TelegramConnector
from connectors.telegram.settings import FIELDS, home_of
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.http import Http
from inbox_app.contract.login import Done, Form, SignIn, Step
from inbox_app.contract.texts import _


class TelegramSignIn(SignIn):
    """Asks for the token, tries it, and asks again with a sentence where that does not work."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form."""
        return _form(known)

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Ask who the bot is."""
        try:
            settings = {"api_base": home_of(answers)}
            secrets = {"token": answers.get("token", "").strip()}
            http = Http(settings["api_base"])
            connector = TelegramConnector(replace(self._host, settings=settings, secrets=secrets, http=http))
            try:
                return Done(await connector.connect(self._host.report), settings, secrets)
            finally:
                await connector.close()
        except ConnectorError as failure:
            return _form(answers, str(failure))


def _form(known: Mapping[str, str], problem: str = "") -> Form:
    fields = (
        replace(one, default=known.get(one.name, "") or one.default) if one.name != "token" else one for one in FIELDS
    )
    return Form(
        title=_("Add a Telegram bot"),
        fields=tuple(fields),
        text=_(
            "1. In Telegram write /newbot to @BotFather and answer its two questions. It gives you the token.\n"
            "2. Write /setprivacy to it, choose the bot, then Disable: otherwise it hears only what names it.\n"
            "3. Let the bot into your groups as an administrator who may delete messages and ban users. For the "
            "comments of a channel that is the channel’s discussion group."
        ),
        problem=problem,
    )
