"""A sheet with the recovery phrase, for paper: a PDF page, and nothing else that says whose it is.

https://doc.qt.io/qt-6/qpdfwriter.html
"""

from __future__ import annotations

import os
from datetime import datetime
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from inbox_app.domain.errors import Refused
from inbox_app.i18n import _


def write_sheet(path: Path, name: str, phrase: str) -> None:
    """Write the page, for this person's eyes only.

    Raises:
        Refused: the file cannot be written.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as problem:
        raise Refused(_("{path} cannot be written.").format(path=path)) from problem
    writer = QPdfWriter(str(path))
    writer.setTitle(_("Recovery phrase of {name}").format(name=name))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setHtml(_page(name, phrase))
    document.print_(writer)


def _page(name: str, phrase: str) -> str:
    groups = phrase.split("-")
    rows = (groups[at : at + 4] for at in range(0, len(groups), 4))
    table = "".join(f"<tr>{''.join(f'<td>{group}&nbsp;&nbsp;</td>' for group in row)}</tr>" for row in rows)
    title = escape(_("Recovery phrase of {name}").format(name=name))
    about = escape(
        _(
            "Whoever has this sheet can open the workspace. Keep it where you keep what is valuable, away from the "
            "computer. Portavoce asks for the phrase where the computer's keyring does not have the key; capitals and "
            "blanks do not matter, and neither the letter O nor I nor L is in it."
        )
    )
    day = datetime.now().astimezone().strftime("%Y-%m-%d")
    return (
        f"<h2>{title}</h2><p>{day}</p>"
        f"<table cellpadding='6' style='font-family:monospace; font-size:20pt'>{table}</table><p>{about}</p>"
    )
