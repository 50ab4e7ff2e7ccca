"""The files that go with a reply: each by its name and size, each removable."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inbox_app.contract.limits import Limits
from inbox_app.i18n import _, ngettext
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.widgets import Label, ToolButton


class FilesRow(QWidget):
    """Hidden while it is empty."""

    removed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._paths: tuple[Path, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.hide()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in the order in which they were attached."""
        return self._paths

    def show_files(self, paths: Sequence[Path]) -> None:
        """Show these and no others."""
        self._paths = tuple(dict.fromkeys(paths))
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for path in self._paths:
            self._column.addWidget(self._line(path))
        self.setVisible(bool(self._paths))

    def add(self, paths: Sequence[Path]) -> None:
        """Attach these too; folders and what is no file are passed over."""
        self.show_files((*self._paths, *(path for path in paths if path.is_file())))

    def problem(self, limits: Limits) -> str:
        """Why the channel will not take these files; empty when it will."""
        if limits.files is not None and len(self._paths) > limits.files:
            return ngettext(
                "This channel takes {count} file with a message.",
                "This channel takes {count} files with a message.",
                limits.files,
            ).format(count=limits.files)
        for path in self._paths:
            if sentence := _refusal(path, limits):
                return sentence
        return ""

    def _line(self, path: Path) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        words = f"{path.name} · {QLocale().formattedDataSize(_size(path))}"
        row.addWidget(Label(self._theme, words, size=fonts.META, tone="second").eliding(), 1)
        forget = ToolButton(self._theme, "x", _("Remove {name}").format(name=path.name))
        forget.clicked.connect(lambda: self._remove(path))
        row.addWidget(forget)
        return line

    def _remove(self, path: Path) -> None:
        self.show_files([one for one in self._paths if one != path])
        self.removed.emit()


def media_type(path: Path) -> str:
    """What kind of file it is, by its name."""
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _refusal(path: Path, limits: Limits) -> str:
    if limits.file_size is not None and _size(path) > limits.file_size:
        most = QLocale().formattedDataSize(limits.file_size)
        return _("{name} is larger than the {most} that this channel takes.").format(name=path.name, most=most)
    if limits.media_types is not None and media_type(path) not in limits.media_types:
        return _("This channel does not take files like {name}.").format(name=path.name)
    return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
