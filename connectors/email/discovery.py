"""Finds an account's servers from its address: our list of providers, then what the domain says, then common names.

The domain's mail exchangers are not looked up: that takes a DNS library, and tells less than it seems to.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from connectors.email.autoconfig import LARGEST, autoconfig_urls, read_autoconfig
from connectors.email.providers import Provider, find_by_address, find_by_host
from connectors.email.settings import PORTS, Protocol, Security, guess_settings
from connectors.email.trust import make_context
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.http import Question
from inbox_app.contract.login import CheckState, CheckStep
from inbox_app.contract.texts import _

SECONDS = 8.0
"""How long the domain, or a server of a common name, has to answer."""
_NAMES = {Protocol.IMAP: ("imap.{}", "mail.{}", "{}"), Protocol.SMTP: ("smtp.{}", "mail.{}", "{}")}
_GREETING = {Protocol.IMAP: b"* ", Protocol.SMTP: b"220"}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and from where in a sentence; `provider` is the known one behind it, if any."""

    settings: Mapping[str, str]
    source: str
    provider: Provider | None = None
    guessed: bool = False
    """Whether nobody was found, and the names are only the usual ones."""


def look_up(known: Mapping[str, str]) -> Found | None:
    """What needs no network: a provider of our list, or servers that the person named."""
    address, host = known.get("address", ""), known.get("imap_host", "")
    if not host:
        provider = find_by_address(address)
        source = _("Servers from Portavoce's list of providers: {name}.")
    else:
        provider = find_by_host(host)
        source = _("This is a server of {name}.")
    if provider is not None:
        return Found(provider.settings_for(address), source.format(name=provider.name), provider)
    return Found(guess_settings(address), "") if host else None


async def ask_around(address: str, host: Host) -> Found:
    """Ask the domain and try common names; where nobody answers, the most common names of all."""
    domain = address.rpartition("@")[2].strip().lower()
    with_domain = [_ask_domain(url, address, host) for url in autoconfig_urls(address)]
    try:
        *said, tried = await asyncio.gather(*with_domain, _try_names(address))
    finally:
        await host.http.close()  # nothing else is asked of the domain
    for settings in said:
        if settings:
            provider = find_by_host(settings["imap_host"])
            return Found(settings, _("Servers as {domain} itself names them.").format(domain=domain), provider)
    if tried:
        return Found(tried, _("Servers found under their usual names."), find_by_host(tried["imap_host"]))
    return Found(
        guess_settings(address), _("No servers were found; these names are guesses. Correct them."), guessed=True
    )


async def find_servers(known: Mapping[str, str], host: Host) -> Found:
    """The servers of an address, with a step of the test that tells what was found and from where."""
    address = known["address"]
    step = _("Find the mail servers of {domain}").format(domain=address.rpartition("@")[2])
    found = look_up(known)
    if found is None:
        host.report(CheckStep(step, CheckState.RUNNING))
        found = await ask_around(address, host)
    if found.guessed:
        host.report(CheckStep(step, CheckState.FAILED, found.source))
    elif found.source:
        host.report(CheckStep(step, CheckState.PASSED, _said(found)))
    return found


def _said(found: Found) -> str:
    servers = (found.settings.get("imap_host", ""), found.settings.get("smtp_host", ""))
    return f"{found.source} {' · '.join(filter(None, servers))}".rstrip()


async def _ask_domain(url: str, address: str, host: Host) -> dict[str, str] | None:
    with suppress(ConnectorError, TimeoutError):
        async with asyncio.timeout(SECONDS):
            answer = await host.http.ask(Question("GET", url, limit=LARGEST))
        return read_autoconfig(answer.body, address)
    return None


async def _try_names(address: str) -> dict[str, str] | None:
    domain = address.rpartition("@")[2].strip().lower()
    imap, smtp = await asyncio.gather(*(_try_protocol(protocol, domain) for protocol in Protocol))
    if not (imap and smtp):
        return None
    return {**imap, **smtp, "imap_user": address.strip(), "smtp_user": address.strip()}


async def _try_protocol(protocol: Protocol, domain: str) -> dict[str, str] | None:
    """The first name at which a server answers, encrypted from the first byte before encrypted later."""
    trust = await asyncio.to_thread(make_context)
    places = [
        (form.format(domain), security) for security in (Security.TLS, Security.STARTTLS) for form in _NAMES[protocol]
    ]
    answers = await asyncio.gather(*(_answers(protocol, name, security, trust) for name, security in places))
    prefix = protocol.lower()
    for (name, security), there in zip(places, answers, strict=True):
        if there:
            port = str(PORTS[protocol][security])
            return {f"{prefix}_host": name, f"{prefix}_port": port, f"{prefix}_security": security.value}
    return None


async def _answers(protocol: Protocol, name: str, security: Security, trust: ssl.SSLContext) -> bool:
    """Whether a mail server greets us there, under a certificate that holds; nothing is said to it."""
    tls = trust if security is Security.TLS else None
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection(name, PORTS[protocol][security], ssl=tls)
            try:
                return (await reader.readuntil(b"\n")).startswith(_GREETING[protocol])
            finally:
                writer.close()
    except (OSError, UnicodeError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return False
