"""How an account gets in: by its password, or through the browser at the authorization server of its provider."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.email.access import CLIENT_SECRET, Access, PasswordAccess, TokenAccess
from connectors.email.providers import find_by_address, find_by_host
from connectors.shared.oauth2.service import Client, Service
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _

BY_PASSWORD, BY_BROWSER = "password", "oauth"


def open_access(host: Host) -> Access:
    """The access of an account, by its settings and secrets. Raises `Rejected` where the settings make no sense."""
    if read_way(host.settings) == BY_PASSWORD:
        return PasswordAccess(host)
    return TokenAccess(host, read_service(host.settings), read_client(host.settings, host.secrets))


def read_way(settings: Mapping[str, str]) -> str:
    """By password or through the browser."""
    way = settings.get("auth", "").strip() or BY_PASSWORD
    if way not in (BY_PASSWORD, BY_BROWSER):
        raise Rejected(_("“{value}” is no way to sign in. Choose “password” or “oauth”.").format(value=way))
    return way


def read_client(settings: Mapping[str, str], secrets: Mapping[str, str]) -> Client:
    """The person's own OAuth client."""
    client = settings.get("oauth_client_id", "").strip()
    if not client:
        raise Rejected(
            _(
                "To sign in through the browser an OAuth client of your own is needed; the guide to mail providers "
                "shows how to make one. Give its id."
            )
        )
    return Client(client, secrets.get(CLIENT_SECRET, "").strip())


def read_service(settings: Mapping[str, str]) -> Service:
    """The authorization server: the one that is named, else that of the provider."""
    page, tokens = (settings.get(f"oauth_{name}_url", "").strip() for name in ("authorize", "token"))
    if page and tokens:
        return Service(page, tokens, tuple(settings.get("oauth_scopes", "").split()))
    provider = find_by_host(settings.get("imap_host", "")) or find_by_address(settings.get("address", ""))
    if provider is None or provider.oauth is None:
        raise Rejected(
            _(
                "It is not known where {address} signs in through the browser. Choose “password”, or name the two "
                "addresses of the sign-in service."
            ).format(address=settings.get("address", ""))
        )
    return provider.oauth
