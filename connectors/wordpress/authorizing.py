"""The site's own page on which a person lets a program in, and its answer to this computer.

https://make.wordpress.org/core/2020/11/05/application-passwords-integration-guide/
The page gives its answer to an address that begins with http only on a site that calls itself local: for every other
one the person copies the password from the page.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, urlencode

from connectors.shared.oauth2.loopback import Loopback
from connectors.shared.sites import place_of
from connectors.wordpress.wire import Site
from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected, SignInNeeded
from inbox_app.contract.texts import _

_APP_ID: Final = "8f6d9a34-52a1-4f0e-9d64-0b6f5c1f7e21"
"""By which sites know Portavoce among the programs that were let in."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What the page brought."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of the person's browser whose answer comes to a door of ours."""

    url: str
    door: Loopback
    state: str = field(repr=False)

    async def finish(self) -> Granted:
        """Wait for the person.

        Raises:
            SignInNeeded: declined, too late, or the answer of another visit.
        """
        return await self.door.take(self._read)

    def _read(self, query: str) -> Granted:
        said = parse_qs(query)
        if not secrets.compare_digest(_only(said, "state").encode(), self.state.encode()):
            raise SignInNeeded(_("The browser’s answer does not belong to this sign-in. Start it again."))
        if _only(said, "success") == "false":
            raise SignInNeeded(_("The sign-in was declined in the browser, so nothing was connected."))
        user, password = _only(said, "user_login"), _only(said, "password")
        if not user or not password:
            raise SignInNeeded(_("The browser brought no answer. Start the sign-in again."))
        return Granted(user, password)


def comes_back(site: str) -> bool:
    """Whether the page may answer to this computer: only a site on it can be a local one."""
    return is_loopback(Address.of(site).host)


async def begin_visit(site: str, found: Site, now: datetime) -> Visit:
    """Open a door, and the address of the page that answers to it."""
    door, state = await Loopback.open(), secrets.token_urlsafe(32)
    back = f"{door.redirect_uri}/?{urlencode({'state': state})}"
    return Visit(page_url(site, found, now, success_url=back), door, state)


def page_url(site: str, found: Site, now: datetime, **more: str) -> str:
    """The page's address; the password is named after the day, so that the owner can tell one from another.

    Raises:
        Rejected: the site takes no application passwords, or names a page that is not its own.
    """
    place = place_of(site)
    if not found.authorize_url:
        raise Rejected(
            _(
                "{site} takes no application passwords: they need https, and a security plugin may switch them off."
            ).format(site=place)
        )
    if Address.of(found.authorize_url) != Address.of(site):
        raise Rejected(_("{site} sends to another site for the sign-in, so nothing was opened.").format(site=place))
    asked = {"app_name": f"Portavoce {now:%Y-%m-%d %H:%M}", "app_id": _APP_ID, **more}
    joint = "&" if "?" in found.authorize_url else "?"
    return f"{found.authorize_url}{joint}{urlencode(asked)}"


def _only(said: dict[str, list[str]], name: str) -> str:
    values = said.get(name, [])
    return values[0] if len(values) == 1 else ""
