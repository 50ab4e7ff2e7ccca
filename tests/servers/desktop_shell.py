"""A desktop's shell for tests, on a real private bus: a tray that takes icons and presses on them, and a dock's badges.

https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/
https://wiki.ubuntu.com/Unity/LauncherAPI
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from jeepney import DBusAddress, MatchRule, Message, message_bus, new_method_call

from tests.servers.bus_service import Answer, BusService

_BADGES = "com.canonical.Unity.LauncherEntry"
_ITEM, _MENU = "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"
_DESCRIPTION = """<node><interface name="org.kde.StatusNotifierWatcher">
<property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
<method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
</interface></node>"""


@dataclass
class DesktopShell(BusService):
    """Owns the tray's name while it is entered; keeps which icons it was given and which numbers it is to draw."""

    name: ClassVar[str] = "org.kde.StatusNotifierWatcher"
    path: ClassVar[str] = "/StatusNotifierWatcher"
    interface: ClassVar[str] = "org.kde.StatusNotifierWatcher"
    items: list[str] = field(default_factory=list)
    badges: list[tuple[str, int]] = field(default_factory=list)
    """Whose number was told, and which; 0 where none is drawn."""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        rule = MatchRule(type="signal", interface=_BADGES, member="Update")
        await self._router.send_and_get_reply(message_bus.AddMatch(rule))
        self._heard = self._router.filter(rule, bufsize=32)
        self._drawing = asyncio.create_task(self._draw(self._heard.__enter__()))
        return self

    async def __aexit__(self, *failure: object) -> None:
        self._drawing.cancel()
        await asyncio.wait([self._drawing])
        self._heard.__exit__(None, None, None)
        await super().__aexit__(*failure)

    async def press(self) -> None:
        """Somebody presses on the icon that came last."""
        await self._call("/StatusNotifierItem", _ITEM, "Activate", "ii", (0, 0))

    async def choose(self, word: str) -> None:
        """Somebody chooses from its menu."""
        said = await self._call("/MenuBar", _MENU, "GetLayout", "iias", (0, -1, ["label"]))
        _revision, (_root, _about, children) = said
        (wanted,) = (line[0] for _kind, line in children if line[1]["label"][1] == word)
        await self._call("/MenuBar", _MENU, "Event", "isvu", (wanted, "clicked", ("s", ""), 0))

    def answer(self, method: str, said: tuple[Any, ...]) -> Answer:
        """That there is a tray."""
        match method:
            case "Introspect":
                return "s", (_DESCRIPTION,)
            case "Get":
                return "v", (("b", True),)
            case "RegisterStatusNotifierItem":
                self.items.append(said[0])
        return "", ()

    async def _call(self, path: str, interface: str, method: str, signature: str, said: tuple[Any, ...]) -> Any:
        address = DBusAddress(path, bus_name=self.items[-1], interface=interface)
        return (await self._router.send_and_get_reply(new_method_call(address, method, signature, said))).body

    async def _draw(self, heard: asyncio.Queue[Message]) -> None:
        while True:
            whose, what = (await heard.get()).body
            self.badges.append((whose, what["count"][1] if what["count-visible"][1] else 0))
