"""Which addresses a request may go to: a service must not make us knock at doors inside the house.

A server can name any address for an avatar or a file. Only public ones are fetched (RFC 6890), judged by the number
that the name resolves to, in whatever form it is written, and the connection goes to that very number.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import Self

from inbox_app.contract.errors import Offline, Rejected
from inbox_app.i18n import _

_PORTS = {"https": 443, "http": 80}
Number = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Address:
    """Where a URL leads: what decides whether credentials may go along."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """The address of a URL; its path is passed over.

        Raises:
            Rejected: it is no http address.
        """
        # The catalogue needs the name of an address, and no start has use for the client yet.
        import httpx

        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL as bad:
            raise Rejected(_("“{url}” is not a web address.").format(url=url[:200])) from bad
        if parsed.scheme not in _PORTS or not parsed.host:
            raise Rejected(_("“{url}” is not a web address.").format(url=url[:200]))
        return cls(parsed.scheme, parsed.host.lower(), parsed.port or _PORTS[parsed.scheme])

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether a host, by its name or number alone, is this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


async def public_address(target: Address) -> str:
    """A public number of the target's host, to connect to.

    Raises:
        Offline: there is no such host.
        Rejected: it is not public.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        raise Offline(_("There is no host called {host}.").format(host=target.host)) from failure
    numbers = [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
    if not numbers or not all(is_public(number) for number in numbers):
        raise Rejected(_("{host} is not a public address, so it was not asked.").format(host=target.host))
    return str(numbers[0])


def is_public(number: Number) -> bool:
    """Whether a number belongs to the public internet, also when an IPv4 number is wrapped into an IPv6 one."""
    inner = _unwrapped(number)
    return inner.is_global and not inner.is_multicast


def _unwrapped(number: Number) -> Number:
    if isinstance(number, ipaddress.IPv4Address):
        return number
    if number.ipv4_mapped is not None:
        return number.ipv4_mapped
    if number.sixtofour is not None:
        return number.sixtofour
    if number in _NAT64:
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
