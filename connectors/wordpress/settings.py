"""The settings of an account: the site as people write it, as the address that is asked, and who we are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.shared import sites
from inbox_app.contract.addresses import Address
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

SITE: Final = Field(
    "site",
    N_("Site"),
    FieldType.HOST,
    required=True,
    hint=N_("The address of its front page, such as example.org or example.org/blog"),
)
USER: Final = Field(
    "user",
    N_("User name"),
    hint=N_("As you sign in there; leave it empty to sign in with your browser"),
    advanced=True,
)
PASSWORD: Final = Field(
    "password",
    N_("Application password"),
    FieldType.SECRET,
    hint=N_("Made on your profile page there, not the one you sign in with"),
    advanced=True,
    also="application_password",
)
FIELDS: Final = (SITE, USER, PASSWORD)
_BEHIND_THE_FRONT: Final = ("/wp-admin", "/wp-login.php", "/wp-json", "/index.php")
"""Where somebody may be when they copy the address."""


def home_of(settings: Mapping[str, str]) -> str:
    """The site's server. Raises `Rejected` where what is written there is none."""
    return str(Address.of(read_site(settings.get("site", ""))))


def read_site(written: str) -> str:
    """`https://example.org/blog` from what somebody typed or copied: the front page without its last slash.

    Raises:
        Rejected: it is no address, or it would be asked without encryption.
    """
    refusal = _("“{site}” is not the address of a site. Give one such as example.org.")
    return sites.read_site(written, refusal, _front)


def _front(path: str) -> str:
    for behind in _BEHIND_THE_FRONT:
        before, found, _rest = f"{path}/".partition(f"{behind}/")
        if found:
            path = before
    return path.rstrip("/")
