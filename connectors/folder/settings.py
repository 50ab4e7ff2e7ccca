"""The settings of an account: where its folder is, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inbox_app.contract.errors import Rejected
from inbox_app.contract.login import Field
from inbox_app.contract.texts import _
from inbox_app.contract.texts import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

FIELDS = (
    Field("path", N_("Folder"), required=True, hint=N_("Its whole path. The other program works in the same folder.")),
    Field("name", N_("Name"), hint=N_("What the account is called here; the folder's own name otherwise")),
)


def read_path(settings: Mapping[str, str]) -> Path:
    """The folder's path.

    Raises:
        Rejected: what is written there is none.
    """
    written = settings.get("path", "").strip()
    try:
        path = Path(written).expanduser()
    except RuntimeError:
        path = Path()
    if not written or not path.is_absolute() or "\0" in written:
        raise Rejected(_("“{path}” is not the whole path of a folder.").format(path=written))
    return path


def read_name(settings: Mapping[str, str]) -> str:
    """What the account is called."""
    return settings.get("name", "").strip()[:200] or read_path(settings).name or "/"
