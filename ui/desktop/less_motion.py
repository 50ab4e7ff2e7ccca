"""Whether the desktop asks for less movement, now and whenever that changes; where nobody says so it does not.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
from typing import Any, Self

from ui.desktop.session_bus import Service, SessionBus, failures, why
from ui.theme.motion import Motion

log = logging.getLogger(__name__)

_PORTAL = Service(
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
    "SettingChanged",
)
_PATIENCE = 5.0
_FORBIDS = {
    ("org.freedesktop.appearance", "reduced-motion"): 1,
    # What GNOME says before and besides the common word.
    ("org.gnome.desktop.interface", "enable-animations"): False,
}
"""The value by which each of these asks for less."""


class LessMotion:
    """Asks the desktop's portal when it is entered, and hears it until it is left."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._bus: SessionBus | None = None
        self._said: dict[tuple[str, str], bool] = {}

    async def __aenter__(self) -> Self:
        if sys.platform == "linux":
            await self._begin()
        return self

    async def __aexit__(self, *_failure: object) -> None:
        if self._bus is not None:
            await self._bus.close()

    async def _begin(self) -> None:
        # Nobody waits for it, least of all the window.
        await asyncio.to_thread(importlib.import_module, "jeepney.io.asyncio")
        try:
            async with asyncio.timeout(_PATIENCE):
                self._bus = await SessionBus.make(_PORTAL, self._hear)
                (groups,) = await self._bus.call("ReadAll", "as", ([group for group, _key in _FORBIDS],))
        except failures() as gone:
            log.info("The desktop does not say whether it moves: %s", why(gone))
            return
        for group, values in groups.items():
            for key, value in values.items():
                self._hear((group, key, value))

    def _hear(self, said: tuple[Any, ...]) -> None:
        match said:
            case (str(group), str(key), (str(), value)) if (group, key) in _FORBIDS:
                self._said[group, key] = value != _FORBIDS[group, key]
                self._motion.desktop_allows = all(self._said.values())
