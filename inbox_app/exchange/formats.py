"""The formats there are, listed by hand; what writes one is imported when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from inbox_app.domain.errors import WrongUse
from inbox_app.exchange.exporting import Format
from inbox_app.exchange.target import Target
from inbox_app.i18n import LazyText, _, lazy_gettext
from inbox_app.storage.exporting.reading import History


def _format(key: str, name: LazyText, ending: str = "", most: int | None = None) -> Format:
    def write(history: History, target: Target) -> None:
        import_module(f"inbox_app.exchange.{key}_export").write(history, target)

    return Format(key, name, ending, write, most)


_IN_ONE = 5_000
"""Messages of which one PDF is made: some hundred pages. Of more there are volumes."""

FORMATS: Mapping[str, Format] = {
    one.key: one
    for one in (
        _format("json", lazy_gettext("JSON: complete, and Portavoce reads it back")),
        _format("csv", lazy_gettext("CSV: tables for any spreadsheet or database")),
        _format("xlsx", lazy_gettext("Excel: the same tables in one workbook, without files"), ".xlsx"),
        _format("html", lazy_gettext("History book: pages to read, search and print in a browser")),
        _format("pdf", lazy_gettext("PDF: pages to print or to file, with contents, without files"), ".pdf", _IN_ONE),
        _format("mbox", lazy_gettext("mbox: one mailbox for mail programs"), ".mbox"),
        _format("eml", lazy_gettext("EML: each message as a mail of its own")),
    )
}


def format_of(key: str) -> Format:
    """The format of this name.

    Raises:
        WrongUse: there is none.
    """
    if key not in FORMATS:
        known = ", ".join(FORMATS)
        raise WrongUse(_("There is no export format “{key}”. There are: {known}.").format(key=key, known=known))
    return FORMATS[key]
