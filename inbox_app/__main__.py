"""The `portavoce` command's composition root: it hands the catalogue and the window to the command, both lazily."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from inbox_app.cli.main import run_command

if TYPE_CHECKING:
    from inbox_app.contract.manifest import Manifest
    from inbox_app.domain.picture import PictureOrder
    from inbox_app.paths import WorkspaceAddress


class LazyWindow:
    """Imports Qt only when a window is opened or drawn."""

    def open(self, workspace: str | None) -> int:
        """Show the window; the exit code when it is closed."""
        from ui.main import open_window

        code: int = open_window(workspace)
        return code

    def draw(self, address: WorkspaceAddress, order: PictureOrder) -> None:
        """Draw the window to a file."""
        from ui.main import draw_picture

        draw_picture(address, order)


def load_catalogue() -> Mapping[str, Manifest]:
    """The channels' manifests; their code is imported when an account needs it."""
    from connectors import CATALOGUE

    return CATALOGUE


def main() -> int:
    """Run the command with this process's arguments."""
    return run_command(sys.argv[1:], load_catalogue, LazyWindow())


if __name__ == "__main__":
    sys.exit(main())
