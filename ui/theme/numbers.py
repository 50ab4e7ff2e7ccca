"""Numbers as people read them: 1,992 in English, 19.920 in Italian; Python's own way takes the process's locale."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from inbox_app.i18n import current_language


def number(count: float, decimals: int = 0) -> str:
    """A count with its thousands apart."""
    return QLocale(current_language()).toString(float(count), "f", decimals)
