"""A site as people write it, turned into the address that is asked: encrypted, without what stands behind its front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _

_USUAL: Final = {"https": 443, "http": 80}


def read_site(written: str, refusal: str, front: Callable[[str], str]) -> str:
    """`https://example.org/blog` from what somebody typed or copied. `front` takes from a path what lies behind the
    front page; `refusal` is the sentence, with `{site}`, for what is no address.

    Raises:
        Rejected: it is no address, or it would be asked without encryption.
    """
    bare = written.strip()
    if not bare or any(sign.isspace() for sign in bare):
        raise Rejected(refusal.format(site=bare))
    address = Address.of(url := bare if "://" in bare else f"https://{bare}")
    if address.scheme == "http" and not is_loopback(address.host):
        raise Rejected(
            _("Without encryption the sign-in could be read on the way to {host}. Use https.").format(host=address.host)
        )
    host = f"[{address.host}]" if ":" in address.host else address.host
    port = "" if address.port == _USUAL[address.scheme] else f":{address.port}"
    return f"{address.scheme}://{host}{port}{front(urlsplit(url).path)}"


def place_of(site: str) -> str:
    """A site's name for people and ids: its address without the scheme."""
    return site.partition("://")[2]
