"""What stands between a person and the workspace's secrets, and which ways on are offered."""

from __future__ import annotations

from pathlib import Path

from inbox_app.actions.keeping_secrets import Way, open_key
from inbox_app.keychain import Keychain, KeyringChoice, KeyringMode


def keychain(folder: Path, passphrase: str) -> Keychain:
    async def ask(is_new: bool) -> str | None:
        return passphrase

    return Keychain(folder / "key", KeyringChoice(KeyringMode.PASSPHRASE), ask)


async def test_a_wrong_passphrase_offers_another_try_and_no_new_key(tmp_path: Path) -> None:
    assert await open_key(keychain(tmp_path, "the right one")) is None
    before = (tmp_path / "key").read_bytes()
    obstacle = await open_key(keychain(tmp_path, "a slip"))
    assert obstacle is not None
    assert obstacle.ways == (Way.AGAIN,)
    assert obstacle.reason
    assert (tmp_path / "key").read_bytes() == before
    assert await open_key(keychain(tmp_path, "the right one")) is None
