"""The one setting of a feed: its address."""

from __future__ import annotations

from collections.abc import Mapping

from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Field
from inbox_app.contract.texts import _

FIELDS = (Field("url", _("Address of the feed"), required=True, hint=_("Such as https://example.org/comments/feed/")),)


def home_of(settings: Mapping[str, str]) -> str:
    """The site's address; empty while what is written there is none."""
    try:
        return str(Address.of(read_url(settings.get("url", ""))))
    except Rejected:
        return ""


def read_url(written: str) -> str:
    """The feed's address, whole.

    Raises:
        Rejected: it is none, or it would be asked without encryption.
    """
    bare = written.strip()
    url = bare if "://" in bare else f"https://{bare}"
    if not bare or any(sign.isspace() for sign in url):
        raise Rejected(_("“{url}” is not the address of a feed.").format(url=bare))
    site = Address.of(url)
    if site.scheme == "http" and not is_loopback(site.host):
        raise Rejected(
            _("{host} would be asked without encryption. Give the address with https.").format(host=site.host)
        )
    return url
