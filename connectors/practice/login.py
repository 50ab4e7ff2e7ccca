"""Signing in to the practice community: there is nobody to ask, so it is done at once."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.practice.people import identity
from connectors.practice.settings import EVERYTHING, Settings, make_fields
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Done, Form, SignIn, Step
from inbox_app.contract.texts import _


class PracticeSignIn(SignIn):
    """Asks for the place where it is not known."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def start(self, known: Mapping[str, str]) -> Step:
        """Done, where the settings name a place."""
        return await self.go_on(known) if known.get("place") else self._form("")

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Done, or the form again with what is wrong."""
        try:
            settings = Settings.of(answers)
        except Rejected as wrong:
            return self._form(str(wrong))
        kept = {
            "place": settings.place.value,
            "size": settings.size.value,
            "seed": str(settings.seed),
            "resend": settings.resend.value,
            "history": EVERYTHING,
        }
        return Done(identity(settings.place), kept, {})

    def _form(self, problem: str) -> Form:
        return Form(_("A place of the practice community"), make_fields(), problem=problem)
