"""The settings of an account: the site as people write it, as the address that is asked, and who we are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _

SITE: Final = Field(
    "site",
    _("Site"),
    FieldType.HOST,
    required=True,
    hint=_("The address of its front page, such as example.org or example.org/blog"),
)
USER: Final = Field(
    "user",
    _("User name"),
    hint=_("As you sign in there; leave it empty to sign in with your browser"),
    advanced=True,
)
PASSWORD: Final = Field(
    "password",
    _("Application password"),
    FieldType.SECRET,
    hint=_("Made on your profile page there, not the one you sign in with"),
    advanced=True,
)
FIELDS: Final = (SITE, USER, PASSWORD)
_BEHIND_THE_FRONT: Final = ("/wp-admin", "/wp-login.php", "/wp-json", "/index.php")
"""Where somebody may be when they copy the address."""
_USUAL: Final = {"https": 443, "http": 80}


def home_of(settings: Mapping[str, str]) -> str:
    """The site's server; empty while what is written there is none."""
    try:
        return str(Address.of(read_site(settings.get("site", ""))))
    except Rejected:
        return ""


def read_site(written: str) -> str:
    """`https://example.org/blog` from what somebody typed or copied: the front page without its last slash.

    Raises:
        Rejected: it is no address, or it would be asked without encryption.
    """
    bare = written.strip()
    if not bare or any(sign.isspace() for sign in bare):
        raise Rejected(_("“{site}” is not the address of a site. Give one such as example.org.").format(site=bare))
    url = bare if "://" in bare else f"https://{bare}"
    address = Address.of(url)
    if address.scheme == "http" and not is_loopback(address.host):
        raise Rejected(
            _("Without encryption the sign-in could be read on the way to {host}. Use https.").format(host=address.host)
        )
    host = f"[{address.host}]" if ":" in address.host else address.host
    port = "" if address.port == _USUAL[address.scheme] else f":{address.port}"
    return f"{address.scheme}://{host}{port}{_front(urlsplit(url).path)}"


def place_of(site: str) -> str:
    """A site's name for people and ids: its address without the scheme."""
    return site.partition("://")[2]


def _front(path: str) -> str:
    for behind in _BEHIND_THE_FRONT:
        before, found, _rest = f"{path}/".partition(f"{behind}/")
        if found:
            path = before
    return path.rstrip("/")
