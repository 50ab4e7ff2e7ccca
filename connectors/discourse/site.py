"""Whether there is a forum, who we are on it, and giving our key back.

https://docs.discourse.org/#tag/Site/operation/getSiteBasicInfo
"""

from __future__ import annotations

from connectors.discourse.client import Client, Keys
from connectors.discourse.fields import Fields
from connectors.discourse.wire import User
from connectors.shared.checks import reported
from connectors.shared.sites import place_of
from inbox_app.contract.connector import Report
from inbox_app.contract.errors import BadAnswer, Rejected, SignInNeeded
from inbox_app.contract.texts import _


def keys_of(user: str, key: str) -> Keys:
    """Our key; with a user it is one of an administrator's."""
    return Keys(key.strip(), user.strip())


async def find_forum(client: Client, report: Report) -> str:
    """The forum's title.

    Raises:
        BadAnswer: there is no forum.
        ConnectorError: it could not be asked.
    """
    with reported(report, _("Reach the forum {site}").format(site=place_of(client.site))):
        try:
            said = Fields.of((await client.ask("GET", "/site/basic-info.json")).json())
        except (BadAnswer, Rejected, SignInNeeded) as no:
            raise BadAnswer(
                _("There is no Discourse forum at {site}. Give its front page’s address.").format(
                    site=place_of(client.site)
                )
            ) from no
    return said.text("title")


async def who_we_are(client: Client, report: Report) -> User:
    """Our user."""
    with reported(report, _("Sign in")):
        if not client.keys.key:
            raise SignInNeeded(
                _("There is no key for {site} any more. Sign in again.").format(site=place_of(client.site))
            )
        return await client.me()


async def withdraw(client: Client) -> None:
    """A key that the forum made for us is of no use to anybody else; an administrator's stays."""
    if client.keys.key and not client.keys.user:
        await client.ask("POST", "/user-api-key/revoke.json", changes=False)
