"""Opening the workspace's key for secrets, and the ways on where it cannot be had."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from inbox_app.i18n import _
from inbox_app.keychain import Keychain, KeyringMode
from inbox_app.keychain.errors import KeyLost, KeyringUnusable, PassphraseNeeded, WrongPassphrase


class Way(Enum):
    """What a person can decide about the key."""

    AGAIN = auto()
    PASSPHRASE = auto()
    SESSION = auto()
    NEW_KEY = auto()
    """What the old one sealed stays closed: every account must sign in again."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why the key cannot be had, and the ways on; without ways, because the person gave up."""

    reason: str = ""
    ways: tuple[Way, ...] = ()


async def open_key(keychain: Keychain, way: Way = Way.AGAIN) -> Obstacle | None:
    """Open the key, on the way that was chosen; None when secrets can be kept now.

    Raises:
        KeychainError: the key's file is damaged or cannot be used.
    """
    try:
        await _take(keychain, way)
    except PassphraseNeeded:
        return Obstacle()
    except KeyringUnusable as trouble:
        return Obstacle(trouble.reason, (Way.PASSPHRASE, Way.SESSION, Way.AGAIN))
    except WrongPassphrase as trouble:
        # A slip of the fingers must not be one click away from closing everything that the right one would open.
        return Obstacle(trouble.reason, (Way.AGAIN,))
    except KeyLost as trouble:
        afterwards = _("With a new key, every account connected before must sign in again.")
        return Obstacle(f"{trouble.reason} {afterwards}", (Way.AGAIN, Way.NEW_KEY))
    return None


async def _take(keychain: Keychain, way: Way) -> None:
    match way:
        case Way.NEW_KEY:
            await keychain.start_over()
        case Way.PASSPHRASE:
            keychain.choose(KeyringMode.PASSPHRASE)
        case Way.SESSION:
            keychain.choose(KeyringMode.SESSION)
    await keychain.unlock()
