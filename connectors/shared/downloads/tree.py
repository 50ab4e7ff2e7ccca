"""The files of a download, whether it is a folder, a ZIP or a single file. Blocking; no name leads outside."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections import defaultdict
from io import BufferedReader, RawIOBase
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from inbox_app.contract.archive import NoArchive
from inbox_app.contract.texts import _

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MOST_FILES = 500_000


class Tree(ABC):
    """Files by their names with slashes, relative to the top."""

    def __init__(self, path: Path, sizes: dict[str, int]) -> None:
        self.path = path
        self.sizes = dict(sorted(sizes.items()))
        self._by_end: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.sizes:
            self._by_end[name.rpartition("/")[2]].append(name)

    @property
    def title(self) -> str:
        """What the download is called."""
        return self.path.resolve().name.removesuffix(".zip").removesuffix(".txt")

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """A file of it, to be read once from its beginning."""

    def mark(self, name: str) -> str:
        """Is another one when the file is."""
        return f"{name}\0{self.sizes[name]}\0{self._place(name).stat().st_mtime_ns}\0"

    def _place(self, _name: str) -> Path:
        return self.path

    def find(self, uri: str) -> str:
        """The file that an address inside means, wherever the service put its folders; empty where there is none."""
        parts = PurePosixPath(uri.lstrip("/")).parts
        if not parts or ".." in parts:
            return ""
        plain = "/".join(parts)
        if plain in self.sizes:
            return plain
        found = [name for name in self._by_end.get(parts[-1], ()) if name.endswith("/" + plain)]
        return found[0] if len(found) == 1 else ""


class Folder(Tree):
    """A folder that was unpacked; links that lead out of it are passed over."""

    def __init__(self, path: Path) -> None:
        files = (one for one in path.rglob("*") if one.is_file())
        top = path.resolve()
        inside = (one for one in files if one.resolve().is_relative_to(top))
        super().__init__(path, {one.relative_to(path).as_posix(): one.stat().st_size for one in inside})

    def open(self, name: str) -> IO[bytes]:
        return self._place(name).open("rb")

    def _place(self, name: str) -> Path:
        return self.path / name


class Single(Tree):
    """One file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, {path.name: path.stat().st_size})

    def open(self, name: str) -> IO[bytes]:
        return self.path.open("rb")


class Packed(Tree):
    """A ZIP. A file in it never gives more than the size it declares, so none is a bomb."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        files = [one for one in archive.infolist() if not one.is_dir()]
        if len(files) > _MOST_FILES:
            raise NoArchive(_("“{path}” holds too many files to be a download.").format(path=path))
        if any(one.flag_bits & 1 for one in files):
            raise NoArchive(_("“{path}” is locked with a password. Unpack it and choose the folder.").format(path=path))
        super().__init__(path, {one.filename: one.file_size for one in files})

    def open(self, name: str) -> IO[bytes]:
        try:
            return BufferedReader(_Unpacked(self._archive.open(name)))
        except _DAMAGE as damage:
            raise Damaged(name) from damage


class Damaged(ValueError):
    """A file of a ZIP cannot be unpacked, or not to its end."""


class _Unpacked(RawIOBase):
    """A file while it is unpacked; whatever its package says of damage is one and the same."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, room: WriteableBuffer) -> int:
        view = memoryview(room).cast("B")
        try:
            found = self._file.read(len(view))
        except _DAMAGE as damage:
            raise Damaged(self._file.name) from damage
        view[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()


_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


def open_tree(path: Path) -> Tree:
    """What lies at the path.

    Raises:
        NoArchive: nothing, or a package that is none.
    """
    if not path.exists():
        raise NoArchive(_("There is no file or folder “{path}”.").format(path=path))
    if path.is_dir():
        return Folder(path)
    if path.suffix.lower() in (".gz", ".tgz", ".tar", ".rar", ".7z"):
        raise NoArchive(_("“{path}” must be unpacked first: then choose its folder.").format(path=path))
    if path.suffix.lower() != ".zip":
        return Single(path)
    try:
        return Packed(path, zipfile.ZipFile(path))
    except zipfile.BadZipFile as bad:
        raise NoArchive(_("“{path}” is no ZIP, or a damaged one. Download it again.").format(path=path)) from bad
