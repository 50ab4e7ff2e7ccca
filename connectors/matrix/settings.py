"""The settings of an account: who we are, as people write it, and the server that is asked.

https://spec.matrix.org/latest/appendices/#user-identifiers
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

DEVICE: Final = "device"
"""The device that a sign-in of ours made; kept for the next one, and signed out when the account is removed."""
FIELDS = (
    Field("user", N_("Matrix address"), required=True, hint=N_("Such as @brand:example.org")),
    Field("password", N_("Password"), FieldType.SECRET, hint=N_("Leave it empty to sign in with your browser")),
    Field(
        "server",
        N_("Server"),
        FieldType.HOST,
        hint=N_("Only where it is not found by your address, such as https://matrix.example.org"),
        advanced=True,
        also="homeserver",
    ),
    Field(
        "device_name",
        N_("Name of the session"),
        default="Portavoce",
        hint=N_("How your other Matrix programs call this one"),
        advanced=True,
    ),
    Field(
        "token",
        N_("Access token"),
        FieldType.SECRET,
        hint=N_("In place of a password, for a session that was made elsewhere"),
        advanced=True,
    ),
)


def home_of(settings: Mapping[str, str]) -> str:
    """The server's address. Raises `Rejected` where what is written there is none."""
    return read_home(settings.get("server", ""))


def read_home(written: str) -> str:
    """`https://matrix.example.org` from an address or a bare name.

    Raises:
        Rejected: it is none, or it would be asked without encryption.
    """
    bare = written.strip().rstrip("/")
    if not bare or any(sign.isspace() for sign in bare):
        raise Rejected(
            _("“{server}” is not the address of a server. Give one such as https://matrix.example.org.").format(
                server=bare
            )
        )
    home = Address.of(bare if "://" in bare else f"https://{bare}")
    if home.scheme == "http" and not is_loopback(home.host):
        raise Rejected(
            _("Without encryption the sign-in could be read on the way to {host}. Use https.").format(host=home.host)
        )
    host = f"[{home.host}]" if ":" in home.host else home.host
    usual = home.port == (443 if home.scheme == "https" else 80)
    return f"{home.scheme}://{host}" + ("" if usual else f":{home.port}")


def domain_of(user: str) -> str:
    """The domain of `@brand:example.org`, or of what was written for it; empty where it names none."""
    bare = user.strip()
    if not bare.startswith("@"):
        return bare if "." in bare and ":" not in bare.partition("//")[0] else ""
    return bare.partition(":")[2]
