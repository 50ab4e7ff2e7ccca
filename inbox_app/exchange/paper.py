"""The pages of a PDF: a cover, contents with page numbers, and every message in every script.

The text in it can be searched and copied: each sign is written down beside its shape. Files are named, not included.
https://py-pdf.github.io/fpdf2/TextShaping.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from fpdf import FPDF
from fpdf.bidi import auto_detect_base_direction
from fpdf.enums import Align, TextDirection, XPos, YPos
from fpdf.fonts import TTFFont
from fpdf.outline import OutlineSection

from inbox_app.content.plain import safe_text
from inbox_app.domain import poll_words
from inbox_app.domain.ids import PostId
from inbox_app.domain.inbox import NoteRow, PostRow
from inbox_app.domain.people_words import note_head
from inbox_app.domain.speaking_dates import date_in, month_in
from inbox_app.domain.words import Direction
from inbox_app.exchange.book.chapters import begin_of, is_told_by, kind_name, title_of
from inbox_app.exchange.book.messages import name_of
from inbox_app.exchange.extents import extent_sentence, readable_size
from inbox_app.exchange.lines import Lines
from inbox_app.exchange.origin import part_sentence
from inbox_app.exchange.typefaces import Looked, Typefaces
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
_LAST = 265
"""Below this a message begins on the next page: who wrote it stands above what it says."""
_TITLE_LENGTH, _SHORTER = 70, 46
_NUMBER = 40.0
"""Room for a page's number, or a volume's name."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first page of each volume says."""

    title: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, history: History) -> Self:
        """What is to be said of what was chosen."""
        chosen = history.chosen
        zone = datetime.now().astimezone().tzname() or "UTC"
        made = _("Made with Portavoce on {day}. Times are those of {zone}.")
        part = part_sentence(history)
        return cls(
            history.workspace(),
            (
                extent_sentence(history.extent()),
                made.format(day=_day(datetime.now(UTC)), zone=zone),
                *((part,) if part else ()),
                _("The team's notes are included.") if chosen.notes else _("The team's notes are not included."),
                _("Files are named and not included."),
            ),
        )


@dataclass(frozen=True, slots=True)
class Volume:
    """One that is written: what its file is called, and on which page each of its months begins."""

    name: str
    number: int
    months: tuple[tuple[str, str], ...]


