"""Signing in to a mailbox: one form, filled with guesses from the address, and a real test of both servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.email.connector import EmailConnector
from connectors.email.fields import make_fields
from connectors.email.settings import guess_settings
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.login import Done, FieldType, Form, SignIn, Step
from inbox_app.contract.texts import _


class EmailSignIn(SignIn):
    """Asks, tests, and comes back with the same form and a sentence when the test fails."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._known: dict[str, str] = {}

    async def start(self, known: Mapping[str, str]) -> Step:
        """The form; with a known address the servers are guessed from it."""
        self._known = {name: value for name, value in known.items() if value.strip()}
        return self._form()

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Test what was answered; an empty server is guessed from the address."""
        fields = make_fields()
        secret_names = {field.name for field in fields if field.type is FieldType.SECRET}
        given = {name: value for name, value in answers.items() if value.strip()}
        secrets = {name: value for name, value in given.items() if name in secret_names}
        self._known = {
            **self._known,
            **{name: value.strip() for name, value in given.items() if name not in secret_names},
        }
        settings = {**guess_settings(self._known.get("address", "")), **self._known}
        connector = EmailConnector(replace(self._host, settings=settings, secrets=secrets))
        try:
            identity = await connector.connect(self._host.report)
        except ConnectorError as error:
            return self._form(str(error))
        finally:
            await connector.close()
        return Done(identity, settings, secrets)

    def _form(self, problem: str = "") -> Form:
        filled = {**guess_settings(self._known.get("address", "")), **self._known}
        return Form(
            title=_("Add an e-mail account"),
            fields=tuple(replace(field, default=filled.get(field.name, field.default)) for field in make_fields()),
            text=_("Your provider's help pages name the servers if the guesses from your address do not fit."),
            problem=problem,
        )
