"""There is no sign-in: a sentence says so, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping

from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import SignIn, Step
from inbox_app.contract.texts import _


class NoSignIn(SignIn):
    """Refuses each step."""

    async def start(self, known: Mapping[str, str]) -> Step:
        """Nothing can be connected."""
        raise Rejected(_("This service cannot be connected, only imported from files: use “Import an archive”."))

    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """Nothing can be connected."""
        return await self.start(answers)
