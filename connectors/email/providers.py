"""The large providers: where their mailboxes live and what they want to sign in with, read from `resources/mail`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from connectors.shared.oauth2.service import Service
from inbox_app.contract.texts import _


class AppPassword(StrEnum):
    """When a provider wants another password than the one of its web page."""

    NEVER = ""
    ALWAYS = "always"
    SECOND_FACTOR = "second factor"
    MAIL_PASSWORD = "mail password"  # noqa: S105 - a kind of password, not one


@dataclass(frozen=True, slots=True)
class Provider:
    """One entry of the list; `settings` are those of an account there, but for the user names."""

    name: str
    domains: tuple[str, ...]
    settings: Mapping[str, str]
    imap_user: str
    smtp_user: str
    app_password: AppPassword
    page: str
    imap_off: bool
    oauth: Service | None
    oauth_only: bool
    bridge: bool
    closed: bool

    def settings_for(self, address: str) -> dict[str, str]:
        """Everything that can be set beforehand for this address."""
        local = address.rpartition("@")[0]
        names = {"imap_user": self.imap_user, "smtp_user": self.smtp_user}
        users = {name: local if form == "local" else address for name, form in names.items()}
        return {**self.settings, **users, "auth": "oauth" if self.oauth_only else "password"}

    def explain(self) -> str:
        """What a person has to know before signing in; empty where there is nothing to it."""
        return " ".join(sentence.format(provider=self.name, page=self.page) for sentence in self._sentences())

    def _sentences(self) -> list[str]:
        said = []
        if self.closed:
            said.append(_("{provider} offers no IMAP, so no other program can read its mailboxes."))
        if self.bridge:
            said.append(
                _(
                    "{provider} is read through its Bridge ({page}), a program on this computer that shows the "
                    "password to use here and the certificate to pin."
                )
            )
        if self.imap_off:
            said.append(_("Switch IMAP on first, in the settings of {provider} ({page})."))
        if self.oauth_only:
            said.append(
                _(
                    "{provider} lets mail programs in through the browser only, with an OAuth client of your own; the "
                    "guide to mail providers shows how to make one."
                )
            )
        password = _app_password_sentence(self.app_password)
        return [*said, password] if password else said


def _app_password_sentence(kind: AppPassword) -> str:
    match kind:
        case AppPassword.ALWAYS:
            return _("{provider} refuses your ordinary password here: make an app password at {page} and give that.")
        case AppPassword.SECOND_FACTOR:
            return _("If you sign in to {provider} in two steps, make an app password at {page} and give that.")
        case AppPassword.MAIL_PASSWORD:
            return _("{provider} has a password of its own for mail programs: make one at {page} and give that.")
        case AppPassword.NEVER:
            return ""


def find_by_address(address: str) -> Provider | None:
    """The provider of an address, if it is in the list."""
    domain = address.rpartition("@")[2].strip().lower()
    by_domain = _by_domain()
    return by_domain.get(domain) or by_domain.get(f"*.{domain.partition('.')[2]}")


def find_by_host(host: str) -> Provider | None:
    """The provider that this IMAP server belongs to: many have the addresses of other domains too."""
    wanted = host.strip().lower()
    if not wanted or wanted.startswith("127."):
        return None
    return next((one for one in read_providers() if one.settings.get("imap_host") == wanted), None)


@cache
def read_providers() -> tuple[Provider, ...]:
    """The whole list."""
    book = tomllib.loads((files("resources") / "mail" / "providers.toml").read_text("utf-8"))
    services = {name: _service(given) for name, given in book["oauth"].items()}
    return tuple(_provider(given, services) for given in book["provider"])


@cache
def _by_domain() -> Mapping[str, Provider]:
    return {domain: one for one in read_providers() for domain in one.domains}


def _service(given: Mapping[str, Any]) -> Service:
    return Service(**{**given, "scopes": tuple(given["scopes"])})


def _provider(given: Mapping[str, Any], services: Mapping[str, Service]) -> Provider:
    user = given.get("user", "address")
    return Provider(
        name=given["name"],
        domains=tuple(given["domains"]),
        settings={**_server("imap", given.get("imap", "")), **_server("smtp", given.get("smtp", ""))},
        imap_user=given.get("imap_user", user),
        smtp_user=user,
        app_password=AppPassword(given.get("app_password", "")),
        page=given.get("page", ""),
        imap_off=given.get("imap_off", False),
        oauth=services[given["oauth"]] if "oauth" in given else None,
        oauth_only=given.get("oauth_only", False),
        bridge=given.get("bridge", False),
        closed=given.get("closed", False),
    )


def _server(prefix: str, text: str) -> dict[str, str]:
    """`imap.example.org:993 tls` as settings."""
    place, _space, security = text.partition(" ")
    host, _colon, port = place.rpartition(":")
    return {f"{prefix}_host": host, f"{prefix}_port": port, f"{prefix}_security": security} if host else {}
