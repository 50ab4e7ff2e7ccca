"""The key in the operating system's keyring, behind a deadline since a keyring may never answer.

https://specifications.freedesktop.org/secret-service-spec/latest/ for the one on Linux.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from inbox_app.keychain.envelope import WorkspaceKey, key_from_text, make_key
from inbox_app.keychain.errors import (
    KeychainError,
    KeyLost,
    KeyringDenied,
    KeyringFailed,
    KeyringLocked,
    KeyringMissing,
    KeyringSilent,
)
from inbox_app.keychain.keyfile import KeyRecord, hold_key_record, read_key_record, write_key_record

SERVICE = "Portavoce"
DEADLINE = 20.0
"""Seconds for the whole exchange with the keyring: a person may have to type its password."""

T = TypeVar("T")


class Keyring(Protocol):
    """What we use of a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept under a name, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep something under a name."""


FindKeyring = Callable[[], Keyring]


def find_keyring() -> Keyring:
    """Return the system's keyring. Raises `KeyringMissing` for none, or for one that keeps text in the clear."""
    import keyring
    from keyring.core import recommended

    found = keyring.get_keyring()
    # The keyring package itself gives everything that protects nothing a priority below one.
    if not recommended(found):
        raise KeyringMissing
    return found


def open_system_key(key_file: Path, find: FindKeyring = find_keyring, *, afresh: bool = False) -> WorkspaceKey:
    """Read the workspace's key, or make it when there never was one. Blocks; raises `KeychainError`.

    `afresh` makes a new one although there was one: what the old one sealed stays closed.
    """
    with our_errors():
        known = read_key_record(key_file)
        if known and known.system_key_id and not afresh:
            return _read_key(find(), known)
        with hold_key_record(key_file) as record:
            key = _find_or_make(find(), record, afresh=afresh)
            if key.key_id != record.system_key_id:
                write_key_record(key_file, replace(record, system_key_id=key.key_id))
            return key


async def call_with_deadline(work: Callable[[], T], seconds: float) -> T:
    """Run blocking work in a thread of its own; `KeyringSilent` when it does not end in time.

    The thread is left behind then, and does not keep the program from ending.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T | KeychainError] = loop.create_future()

    def settle(outcome: T | KeychainError) -> None:
        if not future.done():
            future.set_result(outcome)

    def run() -> None:
        # What nobody foresaw goes on to the thread's own hook, which reports it.
        outcome: T | KeychainError = KeyringFailed()
        try:
            outcome = work()
        except KeychainError as error:
            outcome = error
        finally:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            outcome = await future
    except TimeoutError:
        raise KeyringSilent(seconds) from None
    if isinstance(outcome, KeychainError):
        raise outcome
    return outcome


def _find_or_make(keyring: Keyring, record: KeyRecord, *, afresh: bool) -> WorkspaceKey:
    # A key without a mark in the file was made by a process that ended just then.
    is_first = record.system_key_id is None and not keyring.get_password(SERVICE, record.workspace)
    return _save_new_key(keyring, record) if afresh or is_first else _read_key(keyring, record)


def _read_key(keyring: Keyring, record: KeyRecord) -> WorkspaceKey:
    key = key_from_text(keyring.get_password(SERVICE, record.workspace) or "")
    if key is None or record.system_key_id not in (None, key.key_id):
        raise KeyLost
    return key


def _save_new_key(keyring: Keyring, record: KeyRecord) -> WorkspaceKey:
    key = make_key()
    keyring.set_password(SERVICE, record.workspace, key.to_text())
    # Some keyrings take everything and keep nothing.
    if keyring.get_password(SERVICE, record.workspace) != key.to_text():
        raise KeyringDenied
    return key


_Errors = tuple[type[Exception], ...]


@contextlib.contextmanager
def our_errors() -> Iterator[None]:
    """Say in our words what a keyring raises."""
    from keyring import errors

    locked, denied, other = _secret_service_errors()
    locked += (errors.KeyringLocked, errors.InitError)
    denied += (errors.PasswordSetError,)
    other += (errors.KeyringError, OSError)
    try:
        yield
    except errors.NoKeyringError as error:
        raise KeyringMissing from error
    except locked as error:
        raise KeyringLocked from error
    except denied as error:
        raise KeyringDenied from error
    except other as error:
        raise KeyringFailed from error


def _secret_service_errors() -> tuple[_Errors, _Errors, _Errors]:
    """Return what Linux's keyring raises unchanged: for locked, for denied, for anything else."""
    if importlib.util.find_spec("secretstorage") is None:
        return (), (), ()
    from secretstorage import exceptions

    return (exceptions.LockedException,), (exceptions.PromptDismissedException,), (exceptions.SecretStorageException,)
