"""What a domain says of its own mail servers, in the form that Thunderbird made common.

The document comes from a stranger: no DTD and no entities, a bounded size, and only what names an encrypted
server is taken. https://www.ietf.org/archive/id/draft-bucksch-autoconfig-00.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

LARGEST = 64 * 1024
"""Bytes of a document; real ones have two or three thousand."""
_HOST = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_SECURITY = {"ssl": "tls", "starttls": "starttls"}
_PASSWORDS = frozenset({"password-cleartext", "plain", "password-encrypted", "secure", "oauth2"})
_PROTOCOL = {"incomingserver": "imap", "outgoingserver": "smtp"}


@dataclass(slots=True)
class _Server:
    protocol: str
    kind: str
    values: dict[str, str] = field(default_factory=dict)
    ways: set[str] = field(default_factory=set)


def autoconfig_urls(address: str) -> tuple[str, ...]:
    """Where a domain says it, in the order in which it is looked for."""
    domain = address.rpartition("@")[2].strip().lower()
    return (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={address.strip()}",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    )


def read_autoconfig(document: bytes, address: str) -> dict[str, str] | None:
    """The settings for this address; None where the document names no two servers that we would talk to."""
    try:
        servers = _read(document)
    except (expat.ExpatError, ValueError):
        return None
    imap = _first(servers, "imap", address)
    smtp = _first(servers, "smtp", address)
    return {**imap, **smtp} if imap and smtp else None


def _read(document: bytes) -> list[_Server]:
    """Every server in the document, in its order. Raises `ExpatError` or `ValueError` for what is none."""
    if len(document) > LARGEST:
        raise ValueError("too large")
    servers: list[_Server] = []
    path: list[str] = []
    words: list[str] = []

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        path.append(name.lower())
        words.clear()
        if path[-1] in _PROTOCOL and len(path) == 3:
            servers.append(_Server(_PROTOCOL[path[-1]], attributes.get("type", "").lower()))

    def end(_name: str) -> None:
        if len(path) == 4 and path[2] in _PROTOCOL:
            text = "".join(words).strip()
            servers[-1].values.setdefault(path[3], text)
            if path[3] == "authentication":
                servers[-1].ways.add(text.lower())
        path.pop()
        words.clear()

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words.append
    parser.Parse(document, True)
    return servers


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a document type")


def _first(servers: list[_Server], protocol: str, address: str) -> dict[str, str]:
    for server in servers:
        if server.protocol == protocol == server.kind and (not server.ways or server.ways & _PASSWORDS):
            settings = _settings(server, address)
            if settings:
                return settings
    return {}


def _settings(server: _Server, address: str) -> dict[str, str]:
    host = _filled(server.values.get("hostname", ""), address).lower()
    port, security = server.values.get("port", ""), _SECURITY.get(server.values.get("sockettype", "").lower(), "")
    if not (security and _HOST.fullmatch(host) and port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        return {}
    user = _filled(server.values.get("username", ""), address)
    prefix = server.protocol
    return {
        f"{prefix}_host": host,
        f"{prefix}_port": port,
        f"{prefix}_security": security,
        f"{prefix}_user": user if user and user.isprintable() else address.strip(),
    }


def _filled(text: str, address: str) -> str:
    local, _at, domain = address.strip().rpartition("@")
    for name, value in (("ADDRESS", address.strip()), ("LOCALPART", local), ("DOMAIN", domain)):
        text = text.replace(f"%EMAIL{name}%", value)
    return text
