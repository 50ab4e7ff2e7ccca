"""Pictures by address, of posts, of people, and in a mail where somebody asked: fetched with care, kept on a shelf.

A service or a mail can name any address. It is asked for over https alone, at public numbers alone, wherever it leads
(`contract.addresses`), without cookies and without saying where we come from; what is no picture, or too large, is
not kept. What a mail names is asked for only when a person said so, for this mail or for its sender.
"""

from __future__ import annotations

import asyncio
import re
from importlib.resources import files
from typing import Final

from inbox_app.content.sniff import sniff
from inbox_app.contract.errors import ConnectorError
from inbox_app.storage.shelf import Shelf

LARGEST: Final = 8 * 2**20
"""Bytes."""
DEADLINE: Final = 20.0
AT_ONCE: Final = 4
BUNDLED: Final = "bundled:"
"""What an address begins with that leads to a picture of `resources/pictures`."""
_BUNDLED = re.compile(BUNDLED + r"([a-z0-9-]+)/([a-z0-9-]+)")
KINDS: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class PictureFetcher:
    """Brings pictures by address."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def bring(self, address: str) -> bytes | None:
        """A picture's bytes, undecoded; None where there is none to be had."""
        if address.startswith(BUNDLED):
            return await asyncio.to_thread(_bundled, address)
        if not address.startswith("https://"):
            return None
        kept = await asyncio.to_thread(self._shelf.get, address)
        if kept is not None:
            return kept
        async with self._turn:
            data = await self._fetch(address)
        if data is not None:
            await asyncio.to_thread(self._shelf.keep, address, data)
        return data

    async def _fetch(self, address: str) -> bytes | None:
        # Only now: faces that lie on the shelf or in the program are there before the network is loaded.
        from inbox_app.contract.http import Http, Question

        # A client of its own each time: nothing that one server sets is there for the next.
        http = Http(deadline=DEADLINE)
        try:
            answer = await http.ask(Question("GET", address, limit=LARGEST))
        except ConnectorError:
            return None
        finally:
            await http.close()
        return answer.body if sniff(answer.body) in KINDS else None


def _bundled(address: str) -> bytes | None:
    found = _BUNDLED.fullmatch(address)
    if found is None:
        return None
    path = files("resources") / "pictures" / found[1] / f"{found[2]}.png"
    try:
        return path.read_bytes()
    except OSError:
        return None
