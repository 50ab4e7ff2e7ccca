"""The history on paper: one PDF with a cover, contents with page numbers, and every message in every script.

The text in it can be searched and copied: each sign is written down beside its shape. Files are named, not included.
https://py-pdf.github.io/fpdf2/TextShaping.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from fpdf import FPDF
from fpdf.bidi import auto_detect_base_direction
from fpdf.enums import Align, TextDirection, XPos, YPos
from fpdf.fonts import TTFFont
from fpdf.outline import OutlineSection

from inbox_app.content.plain import safe_text
from inbox_app.domain.inbox import NoteRow
from inbox_app.domain.speaking_dates import date_in, month_in
from inbox_app.domain.words import Direction
from inbox_app.exchange.book.chapters import kind_name, title_of
from inbox_app.exchange.book.messages import name_of
from inbox_app.exchange.extents import extent_sentence, readable_size
from inbox_app.exchange.lines import Lines
from inbox_app.exchange.target import Target
from inbox_app.exchange.typefaces import Typefaces
from inbox_app.i18n import _, current_language
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.exporting.threads import Conversation, Said

_MARGIN, _INDENT, _DEEPEST = 18.0, 6.0, 6
_TITLE, _HEAD, _TEXT, _SMALL = 26, 14, 10, 8
_LINE = 1.4
_POINT = 25.4 / 72
_INK, _GREY, _ACCENT, _NOTE = (23, 26, 33), (86, 93, 107), (52, 66, 191), (147, 87, 10)
_BREAK = 240
"""Where less is left of a page, in millimetres from its top, a conversation begins on the next."""
_TITLE_LENGTH = 70


def write(history: History, target: Target) -> None:
    """Write the document."""
    paper = _Paper(history.workspace())
    paper.cover(history)
    for told in history.chronicle():
        paper.tell(told)
    paper.end()
    paper.output(str(target.place("")))
    paper.release()
    target.note("")


class _Paper(FPDF):
    """The pages, while they are written. Contents have numbers of their own, as they grow after all else is written."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self._name = title
        self._month = ""
        self.set_title(safe_text(title))
        self.set_creator("Portavoce")
        self.set_lang(current_language())
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, _MARGIN)
        self.set_text_shaping(True)
        self._faces = Typefaces(self._take_font)
        self._lines = Lines(lambda text: self.get_string_width(text) / self.font_size_pt)
        self.set_font(self._faces.names[0] if self._faces.names else "helvetica", size=_TEXT)

    def footer(self) -> None:
        """The page's number."""
        if self.page > 1:
            self.set_y(-12)
            self.set_text_color(*_GREY)
            self.set_font(size=_SMALL)
            self.cell(0, 5, self.get_page_label(), align="C")

    def cover(self, history: History) -> None:
        """The first page, and room for the contents."""
        chosen = history.chosen
        self.add_page(label_style="r")
        self.set_y(90)
        self.say(_("History book"), _HEAD, _ACCENT)
        self.say(self._name, _TITLE)
        self.say(extent_sentence(history.extent()), _TEXT, _GREY)
        zone = datetime.now().astimezone().tzname() or "UTC"
        made = _("Made with Portavoce on {day}. Times are those of {zone}.")
        self.say(made.format(day=_day(datetime.now(UTC)), zone=zone), _TEXT, _GREY)
        if not chosen.is_everything:
            self.say(_("This is a part of the workspace: what was chosen."), _TEXT, _GREY)
        notes = _("The team's notes are included.") if chosen.notes else _("The team's notes are not included.")
        self.say(notes, _TEXT, _GREY)
        self.say(_("Files are named and not included."), _TEXT, _GREY)
        self.add_page(label_style="r")
        self.insert_toc_placeholder(_contents, allow_extra_pages=True)
        self.set_page_label(label_style="D", label_start=1)

    def tell(self, told: Conversation) -> None:
        """A conversation."""
        messages = told.messages()
        first = next(messages, None)
        if first is None:
            return
        if self.get_y() > _BREAK:
            self.add_page()
        month = month_in(first.row.sent_at.astimezone().date(), current_language())
        if month != self._month:
            self._month = month
            self.start_section(_plain(month), level=0)
        title = self._prepare(" ".join(_plain(title_of(told, first)).split()))
        self.start_section(title[:_TITLE_LENGTH], level=1)
        self.ln(4)
        self.say(title, _HEAD)
        about = [kind_name(told.row.kind), *(tag.name for tag in told.row.tags)]
        if told.post is not None:
            post = told.post.title or told.post.text[:_TITLE_LENGTH]
            about.append(_("Under the post {title}").format(title=post))
        self.say(" · ".join(about), _SMALL, _GREY)
        for note in told.notes:
            self._note(note)
        for said in chain([first], messages):
            self._message(said)
        self.ln(4)

    def end(self) -> None:
        """What a reader must know who finds signs missing."""
        if not self._month:
            self.say(_("Nothing was chosen"), _TEXT, _GREY)
        if self._faces.missing:
            told = _(
                "The computer on which this was made has no font for some signs. Where they stood, their script and "
                "their number stand in brackets: {scripts}. Install a font for them, for instance of the Noto family, "
                "and make the PDF again; the history book shows them in any browser."
            )
            self.say(told.format(scripts=", ".join(self._faces.missing)), _SMALL)

    def release(self) -> None:
        """Close the fonts' files, which the library leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
                font.ttfont.close()

    def _message(self, said: Said) -> None:
        row = said.row
        ink = _ACCENT if row.direction is Direction.OUTGOING else _INK
        moment = row.sent_at.astimezone()
        handle = f" ({row.author.handle})" if row.author.handle not in ("", row.author.name) else ""
        self.ln(2)
        self.say(f"{name_of(row)}{handle} · {_day(row.sent_at)}, {moment:%H:%M}", _SMALL, ink, indent=row.depth)
        if row.title:
            self.say(row.title, _TEXT, indent=row.depth)
        self.say(row.text, _TEXT, indent=row.depth)
        for line in _below(said):
            self.say(line, _SMALL, _GREY, indent=row.depth)

    def _note(self, note: NoteRow) -> None:
        head = _("Note by {author}, {day}").format(author=note.author, day=_day(note.made_at))
        self.say(f"{head}: {note.text}", _SMALL, _NOTE)

    def say(self, text: str, size: int = _TEXT, ink: tuple[int, int, int] = _INK, *, indent: int = 0) -> None:
        """Write a paragraph."""
        text = _plain(text).strip("\n")
        if not text:
            return
        text = self._prepare(text)
        self.set_font(size=size)
        self.set_text_color(*ink)
        left = _MARGIN + _INDENT * min(indent, _DEEPEST)
        width, height = self.w - _MARGIN - left, size * _LINE * _POINT
        for paragraph in text.split("\n"):
            # A line alone does not know which way its paragraph goes.
            direction = auto_detect_base_direction(paragraph)
            self.set_text_shaping(True, direction=direction)
            align = Align.R if direction is TextDirection.RTL else Align.L
            for line in self._lines.broken(paragraph, (width - 2 * self.c_margin) / size):
                self.set_x(left)
                self.cell(width, height, line, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_shaping(True)

    def _prepare(self, text: str) -> str:
        """See to the fonts of a text that is plain; what can be shown of it."""
        if self._faces.prepare(text):
            self.set_fallback_fonts(self._faces.names[1:], exact_match=False)
            self._lines.forget()
        return self._faces.shown(text)

    def _take_font(self, name: str, path: Path) -> None:
        self.add_font(name, fname=path)


def _contents(paper: FPDF, outline: list[OutlineSection]) -> None:
    """The list of months and conversations, each with its page."""
    paper.set_font(size=_HEAD)
    paper.set_text_color(*_INK)
    paper.set_x(_MARGIN)
    paper.cell(0, 12, _("Contents"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for section in outline:
        size = _TEXT if section.level == 0 else _SMALL
        paper.set_font(size=size)
        paper.set_text_color(*(_INK if section.level == 0 else _GREY))
        link = paper.add_link(page=section.page_number)
        paper.set_x(_MARGIN + _INDENT * section.level)
        height = size * 1.6 * _POINT
        paper.cell(paper.w - 2 * _MARGIN - 16 - _INDENT * section.level, height, section.name, link=link)
        number = paper.pages[section.page_number].get_label()
        paper.cell(16, height, number, align="R", link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _below(said: Said) -> Iterator[str]:
    """What became of a message, and the files on it."""
    row = said.row
    if row.deleted_at is not None:
        yield _("Deleted on its service, {day}").format(day=_day(row.deleted_at))
    if row.hidden:
        yield _("Hidden on its service")
    for event in said.events:
        if event.before:
            head = _("Before {day} it said").format(day=_day(event.at))
            yield f"{head}: {event.before}"
    if row.reactions:
        yield "  ".join(f"{name} {count}" for name, count in row.reactions)
    for one in row.attachments:
        yield _("File: {name}, {size}").format(name=one.name, size=readable_size(one.size))


def _plain(text: str) -> str:
    """A text that paper can show; tabs have no width of their own there."""
    return safe_text(text).replace("\t", "    ")


def _day(moment: datetime) -> str:
    return date_in(moment.astimezone().date(), current_language())
