"""The files that go with a reply: each by its name and size, each removable."""

from __future__ import annotations

import mimetypes
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inbox_app.actions.writing import OwnFile
from inbox_app.contract.limits import Limits
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import new_id
from inbox_app.domain.inbox import DraftFile
from inbox_app.i18n import _, ngettext
from ui.composer.thumbnail import Thumbnail, address_of
from ui.conversation.pictures import is_picture
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, ToolButton


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a reply, under an id made when it was attached; `path` is where it came from."""

    id: str
    name: str
    media_type: str
    size: int
    description: str = ""
    """What is to be seen, for those who cannot see it."""
    path: Path | None = None
    is_kept: bool = field(default=False, compare=False)
    """Whether its bytes are in the workspace."""
    passed_on: str = ""
    """The id of the file of a message that it is, and not ours yet."""


class FilesRow(QWidget):
    """Hidden while it is empty."""

    removed = Signal()
    described = Signal()
    """Something was said of a picture."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._files: tuple[Attached, ...] = ()
        self._dropped: tuple[str, ...] = ()
        self._describes = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.hide()

    @property
    def all(self) -> tuple[Attached, ...]:
        """The files in the order in which they were attached."""
        return self._files

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where those are that were attached here."""
        return tuple(one.path for one in self._files if one.path is not None)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Ids of the files that the person removed since they were shown."""
        return self._dropped

    @property
    def is_empty(self) -> bool:
        """Whether nothing is attached."""
        return not self._files

    def show_files(self, files: Sequence[Attached], dropped: Sequence[str] = ()) -> None:
        """Show these and no others; `dropped` were removed, and the draft does not know it yet."""
        self._dropped = tuple(dropped)
        self._show(tuple(files))

    def ask_descriptions(self, describes: bool) -> None:
        """Whether the channel takes a few words about each picture."""
        if describes != self._describes:
            self._describes = describes
            self._show(self._files)

    def add(self, paths: Sequence[Path]) -> None:
        """Attach these too; folders and what is no file are passed over."""
        known = set(self.paths)
        new = dict.fromkeys(path for path in paths if path.is_file() and path not in known)
        self._show((*self._files, *map(_of_path, new)))

    def keep(self, kept: Sequence[Attached]) -> None:
        """The draft has these files now, whoever gave or took them: show them, and what it does not have yet."""
        joined = together(self._files, kept, self._dropped)
        if joined != self._files:
            self._show(joined)
        self._files = joined

    def go_on(self, then: Sequence[Attached], kept: Sequence[Attached]) -> None:
        """What stood here `then` is kept as this: show it, with what was attached and taken off since."""
        known, now = {one.id for one in then}, {one.id for one in self._files}
        gone = [one for one in then if one.id not in now]
        # What came from here was given another id when it was kept.
        ids, came = {one.id for one in gone}, {(one.name, one.size) for one in gone if one.path is not None}
        dropped = [one.id for one in kept if one.id in ids or (one.id not in known and (one.name, one.size) in came)]
        new = [one for one in self._files if one.id not in known]
        self.show_files([*(one for one in kept if one.id not in dropped), *new], dropped)

    def problem(self, limits: Limits) -> str:
        """Why the channel will not take these files; empty when it will."""
        if limits.files is not None and len(self._files) > limits.files:
            return ngettext(
                "This channel takes {count} file with a message.",
                "This channel takes {count} files with a message.",
                limits.files,
            ).format(count=limits.files)
        return next((sentence for one in self._files if (sentence := _refusal(one, limits))), "")

    def _show(self, files: tuple[Attached, ...]) -> None:
        self._files = files
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for one in files:
            self._column.addWidget(self._line(one))
        self.setVisible(bool(files))

    def _line(self, file: Attached) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        if is_picture(file.media_type):
            row.addWidget(Thumbnail(self._theme, address_of(file.id, file.path, file.passed_on), file.name))
        asks = self._describes and file.media_type.startswith("image/")
        parts = [file.name, QLocale().formattedDataSize(file.size), "" if asks else file.description]
        words = " · ".join(filter(None, parts))
        row.addWidget(Label(self._theme, words, size=fonts.META, tone="second").eliding(), 1)
        forget = ToolButton(self._theme, "x", _("Remove {name}").format(name=file.name))
        forget.clicked.connect(lambda: self._remove(file))
        row.addWidget(forget)
        if asks:
            column.addWidget(self._description(file))
        return line

    def _description(self, file: Attached) -> QLineEdit:
        """Where it is said what is to be seen on a picture."""
        field = QLineEdit(file.description)
        field.setFont(self._theme.font(fonts.META))
        field.setPlaceholderText(_("What is to be seen, for those who cannot see it"))
        field.setAccessibleName(_("Description of {name}").format(name=file.name))
        field.textEdited.connect(lambda text: self._describe(file.id, text))
        return field

    def _describe(self, wanted: str, text: str) -> None:
        self._files = tuple(replace(one, description=text) if one.id == wanted else one for one in self._files)
        self.described.emit()

    def _remove(self, file: Attached) -> None:
        self._dropped = (*self._dropped, file.id)
        self._show(tuple(one for one in self._files if one.id != file.id))
        self.removed.emit()


def together(shown: Sequence[Attached], kept: Sequence[Attached], dropped: Collection[str]) -> tuple[Attached, ...]:
    """What is shown and what the draft has, as one: what it had and has no more is gone, what is new in it is there."""
    with_draft, known = {one.id for one in kept}, {one.id for one in shown}
    still = [replace(one, is_kept=True) if one.id in with_draft else one for one in shown]
    new = [one for one in kept if one.id not in known and one.id not in dropped]
    return (*(one for one in still if one.id in with_draft or not one.is_kept), *new)


def of_draft(file: DraftFile) -> Attached:
    """A file as its draft has it."""
    return Attached(file.id, file.name, file.media_type, file.size, file.description, is_kept=True)


def _of_path(path: Path) -> Attached:
    return Attached(new_id(), path.name, media_type(path), _size(path), path=path)


def media_type(path: Path) -> str:
    """What kind of file it is, by its name."""
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def read_own(path: Path, description: str = "") -> OwnFile:
    """The file, to be kept or sent. Raises `Refused` where it is gone."""
    try:
        return OwnFile(path.name, media_type(path), path.read_bytes(), description.strip())
    except OSError as gone:
        sentence = _("{name} cannot be read any more, so nothing was done. Take it off, or add it again.")
        raise Refused(sentence.format(name=path.name)) from gone


def _refusal(file: Attached, limits: Limits) -> str:
    if limits.file_size is not None and file.size > limits.file_size:
        most = QLocale().formattedDataSize(limits.file_size)
        return _("{name} is larger than the {most} that this channel takes.").format(name=file.name, most=most)
    if limits.media_types is not None and file.media_type not in limits.media_types:
        return _("This channel does not take files like {name}.").format(name=file.name)
    return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