class Paper(FPDF):
    """The pages, while they are written. Contents have numbers of their own, as they grow after all else is written."""

    def __init__(self, cover: Cover, looked: Looked) -> None:
        super().__init__(format="A4")
        self._cover = cover
        self.months: list[tuple[str, str]] = []
        self._posts: set[PostId] = set()
        self.alias_nb_pages("")  # what somebody wrote is no sign for the number of pages
        self.set_title(safe_text(cover.title))
        self.set_creator("Portavoce")
        self.set_lang(current_language())
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, _MARGIN)
        self._faces = Typefaces(self._take_font, looked)
        self._lines = Lines(self._measured)
        self.set_font(self._faces.names[0] if self._faces.names else "helvetica", size=_TEXT)

    def footer(self) -> None:
        """The page's number."""
        if self.page > 1:
            self.set_y(-12)
            self.set_text_color(*_GREY)
            self.set_font(size=_SMALL)
            self._shape(self.get_page_label(), TextDirection.LTR)
            self.cell(0, 5, self.get_page_label(), align="C")

    def cover(self, volume: str) -> None:
        """The first page; `volume` says which one it is."""
        self.add_page(label_style="r")
        self.set_y(90)
        self.say(_("History book"), _HEAD, _ACCENT)
        self.say(self._cover.title, _TITLE)
        self.say(volume, _HEAD)
        for line in self._cover.lines:
            self.say(line, _TEXT, _GREY)
        self.add_page(label_style="r")

    def leave_room_for_contents(self) -> None:
        """The contents are written last, and stand here."""
        self.insert_toc_placeholder(lambda _paper, outline: self._contents(outline), allow_extra_pages=True)
        self.set_page_label(label_style="D", label_start=1)

    def head(self, told: Conversation, first: Said, moment: datetime, *, goes_on: bool) -> None:
        """A conversation begins, or goes on from the volume before."""
        if self.get_y() > _BREAK:
            self.add_page()
        self._begin_month(month_in(moment.astimezone().date(), current_language()))
        named = (title_of(told, first), name_of(first.row))
        title, begun_by = (self._prepare(" ".join(_plain(one).split())) for one in named)
        self.start_section(_listed(title, begun_by), level=1)
        self.ln(4)
        self.say(title, _HEAD)
        about = [kind_name(told.row.kind), *(tag.name for tag in told.row.tags)]
        if told.post is not None:
            post = told.post.title or told.post.text[:_TITLE_LENGTH]
            about.append(_("Under the post {title}").format(title=post))
        if goes_on:
            about.append(_("goes on from the volume before"))
        self.say(" · ".join(about), _SMALL, _GREY)
        if told.post is not None and not goes_on and not is_told_by(told.post, first):
            self._post(told.post)
        for note in () if goes_on else told.notes:
            self._note(note)

    def message(self, said: Said) -> None:
        """A message with what became of it."""
        row = said.row
        ink = _ACCENT if row.direction is Direction.OUTGOING else _INK
        moment = row.sent_at.astimezone()
        handle = f" ({row.author.handle})" if row.author.handle not in ("", row.author.name) else ""
        if self.get_y() > _LAST:
            self.add_page()
        self.ln(2)
        self.say(f"{name_of(row)}{handle} · {_day(row.sent_at)}, {moment:%H:%M}", _SMALL, ink, indent=row.depth)
        if row.title:
            self.say(row.title, _TEXT, indent=row.depth)
        poll = row.marks.poll
        self.say(row.text if poll is None else poll.besides(row.text), _TEXT, indent=row.depth)
        for line in _below(said):
            self.say(line, _SMALL, _GREY, indent=row.depth)

    def list_volumes(self, volumes: Sequence[Volume]) -> None:
        """Which volume holds which month, and on which of its pages."""
        self.say(_("Contents"), _HEAD)
        for volume in volumes:
            self.ln(3)
            name = _("Volume {number}").format(number=volume.number)
            self._entry(name, volume.name, _TEXT, link=volume.name)
            for month, page in volume.months:
                self._entry(month, page, _SMALL, level=1)

    def end(self) -> None:
        """What a reader must know who finds signs missing."""
        if not self.months:
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

    def _post(self, post: PostRow) -> None:
        """What is commented on: whole where it comes first, and then as far as is needed to know it again."""
        is_new = post.id not in self._posts
        self._posts.add(post.id)
        self.ln(1)
        self.say(f"{post.author} · {_day(post.published_at)}", _SMALL, _GREY, indent=1)
        self.say(post.text if is_new else begin_of(post), _TEXT if is_new else _SMALL, _GREY, indent=1)

    def _note(self, note: NoteRow) -> None:
        self.say(f"{note_head(note, _day)}: {note.text}", _SMALL, _NOTE)

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
            align = Align.R if direction is TextDirection.RTL else Align.L
            for line in self._lines.broken(paragraph, (width - 2 * self.c_margin) / size):
                self.set_x(left)
                self._shape(line, direction)
                self.cell(width, height, line, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _begin_month(self, month: str) -> None:
        if not self.months or month != self.months[-1][0]:
            self.start_section(month, level=0)
            self.months.append((month, self.pages[self.page].get_label()))

    def _contents(self, outline: Sequence[OutlineSection]) -> None:
        """The list of months and conversations, each with its page."""
        self.say(_("Contents"), _HEAD)
        for section in outline:
            link = self.add_link(page=section.page_number)
            number = self.pages[section.page_number].get_label()
            self._entry(section.name, number, _TEXT if section.level == 0 else _SMALL, level=section.level, link=link)

    def _entry(self, name: str, number: str, size: int, *, level: int = 0, link: int | str = "") -> None:
        """A line of the contents."""
        self.set_font(size=size)
        self.set_text_color(*(_INK if level == 0 else _GREY))
        self.set_x(_MARGIN + _INDENT * level)
        self._shape(name, auto_detect_base_direction(name))
        height = size * 1.6 * _POINT
        self.cell(self.w - 2 * _MARGIN - _NUMBER - _INDENT * level, height, name, link=link)
        self.cell(_NUMBER, height, number, align="R", link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _measured(self, word: str) -> float:
        self._shape(word, TextDirection.LTR)
        return self.get_string_width(word) / self.font_size_pt

    def _shape(self, text: str, direction: TextDirection) -> None:
        """Have a text shaped, by all fonts there are, only where it needs that: it costs ten times the rest."""
        plain = direction is not TextDirection.RTL and self._faces.is_plain(text)
        self.set_text_shaping(not plain, direction=None if plain else direction)
        self.set_fallback_fonts(() if plain else self._faces.names[1:], exact_match=False)
        # What a line that begins with a fallback font says of fonts is over with it, which the library does not know.
        self.current_font_is_set_on_page = False

    def _prepare(self, text: str) -> str:
        """See to the fonts of a text that is plain; what can be shown of it."""
        if self._faces.prepare(text):
            self._lines.forget()
        return self._faces.shown(text)

    def _take_font(self, name: str, path: Path) -> None:
        self.add_font(name, fname=path)


def _below(said: Said) -> Iterator[str]:
    """What became of a message, and the files on it."""
    row = said.row
    if row.marks.poll is not None:
        yield poll_words.told(row.marks.poll, datetime.now(UTC), _day)
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
        told = _("File: {name}, {size}") if one.size else _("File: {name}")
        yield told.format(name=one.name, size=readable_size(one.size))


def _listed(title: str, begun_by: str) -> str:
    """A conversation in the contents: all under one post have one title, so who began it is named too."""
    if begun_by == title:
        return title[:_TITLE_LENGTH]
    short = f"{title[:_SHORTER]}…" if len(title) > _SHORTER else title
    return f"{short} · {begun_by}"[:_TITLE_LENGTH]


def _plain(text: str) -> str:
    """A text that paper can show; tabs have no width of their own there."""
    return safe_text(text).replace("\t", "    ")


def _day(moment: datetime) -> str:
    return date_in(moment.astimezone().date(), current_language())
