"""The settings of an account: its handle, the server that keeps it, and the services that it asks beside that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.shared.sites import read_site
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

PASSWORD: Final = "password"  # noqa: S105 - the name of a secret
AUTH: Final = "auth"
BY_PASSWORD: Final = "password"  # noqa: S105 - the word of a choice
BY_BROWSER: Final = "browser"
CHAT: Final = "did:web:api.bsky.chat"
DIRECTORY: Final = "https://plc.directory"
RESOLVER: Final = "https://bsky.social"
"""Says whose a handle is, for everybody who asks."""

FIELDS: Final = (
    Field(
        "handle",
        N_("Handle"),
        required=True,
        hint=N_("Such as brand.bsky.social, or your own domain"),
    ),
    Field(
        AUTH,
        N_("Sign in"),
        FieldType.CHOICE,
        default=BY_PASSWORD,
        choices=(BY_PASSWORD, BY_BROWSER),
        words=(N_("with an app password"), N_("in the browser")),
    ),
    Field(
        PASSWORD,
        N_("App password"),
        FieldType.SECRET,
        hint=N_("Tick “Allow access to your direct messages” when you make it, or private messages stay away"),
        only_with=(AUTH, BY_PASSWORD),
        also="app_password",
    ),
    Field(
        "server",
        N_("Server"),
        FieldType.HOST,
        hint=N_("Found from the handle where it is empty"),
        advanced=True,
        also="service",
    ),
    Field(
        "chat",
        N_("Chat service"),
        default=CHAT,
        hint=N_("The DID of the service that keeps chats"),
        advanced=True,
        also="chat_did",
    ),
    Field(
        "directory",
        N_("Directory"),
        FieldType.HOST,
        default=DIRECTORY,
        hint=N_("Where it stands which server keeps an account"),
        advanced=True,
    ),
)


def home_of(settings: Mapping[str, str]) -> str:
    """The server's address. Raises `Rejected` where what is written there is none."""
    return read_server(settings.get("server", ""))


def read_server(written: str) -> str:
    """`https://pds.example.org` from a name or an address.

    Raises:
        Rejected: it is none, or it would be asked without encryption.
    """
    refusal = _("“{site}” is not the address of a server. Give one such as bsky.social.")
    return read_site(written.strip().rstrip("/"), refusal, lambda _path: "")


def directory_of(settings: Mapping[str, str]) -> str:
    """The address of the directory.

    Raises:
        Rejected: what is written there is no address.
    """
    return read_server(settings.get("directory", "") or DIRECTORY)


def chat_of(settings: Mapping[str, str]) -> str:
    """The chat service, as the server is told to pass on to it."""
    service = settings.get("chat", "").strip() or CHAT
    return service if "#" in service else f"{service}#bsky_chat"


def read_handle(written: str) -> str:
    """`brand.bsky.social` from what people type."""
    return written.strip().lstrip("@").lower()
