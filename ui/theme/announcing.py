"""What is said without moving the keyboard: screen readers speak it when it appears, as eyes see it.

https://doc.qt.io/qt-6/qaccessibleannouncementevent.html and https://www.w3.org/TR/WCAG22/#status-messages
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent


def announce(where: QObject, sentence: str, *, urgent: bool = False) -> None:
    """Let it be spoken after what is being spoken, or, if urgent, at once; nothing where nobody listens."""
    if not sentence or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(where, sentence)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)
