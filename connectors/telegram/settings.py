"""The settings of an account: the bot's token, and whose server is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected, SignInNeeded
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

USUAL: Final = "https://api.telegram.org"
_TOKEN: Final = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,100}")

FIELDS = (
    Field(
        "token",
        N_("Token of the bot"),
        FieldType.SECRET,
        required=True,
        hint=N_("BotFather gives it: digits, a colon, letters"),
    ),
    Field(
        "api_base",
        N_("Address of the Bot API"),
        default=USUAL,
        hint=N_("Change it only for a Bot API server of your own"),
        advanced=True,
    ),
)


def home_of(settings: Mapping[str, str]) -> str:
    """The server's address.

    Raises:
        Rejected: it is none, or the token would go there without encryption.
    """
    home = Address.of(settings.get("api_base", "").strip().rstrip("/") or USUAL)
    if home.scheme == "http" and not is_loopback(home.host):
        raise Rejected(
            _("Without encryption the token could be read on the way to {host}. Use https.").format(host=home.host)
        )
    return str(home)


def read_token(secrets: Mapping[str, str]) -> str:
    """The token, which becomes a part of each address that is asked.

    Raises:
        SignInNeeded: it is none.
    """
    token = secrets.get("token", "").strip()
    if not _TOKEN.fullmatch(token):
        raise SignInNeeded(_("This is not the token of a bot. BotFather shows it: digits, a colon, letters."))
    return token
