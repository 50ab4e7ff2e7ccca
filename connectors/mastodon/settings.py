"""The settings of an account: its server, as people write it, and as the address that is asked."""

from __future__ import annotations

from collections.abc import Mapping

from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

FIELDS = (
    Field(
        "server",
        N_("Server"),
        FieldType.HOST,
        required=True,
        hint=N_("The part of your address after the last @, such as example.social"),
    ),
    Field(
        "token",
        N_("Access token"),
        FieldType.SECRET,
        hint=N_("Leave it empty to sign in with your browser"),
        advanced=True,
    ),
)


def home_of(settings: Mapping[str, str]) -> str:
    """The server's address. Raises `Rejected` where what is written there is none."""
    return read_server(settings.get("server", ""))


def read_server(written: str) -> str:
    """`https://example.social` from an address, a name or a whole handle.

    Raises:
        Rejected: it is none, or it would be asked without encryption.
    """
    bare = written.strip().rstrip("/")
    name = bare if "://" in bare else f"https://{bare.rpartition('@')[2]}"
    if not bare or any(sign.isspace() for sign in name):
        raise Rejected(
            _("“{server}” is not the address of a server. Give one such as example.social.").format(server=bare)
        )
    home = Address.of(name)
    if home.scheme == "http" and not is_loopback(home.host):
        raise Rejected(
            _("Without encryption the sign-in could be read on the way to {host}. Use https.").format(host=home.host)
        )
    host = f"[{home.host}]" if ":" in home.host else home.host
    usual = home.port == (443 if home.scheme == "https" else 80)
    return f"{home.scheme}://{host}" + ("" if usual else f":{home.port}")
