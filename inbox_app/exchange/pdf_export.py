"""The history on paper: one PDF, or volumes of so many pages with one contents, so that memory stays what it is.

A volume is written and let go of before the next one begins; a long conversation goes on in the next one. What stands
on the pages is `paper`.
"""

from __future__ import annotations

from typing import Final

from inbox_app.exchange.paper import Cover, Paper, Volume
from inbox_app.exchange.target import Target
from inbox_app.exchange.typefaces import Looked
from inbox_app.i18n import _
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.exporting.threads import Conversation, Said

CONTENTS: Final = "contents.pdf"
_PAGES: Final = 400
"""After so many pages a message begins the next volume."""


def write(history: History, target: Target) -> None:
    """Write the document: a file, or where the target is a folder volumes."""
    press = _Press(history, target)
    for told in history.chronicle():
        press.tell(told)
    press.end()


class _Press:
    """Writes volume after volume, of which one is in memory."""

    def __init__(self, history: History, target: Target) -> None:
        self._target = target
        self._cover = Cover.of(history)
        self._looked: Looked = {}
        self._done: list[Volume] = []
        self._paper = self._begun()

    def tell(self, told: Conversation) -> None:
        """A conversation, over as many volumes as it takes."""
        first: Said | None = None
        headed: Paper | None = None
        for said in told.messages():
            first = first or said
            if self._target.is_folder and self._paper.page >= _PAGES:
                self._bind()
                self._paper = self._begun()
            if headed is not self._paper:
                self._paper.head(told, first, said.row.sent_at, goes_on=headed is not None)
                headed = self._paper
            self._paper.message(said)
        if headed is not None:
            self._paper.ln(4)

    def end(self) -> None:
        """The last volume, and the one contents of all."""
        self._bind()
        if self._target.is_folder:
            contents = Paper(self._cover, self._looked)
            contents.cover(_("Contents of all volumes"))
            contents.list_volumes(self._done)
            self._write(contents, CONTENTS)

    def _begun(self) -> Paper:
        paper = Paper(self._cover, self._looked)
        number = len(self._done) + 1
        paper.cover(_("Volume {number}").format(number=number) if self._target.is_folder else "")
        paper.leave_room_for_contents()
        return paper

    def _bind(self) -> None:
        self._paper.end()
        number = len(self._done) + 1
        name = f"volume-{number:03}.pdf" if self._target.is_folder else ""
        self._done.append(Volume(name, number, tuple(self._paper.months)))
        self._write(self._paper, name)

    def _write(self, paper: Paper, name: str) -> None:
        paper.output(str(self._target.place(name)))
        paper.release()
        self._target.note(name)
