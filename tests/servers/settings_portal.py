"""A desktop's settings portal for tests, on a real private bus.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from tests.servers.bus_service import Answer, BusService

Variant = tuple[str, Any]


@dataclass
class SettingsPortal(BusService):
    """Says how the desktop is set, and tells when that changes."""

    name: ClassVar[str] = "org.freedesktop.portal.Desktop"
    path: ClassVar[str] = "/org/freedesktop/portal/desktop"
    interface: ClassVar[str] = "org.freedesktop.portal.Settings"
    values: dict[str, dict[str, Variant]] = field(default_factory=dict)

    async def change(self, group: str, key: str, value: Variant) -> None:
        """Somebody sets the desktop otherwise."""
        self.values.setdefault(group, {})[key] = value
        await self.tell("SettingChanged", "ssv", (group, key, value))

    def answer(self, method: str, said: tuple[Any, ...]) -> Answer:
        """One value, or those of the groups that are asked for."""
        match method, said:
            case "ReadAll", (list(groups),):
                wanted = {group: kept for group, kept in self.values.items() if _is_among(group, groups)}
                return "a{sa{sv}}", (wanted,)
            case "ReadOne", (str(group), str(key)):
                return "v", (self.values[group][key],)
            case "Read", (str(group), str(key)):
                return "v", (("v", self.values[group][key]),)
            case "Get", _:
                return "v", (("u", 2),)
        return "", ()


def _is_among(group: str, patterns: list[str]) -> bool:
    """No pattern at all means every group."""
    return not patterns or any(fnmatchcase(group, pattern or "*") for pattern in patterns)
