"""Where the keys of encrypted workspaces are kept: entries of the system's keyring, or envelopes beside the content.

An entry is called by the key's id, so that a workspace that was moved, and each of its backups, finds it again. Under a
passphrase the key lies in an envelope that only the workspace's own key opens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from inbox_app.domain.ids import AccountId
from inbox_app.keychain.errors import KeyFileUnusable, KeyringDenied
from inbox_app.keychain.system import SERVICE, FindKeyring, our_errors
from inbox_app.paths import replace_file
from inbox_app.sealing.key import ContentKey, content_key_from_text

NAME: Final = "content key"
NOBODY: Final = AccountId("")
"""Whose secret it is: no account's."""
_ENVELOPE: Final = "key.sealed"


def from_system(wanted: str, find: FindKeyring) -> ContentKey | None:
    """The key of this id. Blocks; raises `KeychainError`."""
    with our_errors():
        return content_key_from_text(find().get_password(SERVICE, _entry(wanted)) or "")


def into_system(key: ContentKey, find: FindKeyring) -> None:
    """Keep the key. Blocks; raises `KeychainError`."""
    with our_errors():
        keyring = find()
        keyring.set_password(SERVICE, _entry(key.id), key.to_text())
        # Some keyrings take everything and keep nothing.
        if keyring.get_password(SERVICE, _entry(key.id)) != key.to_text():
            raise KeyringDenied


def read_envelope(folder: Path) -> bytes | None:
    """The envelope that lies in a key's folder. Raises `KeyFileUnusable`."""
    try:
        return (folder / _ENVELOPE).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyFileUnusable(folder / _ENVELOPE, error.strerror or str(error)) from error


def write_envelope(folder: Path, envelope: bytes) -> None:
    """Lay an envelope there. Raises `KeyFileUnusable`."""
    try:
        replace_file(folder / _ENVELOPE, envelope)
    except OSError as error:
        raise KeyFileUnusable(folder / _ENVELOPE, error.strerror or str(error)) from error


def _entry(wanted: str) -> str:
    return f"{NAME} {wanted}"
