"""What can go wrong with a workspace's database, each with its sentence."""

from __future__ import annotations

from inbox_app.domain.errors import UserFacingError
from inbox_app.i18n import _


class StorageError(UserFacingError):
    """The workspace's database could not do what was asked; nothing of it was half done."""

    code = "storage"


class DiskFull(StorageError):
    """There is no room left for the change."""

    code = "disk_full"

    def __init__(self, where: str) -> None:
        sentence = _(
            "There is no room left on the disk that holds {where}. "
            "What was saved before is safe; free some space, then try again."
        )
        super().__init__(sentence.format(where=where))


class OutOfMemory(StorageError):
    """The computer has no memory left for the question."""

    code = "out_of_memory"

    def __init__(self, where: str) -> None:
        sentence = _("There is not enough memory to work on {where}. Close other programs, then try again.")
        super().__init__(sentence.format(where=where))


class DatabaseLocked(StorageError):
    """Another program kept the file to itself for longer than we wait."""

    code = "database_locked"

    def __init__(self, where: str) -> None:
        sentence = _(
            "Another program holds {where} and does not let go of it. "
            "Nothing was changed; close that program, then try again."
        )
        super().__init__(sentence.format(where=where))


class ReadOnly(StorageError):
    """The file, its folder or the disk may not be written to."""

    code = "read_only"

    def __init__(self, where: str) -> None:
        sentence = _(
            "{where} may only be read, so nothing was changed. "
            "Allow writing to the file and to its folder, then try again."
        )
        super().__init__(sentence.format(where=where))


class CannotOpen(StorageError):
    """The file or its folder may not be opened at all."""

    code = "cannot_open"

    def __init__(self, where: str) -> None:
        sentence = _("{where} cannot be opened. Check that its folder is there and that you may read it.")
        super().__init__(sentence.format(where=where))


class FolderUnusable(StorageError):
    """The folder that a workspace lives in cannot be made or written to."""

    code = "folder_unusable"

    def __init__(self, where: str, reason: str) -> None:
        sentence = _(
            "The folder {where} cannot be written to ({reason}). "
            "Allow writing to it, or choose another folder, then try again."
        )
        super().__init__(sentence.format(where=where, reason=reason))


class DiskFailed(StorageError):
    """The operating system failed to read or write the file."""

    code = "disk_failed"

    def __init__(self, where: str) -> None:
        sentence = _(
            "The disk failed while {where} was read or written. "
            "Check the disk, then start Portavoce again; what was saved before is looked over at the start."
        )
        super().__init__(sentence.format(where=where))


class Damaged(StorageError):
    """The database's content is broken. It is never written to again."""

    code = "damaged"

    def __init__(self, where: str, backups: str | None = None) -> None:
        broken = _(
            "{where} is damaged, so Portavoce writes nothing more to it; what can still be read is shown. "
            "Close Portavoce, then set the file aside, with the files beside it whose names begin alike. "
        )
        super().__init__(broken.format(where=where) + _way_on(backups))


class DamagedOnServer(Damaged):
    """The server says that its database is broken."""

    def __init__(self, where: str) -> None:
        sentence = _(
            "The database server says that {where} is damaged, so Portavoce writes nothing more to it. "
            "Ask whoever looks after the server to bring back its last backup."
        )
        StorageError.__init__(self, sentence.format(where=where))


class Overwritten(StorageError):
    """The place of the database holds something else, though everything around it says that it was one of ours."""

    code = "damaged"

    def __init__(self, where: str, backups: str | None) -> None:
        lost = _(
            "{where} is damaged: it holds no Portavoce database any more. Nothing was changed. "
            "Set it aside, with the files beside it whose names begin alike. "
        )
        super().__init__(lost.format(where=where) + _way_on(backups))


def _way_on(backups: str | None) -> str:
    """What there is to go on with; `backups` is the folder of copies, None where there are none."""
    if backups is None:
        return _("Then connect the accounts again: their messages are loaded once more.")
    return _("Then bring the newest copy from {backups} back with “portavoce restore”.").format(backups=backups)


class TooNew(StorageError):
    """A newer program made or changed this workspace."""

    code = "too_new"

    def __init__(self, where: str) -> None:
        sentence = _(
            "The workspace {where} was last used by a newer Portavoce. "
            "Nothing was changed; install the newest version to open it."
        )
        super().__init__(sentence.format(where=where))


