"""Keeps the catalogues of texts: collects what the code says, brings each `.po` up to date, and compiles its `.mo`.

`make messages` runs it. Both files are kept in the repository: the first is for translators, the second is what the
program reads, so that neither a checkout nor a package has to build anything. No dates and no line numbers are written:
a change of the code that changes no text changes no catalogue.
https://babel.pocoo.org/en/latest/api/messages/index.html
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "resources" / "locale"
DOMAIN = "portavoce"
ROOMS = ("inbox_app", "connectors", "ui")
KEYWORDS = {
    "_": None,
    "N_": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
WIDTH = 120
_NEVER = datetime(2026, 11, 1, tzinfo=UTC)
_HEADER = "# The texts of Portavoce. Change the translations here, then run `make messages`."


def collected() -> Catalog:
    """All texts that the code marks for translation, by room and file."""
    texts = Catalog(domain=DOMAIN, creation_date=_NEVER, header_comment=_HEADER)
    for room in ROOMS:
        found = extract_from_dir(
            ROOT / room, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("i18n:",)
        )
        for file, _line, message, comments, context in found:
            texts.add(message, None, [(f"{room}/{file}", 0)], auto_comments=comments, context=context)
    return texts


def sources() -> list[Path]:
    """The catalogues there are, one a language."""
    return sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read(source: Path) -> Catalog:
    """A catalogue as its translators left it."""
    with source.open("rb") as file:
        return read_po(file, locale=source.parts[-3], domain=DOMAIN)


def renewed(catalogue: Catalog) -> Catalog:
    """The catalogue with exactly the texts of the code: new ones untranslated, forgotten ones dropped, none guessed."""
    catalogue.update(collected(), no_fuzzy_matching=True, update_header_comment=True)
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "Portavoce", "main", ""
    catalogue.last_translator, catalogue.language_team = "", f"{catalogue.locale_identifier}"
    catalogue.revision_date, catalogue.fuzzy = _NEVER, False
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """The file for translators."""
    told = io.BytesIO()
    write_po(told, catalogue, width=WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return told.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The file that the program reads."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Texts without a translation, or with one that nobody confirmed."""
    for message in catalogue:
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(said)):
            yield message


def main() -> None:
    """Bring every catalogue up to date and say what is left to translate."""
    for source in sources():
        catalogue = renewed(read(source))
        source.write_bytes(as_po(catalogue))
        source.with_suffix(".mo").write_bytes(as_mo(catalogue))
        missing = list(untranslated(catalogue))
        print(f"{source.relative_to(ROOT)}: {len(catalogue)} texts, {len(missing)} to translate", file=sys.stderr)
        for message in missing:
            print(f"  {message.locations[0][0]}: {message.id!r}", file=sys.stderr)


if __name__ == "__main__":
    main()
