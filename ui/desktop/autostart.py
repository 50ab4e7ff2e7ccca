"""Opening Portavoce when the person logs in: a file that the desktop reads, on Linux.

https://specifications.freedesktop.org/autostart-spec/latest/
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path

import inbox_app
from inbox_app.domain.errors import UserFacingError
from inbox_app.i18n import _
from inbox_app.paths import replace_file

_PACKAGE = "inbox_app"
_NAME = "app.portavoce.Portavoce.desktop"
_RESERVED = re.compile(r'[\s"\'\\><~|&;$*?#()`]')


MINIMISED = "--minimised"
"""The command's word for a start that shows no window."""


class AtLogin(Enum):
    """What happens when the person logs in."""

    NOTHING = auto()
    OPENS = auto()
    OPENS_MINIMISED = auto()


class NotArranged(UserFacingError):
    """The desktop's folder could not be written."""

    code = "autostart_not_arranged"


def is_possible(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this system reads such a file; what is written within a Flatpak's walls no desktop reads."""
    return sys.platform == "linux" and "FLATPAK_ID" not in environment


def arranged(environment: Mapping[str, str] = os.environ) -> AtLogin:
    """What the desktop was told; it switches us off itself by a line in the very file."""
    try:
        lines = _file(environment).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return AtLogin.NOTHING
    if {"Hidden=true", "X-GNOME-Autostart-enabled=false"} & {line.replace(" ", "") for line in lines}:
        return AtLogin.NOTHING
    is_minimised = any(line.startswith("Exec=") and MINIMISED in line.split() for line in lines)
    return AtLogin.OPENS_MINIMISED if is_minimised else AtLogin.OPENS


def arrange(wanted: AtLogin, environment: Mapping[str, str] = os.environ) -> None:
    """Open it at login, or no more.

    Raises:
        NotArranged: the folder cannot be written.
    """
    file = _file(environment)
    try:
        if wanted is AtLogin.NOTHING:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, _entry(minimised=wanted is AtLogin.OPENS_MINIMISED).encode())
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise NotArranged(
            _("Opening at login could not be arranged in {path}: {reason}. Check the folder and try again.").format(
                path=file.parent, reason=reason
            )
        ) from problem


def _file(environment: Mapping[str, str]) -> Path:
    config = environment.get("XDG_CONFIG_HOME", "")
    home = Path(config) if Path(config).is_absolute() else Path.home() / ".config"
    return home / "autostart" / _NAME


def _entry(*, minimised: bool) -> str:
    program = _command()
    command = " ".join(map(_quoted, [*program, *([MINIMISED] if minimised else [])]))
    lines = ["[Desktop Entry]", "Type=Application", "Name=Portavoce", f"Exec={command}",
             "Icon=app.portavoce.Portavoce", "Terminal=false", "X-GNOME-Autostart-enabled=true"]  # fmt: skip
    if program[-1] == _PACKAGE:
        # In a checkout Python finds the package from that folder alone, and a desktop begins in the person's home.
        lines.append(f"Path={Path(inbox_app.__file__).parents[1]}")
    return "\n".join(lines) + "\n"


def _command() -> list[str]:
    """What started this very program, so that it is the same version that comes back."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    found = shutil.which(sys.argv[0]) or shutil.which("portavoce")
    return [str(Path(found).absolute())] if found else [sys.executable, "-m", _PACKAGE]


def _quoted(word: str) -> str:
    """As the specification wants it: in double quotes, what they leave alive escaped, a percent sign doubled."""
    word = word.replace("%", "%%")
    if not _RESERVED.search(word):
        return word
    return '"' + re.sub(r'(["`$\\])', r"\\\1", word).replace("\\", "\\\\") + '"'
