"""An e-mail account's settings as typed values, with what follows from the address filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from connectors.email.identities import OwnAddress, read_aliases
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _


class Security(StrEnum):
    """How the line to a server is protected; `NONE` only towards this very computer."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Protocol(StrEnum):
    """What a server speaks, as shown to people."""

    IMAP = "IMAP"
    SMTP = "SMTP"


PORTS = {
    Protocol.IMAP: {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143},
    Protocol.SMTP: {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25},
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where to sign in, and as whom."""

    protocol: Protocol
    host: str
    port: int
    security: Security
    user: str
    certificate: str = ""
    """The SHA-256 fingerprint of the only certificate that it may show; empty for whatever an authority vouches for."""

    def __str__(self) -> str:
        return _("{protocol} server {host}").format(protocol=self.protocol, host=self.host)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Everything that `--set` may name (see the manifest's fields), checked."""

    address: str
    name: str
    imap: Server
    smtp: Server
    folders: tuple[str, ...]
    identities: tuple[OwnAddress, ...]
    """Every address of ours, the account's own first."""

    @property
    def own_addresses(self) -> frozenset[str]:
        """The addresses that mean us, in lower case."""
        return frozenset(one.address.lower() for one in self.identities)

    @property
    def domain(self) -> str:
        """What stands behind the @ of our address."""
        return self.address.rpartition("@")[2].lower()


def read_settings(values: Mapping[str, str]) -> MailSettings:
    """The settings of `Host.settings`. Raises `Rejected` with a sentence about the first that makes no sense."""
    address = values.get("address", "").strip()
    local, _at, domain = address.rpartition("@")
    if not local or not domain or any(sign.isspace() for sign in address):
        raise Rejected(
            _("“{address}” is not an e-mail address. Give one such as anna@example.org.").format(address=address)
        )
    guessed = {**guess_settings(address), **{name: value.strip() for name, value in values.items() if value.strip()}}
    name = guessed.get("name", "")
    return MailSettings(
        address=address,
        name=name,
        imap=_read_server(Protocol.IMAP, guessed),
        smtp=_read_server(Protocol.SMTP, guessed),
        folders=tuple(name.strip() for name in guessed.get("folders", "").split(",") if name.strip()),
        identities=(OwnAddress(address, name), *read_aliases(guessed.get("aliases", ""), name)),
    )


def guess_settings(address: str) -> dict[str, str]:
    """What most providers use for an address: imap.DOMAIN and smtp.DOMAIN with TLS, the address as the user."""
    domain = address.rpartition("@")[2].strip().lower()
    if "@" not in address or not domain:
        return {}
    return {
        "imap_host": f"imap.{domain}",
        "imap_security": Security.TLS.value,
        "imap_user": address.strip(),
        "smtp_host": f"smtp.{domain}",
        "smtp_security": Security.TLS.value,
        "smtp_user": address.strip(),
    }


def _read_server(protocol: Protocol, values: Mapping[str, str]) -> Server:
    prefix = protocol.lower()
    host = values[f"{prefix}_host"].lower()
    security = _read_security(protocol, values[f"{prefix}_security"])
    if security is Security.NONE and not _is_loopback(host):
        raise Rejected(
            _("Without encryption the password could be read on the way to {host}. Choose “tls” or “starttls”.").format(
                host=host
            )
        )
    port = _read_port(protocol, values.get(f"{prefix}_port", ""), security)
    return Server(protocol, host, port, security, values[f"{prefix}_user"], _read_pin(protocol, values, security))


def _read_pin(protocol: Protocol, values: Mapping[str, str], security: Security) -> str:
    given = values.get(f"{protocol.lower()}_certificate", "")
    if not given:
        return ""
    digits = read_fingerprint(given)
    if digits is None:
        raise Rejected(
            _(
                "“{value}” is no fingerprint of the {protocol} server's certificate. It is its SHA-256 sum: 64 digits "
                "and letters from A to F."
            ).format(value=given, protocol=protocol)
        )
    if security is Security.NONE:
        raise Rejected(
            _("The {protocol} server shows no certificate without encryption. Choose “tls” or “starttls”.").format(
                protocol=protocol
            )
        )
    return digits


def read_fingerprint(text: str) -> str | None:
    """A SHA-256 fingerprint in any usual spelling as 64 lower-case digits; None where it is none."""
    digits = re.sub(r"[\s:]", "", re.sub(r"^sha-?256[:=]", "", text.strip(), flags=re.IGNORECASE)).lower()
    return digits if re.fullmatch(r"[0-9a-f]{64}", digits) else None


def _read_security(protocol: Protocol, value: str) -> Security:
    try:
        return Security(value.lower())
    except ValueError:
        raise Rejected(
            _("“{value}” is no encryption for the {protocol} server. Choose “tls” or “starttls”.").format(
                value=value, protocol=protocol
            )
        ) from None


def _read_port(protocol: Protocol, value: str, security: Security) -> int:
    if not value:
        return PORTS[protocol][security]
    if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    raise Rejected(
        _("“{value}” is not a port of the {protocol} server. It is a number, usually {usual}.").format(
            value=value, protocol=protocol, usual=PORTS[protocol][security]
        )
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
