"""The `portavoce` command's composition root: it hands the catalogue and the window to the command, both lazily."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from inbox_app.cli.main import run_command

if TYPE_CHECKING:
    from inbox_app.contract.manifest import Manifest
    from inbox_app.domain.picture import PictureOrder
    from inbox_app.paths import WorkspaceAddress


class LazyWindow:
    """Imports Qt only when a window is opened or drawn."""

    def open(self, workspace: str | None, link: str, *, minimised: bool) -> int:
        """Show the window, and in it what a link leads to; the exit code when it is closed."""
        from ui.main import open_window

        code: int = open_window(workspace, link, minimised=minimised)
        return code

    def browse(self, url: str) -> None:
        """Open a page in the person's browser; one that lives in the terminal would take it from us."""
        import webbrowser

        with silenced(), suppress(webbrowser.Error, OSError):
            browser = webbrowser.get()
            if type(browser) is not webbrowser.GenericBrowser:
                browser.open(url)

    def draw(self, address: WorkspaceAddress, order: PictureOrder) -> None:
        """Draw the window to a file."""
        from ui.main import draw_picture

        draw_picture(address, order)


@contextmanager
def silenced() -> Iterator[None]:
    """What a program started meanwhile prints goes nowhere: our standard output holds one answer and no more."""
    kept = [os.dup(stream) for stream in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    try:
        yield
    finally:
        for stream, before in zip((1, 2), kept, strict=True):
            os.dup2(before, stream)
            os.close(before)


def load_catalogue() -> Mapping[str, Manifest]:
    """The channels' manifests; their code is imported when an account needs it."""
    from connectors import CATALOGUE

    return CATALOGUE


def main() -> int:
    """Run the command with this process's arguments."""
    return run_command(sys.argv[1:], load_catalogue, LazyWindow())


if __name__ == "__main__":
    sys.exit(main())
