"""The menu of workspaces: those opened lately, and the practice room."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inbox_app.i18n import _
from inbox_app.paths import NotAWorkspace, WorkspaceAddress, WorkspaceKind, resolve_workspace

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

PRACTICE = "practice"
"""The name of the workspace in which the practice room is."""


async def choose(
    parent: QWidget, place: QPoint, recent: Sequence[str], shown: WorkspaceAddress
) -> WorkspaceAddress | None:
    """Offer the workspaces opened lately, the one that is shown marked, and the practice room; None: none of them."""
    # The window is painted before what menus and dialogs take is loaded.
    from PySide6.QtWidgets import QMenu

    from ui import dialogs

    others = await asyncio.to_thread(_still_there, [one for one in recent if one != shown.reference])
    menu = QMenu(parent)
    menu.setAccessibleName(_("Workspaces"))
    here = menu.addAction(shown.name)
    here.setCheckable(True)
    here.setChecked(True)
    ways = {menu.addAction(one.name): one for one in others if one != resolve_workspace(PRACTICE)}
    if shown != resolve_workspace(PRACTICE):
        menu.addSeparator()
        ways[menu.addAction(_("Practice room"))] = resolve_workspace(PRACTICE)
    chosen = await dialogs.choose_from(menu, place)
    return None if chosen is None else ways.get(chosen)


def is_missing(address: WorkspaceAddress) -> bool:
    """Whether it has yet to be made, as far as that can be seen without a network."""
    return address.kind is WorkspaceKind.SQLITE and not address.database.exists()


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
