"""Texts for people, as connectors write them: in English through `_`, shown in the language of the program."""

from __future__ import annotations

from inbox_app.i18n import _, lazy_gettext, ngettext

__all__ = ["_", "lazy_gettext", "ngettext"]