class BackupFailed(StorageError):
    """The copy that precedes an upgrade could not be made or not be read back."""

    code = "backup_failed"

    def __init__(self, where: str, folder: str) -> None:
        sentence = _(
            "Before this Portavoce can open the workspace {where}, it must copy it, and that failed. Nothing was "
            "changed; check that {folder} can be written to and that the disk has room, then try again."
        )
        super().__init__(sentence.format(where=where, folder=folder))


class UpgradeFailed(StorageError):
    """The workspace could not be brought to the current schema."""

    code = "upgrade_failed"

    def __init__(self, where: str) -> None:
        sentence = _(
            "The workspace {where} comes from an older Portavoce and could not be brought up to date. Nothing was "
            "changed: the version you used before still opens it. Please report this, with the log."
        )
        super().__init__(sentence.format(where=where))


class NoWorkspace(StorageError):
    """There is nothing at this place."""

    code = "no_workspace"

    def __init__(self, where: str) -> None:
        sentence = _("There is no workspace at {where}. Make one with “portavoce practice” or “portavoce account add”.")
        super().__init__(sentence.format(where=where))


class NotAWorkspace(StorageError):
    """Something else than a workspace is at this place."""

    code = "not_a_workspace"

    def __init__(self, where: str) -> None:
        sentence = _("{where} is not a Portavoce workspace. Choose another place, or make a new workspace.")
        super().__init__(sentence.format(where=where))


class Locked(StorageError):
    """The workspace is encrypted, and nobody gave its key."""

    code = "workspace_locked"

    def __init__(self, where: str, why: str = "") -> None:
        """`why` is what stands in the way of the key, where that is known better."""
        sentence = _(
            "The workspace {where} is encrypted, and its key is not in this computer's keyring. Type its recovery "
            "phrase: the window asks for it, and so does “portavoce workspace unlock”."
        )
        if why:
            sentence = "{why} " + _(
                "The workspace {where} is encrypted, so it cannot be opened now. Its recovery phrase opens it too: the "
                "window asks for it, and so does “portavoce workspace unlock”."
            )
        super().__init__(sentence.format(where=where, why=why))


class OldSQLite(StorageError):
    """The SQLite library is one that can lose commits."""

    code = "sqlite_too_old"

    def __init__(self, found: str, needed: str) -> None:
        sentence = _(
            "SQLite {found} can lose what was saved; {needed} or newer is needed. "
            "Install the packages Portavoce requires again (sqlcipher3 brings SQLite along)."
        )
        super().__init__(sentence.format(found=found, needed=needed))


class Closed(StorageError):
    """The workspace was closed while something was still asked of it."""

    code = "closed"

    def __init__(self, where: str) -> None:
        super().__init__(_("{where} was closed. Open the workspace, then try again.").format(where=where))


class Unreachable(StorageError):
    """The server does not answer, or has no such database."""

    code = "server_unreachable"

    def __init__(self, where: str) -> None:
        sentence = _(
            "The database server of {where} cannot be reached. Check the network, the server's name and that the "
            "database exists, then try again; nothing that was saved is lost."
        )
        super().__init__(sentence.format(where=where))


class CannotSignIn(StorageError):
    """The server refused the name or the password."""

    code = "wrong_database_password"

    def __init__(self, where: str) -> None:
        sentence = _(
            "The database server of {where} refused the user name or the password. "
            "Check both in the workspace's address, then try again."
        )
        super().__init__(sentence.format(where=where))


class OldPostgreSQL(StorageError):
    """The server is older than what we are tested with."""

    code = "postgresql_too_old"

    def __init__(self, where: str, found: str, needed: str) -> None:
        sentence = _(
            "The server of {where} runs PostgreSQL {found}; {needed} or newer is needed. "
            "Ask whoever looks after the server to update it."
        )
        super().__init__(sentence.format(where=where, found=found, needed=needed))


class MissingExtension(StorageError):
    """The server lacks what full text needs, and we may not add it."""

    code = "extension_missing"

    def __init__(self, where: str, names: str) -> None:
        sentence = _(
            "The database {where} lacks extensions that search needs ({names}), and they could not be added. "
            "Ask whoever looks after the server to run CREATE EXTENSION for each of them in this database."
        )
        super().__init__(sentence.format(where=where, names=names))
