"""Finding a site's programming interface, and who we are there; each step reported.

https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from connectors.shared.checks import reported
from connectors.shared.sites import place_of
from connectors.wordpress.client import Client, Forbidden
from connectors.wordpress.settings import read_site
from connectors.wordpress.wire import Site, User, read_site_answer, read_user
from inbox_app.contract.connector import Report
from inbox_app.contract.errors import BadAnswer, Rejected, SignInNeeded
from inbox_app.contract.texts import _

_INDEX: Final = "name,home,url,namespaces,authentication"
_ME: Final = "id,username,slug,name,avatar_urls,capabilities"
_WWW: Final = "www."


async def find_site(asking: Client, report: Report) -> Site:
    """What a site says of itself, under its own name: that may begin with `www.` where nobody typed it, or without it.

    Raises:
        BadAnswer: there is no WordPress.
        ConnectorError: it could not be asked.
    """
    with reported(report, _("Reach the site {site}").format(site=place_of(asking.site))):
        _client, found = await ask_site(asking)
        return replace(found, home=_own_address(asking.site, found))


async def ask_site(client: Client) -> tuple[Client, Site]:
    """What a site says of itself, and the kind of addresses that it understands.

    Asked as a stranger first, so that a wrong password is told from a wrong address; some sites answer no stranger.
    """
    failure: Exception | None = None
    for asked in _ways(client):
        try:
            answer = await asked.get("/", {"_fields": _INDEX})
            return replace(client, pretty=asked.pretty), read_site_answer(answer.json())
        except (BadAnswer, Rejected, SignInNeeded) as no:
            failure = failure or no
    text = _("There is no WordPress at {site}, or its programming interface is closed. Give its front page’s address.")
    raise BadAnswer(text.format(site=place_of(client.site))) from failure


def _ways(client: Client) -> Iterator[Client]:
    for user in dict.fromkeys(("", client.user)):
        for pretty in (True, False):
            yield replace(client, user=user, pretty=pretty)


async def who_we_are(client: Client, report: Report) -> User:
    """Our user and what it may do."""
    with reported(report, _("Sign in")):
        try:
            answer = await client.get("/wp/v2/users/me", {"context": "edit", "_fields": _ME})
        except Forbidden as refused:
            raise SignInNeeded(str(refused)) from refused
        return read_user(answer.json())


def _own_address(site: str, found: Site) -> str:
    """Where the site says that it lives, if that is the same house: our password goes nowhere else."""
    own = read_site(found.home) if found.home else site
    if own == site or _bare(own) == _bare(site):
        return own
    raise Rejected(
        _("This site says that it lives at {other}. If that is right, give that address.").format(other=place_of(own))
    )


def _bare(site: str) -> str:
    return place_of(site).removeprefix(_WWW)
