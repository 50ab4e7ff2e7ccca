"""What a workspace remembers about its key, in one small file beside the database: never the key itself.

The file names the workspace in the keyring, so that a moved folder finds its key again; it says which
key was made there, so that an emptied keyring is noticed; and it holds the key sealed by a passphrase.
"""

from __future__ import annotations

import base64
import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.i18n import _
from inbox_app.keychain.errors import KeyFileDamaged, KeyFileUnusable
from inbox_app.paths import LockTimeout, hold_lock, replace_file

_VERSION = 1
_MOST_MEMORY_STEPS = 2**20


@dataclass(frozen=True, slots=True)
class PassphraseLock:
    """A key sealed by a passphrase through scrypt; the seal's tag is the check of the passphrase."""

    n: int
    r: int
    p: int
    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """The content of the key file. A workspace may have a key in the keyring and one under a passphrase."""

    workspace: str
    """The name of the workspace's entry in the keyring."""
    system_key_id: str | None = None
    passphrase: PassphraseLock | None = None


def read_key_record(path: Path) -> KeyRecord | None:
    """Read the file; None when there is none. Raises `KeyFileDamaged`, `KeyFileUnusable`."""
    with _disk(path):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
    try:
        return _parse(json.loads(content))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise KeyFileDamaged(path) from None


@contextlib.contextmanager
def hold_key_record(path: Path) -> Iterator[KeyRecord]:
    """Keep other processes from making a key meanwhile; give the record, a new one if need be."""
    with contextlib.ExitStack() as stack:
        with _disk(path):
            stack.enter_context(hold_lock(path.with_suffix(".lock")))
        record = read_key_record(path)
        if record is None:
            record = KeyRecord(uuid.uuid4().hex)
            write_key_record(path, record)
        yield record


def write_key_record(path: Path, record: KeyRecord) -> None:
    """Replace the file as a whole. Raises `KeyFileUnusable`, leaving the old one."""
    with _disk(path):
        replace_file(path, json.dumps(_to_json(record), indent=2).encode() + b"\n")


@contextlib.contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except LockTimeout:
        raise KeyFileUnusable(path, _("another Portavoce is using it")) from None
    except OSError as error:
        raise KeyFileUnusable(path, error.strerror or str(error)) from error


def _to_json(record: KeyRecord) -> JsonObject:
    lock = record.passphrase
    return {
        "version": _VERSION,
        "workspace": record.workspace,
        "system": {"key_id": record.system_key_id} if record.system_key_id else None,
        "passphrase": {
            "n": lock.n,
            "r": lock.r,
            "p": lock.p,
            "salt": _text(lock.salt),
            "nonce": _text(lock.nonce),
            "sealed": _text(lock.sealed),
        }
        if lock
        else None,
    }


def _parse(data: JsonValue) -> KeyRecord:
    if not isinstance(data, dict) or data["version"] != _VERSION:
        raise ValueError("not a key file of this version")
    system, lock = data["system"], data["passphrase"]
    return KeyRecord(
        uuid.UUID(_string(data["workspace"])).hex,
        _string(system["key_id"]) if isinstance(system, dict) else None,
        _parse_lock(lock) if isinstance(lock, dict) else None,
    )


def _parse_lock(lock: JsonObject) -> PassphraseLock:
    n, r, p = (_number(lock[name]) for name in "nrp")
    # A file from elsewhere must not make us work for hours or fill the memory.
    if not (1 < n <= _MOST_MEMORY_STEPS and n & (n - 1) == 0 and 0 < r <= 16 and 0 < p <= 4):
        raise ValueError("scrypt parameters out of bounds")
    return PassphraseLock(n, r, p, _bytes(lock["salt"]), _bytes(lock["nonce"]), _bytes(lock["sealed"]))


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(value: JsonValue) -> bytes:
    return base64.b64decode(_string(value), validate=True)


def _string(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise TypeError("not a number")
    return value
