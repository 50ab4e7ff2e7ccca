"""Making a workspace encrypted, plain again, or sealed with another key: a whole copy, read back, then put in place.

What lies beside the database lies in a folder named after the key, so the new is laid out whole beside the old, and one
rename of the database is the moment at which it changes. Killed before, the workspace is what it was; killed after, it
is what was wanted, and what is left to do (the copies that the workspace keeps of itself, removing the old) is done at
the next opening: a small file says that there is something.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2

from inbox_app.domain.errors import Refused
from inbox_app.i18n import _
from inbox_app.paths import (
    WorkspaceAddress,
    WorkspaceKind,
    make_private_folder,
    move_into_place,
    replace_file,
    sync_folder,
)
from inbox_app.sealing.files import files_of
from inbox_app.sealing.key import ContentKey
from inbox_app.storage import cipher, copying, resealing, suppression
from inbox_app.storage.errors import DatabaseLocked, StorageError
from inbox_app.storage.laid_files import LaidFiles
from inbox_app.storage.locks import EngineLock
from inbox_app.storage.shredding import overwrite, shred
from inbox_app.storage.sqlite import make_private_file

Say = Callable[[str], None]
"""Hears in a few words what is being done."""
log = logging.getLogger(__name__)
_NOTE: Final = "converting.json"
_DRAFT: Final = ".workspace.db.new"
_WAIT: Final = 5.0


class InUse(DatabaseLocked):
    """Somebody else has the workspace open."""

    code = "workspace_in_use"

    def __init__(self, where: str) -> None:
        sentence = _(
            "The workspace {where} is open in another window or command, so nothing was changed. Close it there, then "
            "try again."
        )
        StorageError.__init__(self, sentence.format(where=where))


class UnfittingKey(StorageError):
    """Another process changed the key meanwhile, or what was typed is the key from before."""

    code = "workspace_changed"

    def __init__(self, where: str) -> None:
        sentence = _(
            "The workspace {where} opens with another key by now, so nothing was changed. Open it again; where the "
            "recovery phrase is asked for, type the newest one."
        )
        super().__init__(sentence.format(where=where))


class ConversionFailed(StorageError):
    """It could not be written, or not be read back; the workspace is as it was."""

    code = "conversion_failed"

    def __init__(self, where: str, reason: str) -> None:
        sentence = _(
            "The workspace {where} could not be written anew ({reason}). It is as it was; check that the disk has room "
            "for it once more, then try again."
        )
        super().__init__(sentence.format(where=where, reason=reason))


@dataclass(frozen=True, slots=True)
class Pending:
    """What somebody began: ids of keys, None for none."""

    before: str | None
    after: str | None


def convert(address: WorkspaceAddress, wanted: ContentKey | None, say: Say) -> WorkspaceAddress:
    """Seal a workspace that nobody has open with this key, or make it plain; its new address. Blocks.

    Raises:
        Refused: a team's database is encrypted by its server; or it is as is wanted already.
        SecondEngine, InUse: somebody has it open.
        UnfittingKey: the key of `address` opens it no more.
        ConversionFailed: it is as it was.
    """
    if address.kind is not WorkspaceKind.SQLITE:
        raise Refused(on_a_server())
    there = replace(address, key=wanted)
    if there.content == address.content:
        raise Refused(_("The workspace {where} is as you want it already.").format(where=address.reference))
    try:
        with EngineLock.take(address):
            _require_fitting(address)
            _clear_up(address)
            _note(address, Pending(_id(address.key), _id(wanted)))
            try:
                _swap(address, there, say)
            except BaseException:
                if _fits(address):
                    _drop_unfinished(address)
                raise
            _finish_or_leave(there, address, say)
    except (OSError, dbapi2.DatabaseError) as problem:
        if isinstance(problem, dbapi2.OperationalError) and "locked" in str(problem):
            raise InUse(address.reference) from problem
        raise ConversionFailed(address.reference, str(problem)) from problem
    return there


def on_a_server() -> str:
    """Why a team's workspace is not encrypted by us."""
    return _(
        "A team's workspace lies on a PostgreSQL server, and encrypting it is that server's affair: ask whoever looks "
        "after the server to encrypt its disk and its connections."
    )


def pending(address: WorkspaceAddress) -> Pending | None:
    """What was begun here and has not come to its end."""
    try:
        match json.loads((address.folder / _NOTE).read_bytes()):
            case {"before": str() | None as before, "after": str() | None as after}:
                return Pending(before, after)
    except (OSError, ValueError):
        return None
    return None


def settle(address: WorkspaceAddress, begun: Pending, keys: Mapping[str, ContentKey]) -> None:
    """Bring to its end what was begun, or take it back where the database had not changed yet. Blocks.

    `address` is the workspace as it opens now; `keys` are those that could be had. Raises `SecondEngine` where somebody
    is at it, `UnfittingKey` where it does not open so, and `OSError`.
    """
    with EngineLock.take(address):
        if pending(address) != begun:
            return
        _require_fitting(address)
        if _id(address.key) != begun.after:
            _drop_unfinished(address)
        elif begun.before is None or begun.before in keys:
            before = None if begun.before is None else keys[begun.before]
            _finish(address, replace(address, key=before), lambda _words: None)


# --- the copy, and the moment it takes the old one's place ---------------------------------------------------------


