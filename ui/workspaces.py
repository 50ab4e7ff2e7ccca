"""The menu of workspaces: those opened lately, encrypted ones with a lock, the practice room, and a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inbox_app import paths
from inbox_app.domain.deep_links import read_deep_link
from inbox_app.i18n import _
from inbox_app.paths import NotAWorkspace, WorkspaceAddress, is_missing, resolve_workspace
from inbox_app.settings import Settings
from ui.commands import Does, name_of

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from ui.theme.theme import Theme

PRACTICE = paths.PRACTICE
"""The name of the workspace in which the practice room is."""


def shown_name(address: WorkspaceAddress) -> str:
    """What a workspace is called in the window: the practice room in the person's language, others as they are."""
    return _("Practice room") if address == resolve_workspace(PRACTICE) else address.name


async def choose(
    parent: QWidget,
    theme: Theme,
    place: QPoint,
    recent: Sequence[str],
    shown: WorkspaceAddress | None,
    deeds: Sequence[Does],
) -> WorkspaceAddress | Does | None:
    """Offer the workspaces opened lately, the one that is shown marked, the practice room, and what can be done with
    workspaces; None: none of them.
    """
    # The window is painted before what menus and dialogs take is loaded.
    from PySide6.QtWidgets import QMenu

    from inbox_app.actions.unlocking import is_encrypted
    from ui import dialogs
    from ui.theme import icons

    here = "" if shown is None else shown.reference
    others = await asyncio.to_thread(_still_there, [one for one in recent if one != here])
    locked = await asyncio.to_thread(lambda: [one for one in others if is_encrypted(one)])
    menu = QMenu(parent)
    menu.setAccessibleName(_("Workspaces"))
    if shown is not None:
        mark = menu.addAction(_said(shown_name(shown), locked=shown.key is not None))
        mark.setCheckable(True)
        mark.setChecked(True)
        menu.addSeparator()
    menu.addAction(_("A closed workspace neither syncs nor reminds.")).setEnabled(False)
    ways: dict[QAction, WorkspaceAddress | Does] = {}
    for one in others:
        if one != resolve_workspace(PRACTICE):
            way = menu.addAction(_said(one.name, locked=one in locked))
            ways[way] = one
            if one in locked:
                way.setIcon(icons.icon(theme, "lock-simple", size=theme.scaled(16)))
    if shown != resolve_workspace(PRACTICE):
        menu.addSeparator()
        ways[menu.addAction(_("Practice room"))] = resolve_workspace(PRACTICE)
    menu.addSeparator()
    for does in deeds:
        ways[menu.addAction(name_of(does))] = does
    chosen = await dialogs.choose_from(menu, place)
    return None if chosen is None else ways.get(chosen)


def _said(name: str, *, locked: bool) -> str:
    """Never told by a picture alone, which not everybody sees."""
    return _("{name} (encrypted)").format(name=name) if locked else name


def _still_there(references: Sequence[str]) -> list[WorkspaceAddress]:
    found = []
    for reference in references:
        try:
            address = resolve_workspace(reference)
        except NotAWorkspace:
            continue
        if not is_missing(address):
            found.append(address)
    return found


def workspace_of(link: str, settings: Settings) -> str | None:
    """The workspace that a link names, if it was opened here before: a link may come from anywhere."""
    named = read_deep_link(link)
    if named is None or not named.workspace:
        return None
    known = (one for one in settings.recent_workspaces if resolve_workspace(one).name == named.workspace)
    return next(known, None)
