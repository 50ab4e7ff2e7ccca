"""What assistive programs are told a painted widget is, where Qt alone would say “filler”.

https://doc.qt.io/qt-6/qaccessible.html#Role-enum
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

Told = TypeVar("Told", bound=QWidget)
_ROLE = "told_as"


def told_as(widget: Told, role: QAccessible.Role) -> Told:
    """Let it be told as this.

    Only for what there are few of: each leaves some hundred bytes behind, though only where somebody listens.
    """
    _tell_roles()
    widget.setProperty(_ROLE, role.value)
    return widget


@cache
def _tell_roles() -> None:
    QAccessible.installFactory(_interface)


def _interface(_kind: str, told: QObject) -> QAccessibleInterface | None:
    if not isinstance(told, QWidget) or (role := told.property(_ROLE)) is None:
        return None
    return QAccessibleWidget(told, r=QAccessible.Role(role))
