"""Files on their way from the disk into a draft: each is read once, off the window's thread, and then kept with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from inbox_app.actions.writing import Files, OwnFile
from inbox_app.domain.errors import Refused
from ui.composer.files_row import Attached, read_own

Kept = TypeVar("Kept")


class Enclosing:
    """Of a file that cannot be read it is said once; the text and all others are kept all the same."""

    def __init__(self) -> None:
        self._kept: set[str] = set()
        self._told: set[str] = set()

    async def keep(
        self,
        files: Sequence[Attached],
        dropped: Sequence[str],
        save: Callable[[Files], Awaitable[Kept]],
        *,
        insist: bool = False,
    ) -> Kept:
        """Let `save` keep what the draft does not have yet. Raises `Refused` afterwards where one cannot be read.

        To `insist` is to try, and to tell, once more: before it is sent.
        """
        passed = self._kept if insist else self._kept | self._told
        new: dict[str, OwnFile] = {}
        gone: dict[str, Refused] = {}
        for one in files:
            if one.path is not None and not one.is_kept and one.id not in passed:
                try:
                    new[one.id] = await asyncio.to_thread(read_own, one.path, one.description)
                except Refused as refused:
                    gone[one.id] = refused
        kept = await save(Files(new, dropped, {one.id: one.description.strip() for one in files}))
        self._kept |= new.keys()
        self._told |= gone.keys()
        if gone:
            raise next(iter(gone.values()))
        return kept