def _swap(address: WorkspaceAddress, there: WorkspaceAddress, say: Say) -> None:
    draft = address.folder / _DRAFT
    with address.database.open("r+b") as old:
        with _alone(address) as connection:
            say(_("Copying the messages…"))
            make_private_folder(there.content)
            make_private_file(draft)
            cipher.rewrite(connection, draft, there.key)
            say(_("Copying the attachments…"))
            digests = copying.look(draft, there.key, copying.laid_files)
            _copy_files(address, there, digests)
            say(_("Reading it back…"))
            _verify(connection, draft, there, digests)
            if os.name == "nt":  # Windows gives no other name to a file that is open.
                connection.close()
                old.close()
            move_into_place(draft, address.database)
        if address.key is None and not old.closed:
            with suppress(OSError):  # It has changed already, and nothing that fails now takes that back.
                overwrite(old)


@contextmanager
def _alone(address: WorkspaceAddress) -> Iterator[dbapi2.Connection]:
    """A connection beside which there is no other, neither now nor while it lasts."""
    with closing(dbapi2.connect(str(address.database), timeout=_WAIT, isolation_level=None)) as connection:
        cipher.present(connection, address.key)
        # Leaving the write-ahead log takes that nobody else has the file open; the lock is kept from then on.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        yield connection


def _copy_files(address: WorkspaceAddress, there: WorkspaceAddress, digests: list[str]) -> None:
    here = LaidFiles(address.attachments, address.key)
    here.copy_to(LaidFiles(there.attachments, there.key), [one for one in digests if here.path(one).exists()])
    source, target = files_of(address.key), files_of(there.key)
    for path in address.accounts.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            target.write(there.accounts / path.relative_to(address.accounts), source.read(path))
    known = suppression.read_list(address.erased, address.key)
    if known is not None:
        suppression.write_list(there.erased, known, there.key)
    _sync_names(there)


def _sync_names(there: WorkspaceAddress) -> None:
    """The old is removed as soon as the database has changed: by then no power cut may take a new file's name back."""
    below = [path for place in (there.attachments, there.accounts) for path in (place, *place.rglob("*"))]
    for folder in (*filter(Path.is_dir, below), there.content):
        sync_folder(folder)


def _verify(connection: dbapi2.Connection, draft: Path, there: WorkspaceAddress, digests: list[str]) -> None:
    """Raises `OSError` where the copy is not what it was made of."""
    with closing(dbapi2.connect(str(draft), isolation_level=None)) as copy:
        cipher.present(copy, there.key)
        same = resealing.contents(copy) == resealing.contents(connection)
    laid = LaidFiles(there.attachments, there.key)
    whole = copying.look(draft, there.key, copying.is_sound)
    if not (same and whole and all(laid.is_whole(one) for one in digests if laid.path(one).exists())):
        raise OSError(_("what was written cannot be read back"))


def _fits(address: WorkspaceAddress) -> bool:
    """Whether the database opens with this key: only then is what is sealed with another one not needed."""
    with suppress(OSError, dbapi2.DatabaseError):
        return cipher.opens(address.database, address.key)
    return False


def _require_fitting(address: WorkspaceAddress) -> None:
    if not _fits(address):
        raise UnfittingKey(address.reference)


# --- before and afterwards -----------------------------------------------------------------------------------------


def _note(address: WorkspaceAddress, begun: Pending) -> None:
    replace_file(address.folder / _NOTE, json.dumps({"before": begun.before, "after": begun.after}).encode())


def _drop_unfinished(address: WorkspaceAddress) -> None:
    """What was laid out for a change that did not come; the workspace is as it was."""
    _shred_draft(address)
    begun = pending(address)
    if begun is not None and begun.after != _id(address.key):
        _remove_content(address, begun.after)
    (address.folder / _NOTE).unlink(missing_ok=True)


def _clear_up(address: WorkspaceAddress) -> None:
    """Let nothing of an earlier change be in the way of the next."""
    begun = pending(address)
    if begun is not None and begun.after == _id(address.key) and begun.before is None:
        _finish(address, replace(address, key=None), lambda _words: None)
    else:
        _drop_unfinished(address)


def _finish_or_leave(address: WorkspaceAddress, before: WorkspaceAddress, say: Say) -> None:
    """It is what was wanted already: what cannot be done now is done at the next opening."""
    try:
        _finish(address, before, say)
    except (OSError, dbapi2.DatabaseError) as problem:
        log.warning("What a workspace was before could not be removed yet: %s", type(problem).__name__)


def _finish(address: WorkspaceAddress, before: WorkspaceAddress, say: Say) -> None:
    """The workspace's own copies, and then away with the old."""
    say(_("Copying the backups…"))
    resealing.reseal_copies(address, before)
    _shred_draft(address)
    _remove_content(address, _id(before.key))
    (address.folder / _NOTE).unlink(missing_ok=True)


def _shred_draft(address: WorkspaceAddress) -> None:
    """With what SQLite keeps beside it while it writes: that stays where a process is killed."""
    for tail in ("", "-journal"):
        shred(address.folder / f"{_DRAFT}{tail}")


def _remove_content(address: WorkspaceAddress, key: str | None) -> None:
    if key is not None:
        cipher.remove_folder(address, key)
        return
    plain = replace(address, key=None)
    for path in (plain.attachments, plain.accounts, plain.cache, plain.erased):
        shred(path)


def _id(key: ContentKey | None) -> str | None:
    return None if key is None else key.id
