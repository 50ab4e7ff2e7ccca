"""Makes a book: one pass over the history, then the ways into it, then the first page with its search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import escape
from importlib import resources

from inbox_app.domain.ids import MemberId, NoteId, PostId
from inbox_app.domain.inbox import NoteRow, PostRow
from inbox_app.exchange.book import contents
from inbox_app.exchange.book.chapters import Chapters, Entry
from inbox_app.exchange.book.files import Files
from inbox_app.exchange.book.pages import INNER, day, month, page, text
from inbox_app.exchange.book.source import Shelf, Source
from inbox_app.exchange.book.words import Words
from inbox_app.exchange.extents import conversations_of, messages_of
from inbox_app.exchange.origin import account_names, part_sentence
from inbox_app.i18n import _, ngettext
from inbox_app.storage.exporting.threads import Conversation

FIRST = "index.html"
_FIXED = ("style.css", "search.js")


@dataclass(slots=True)
class _Met:
    """What was met on the way and is listed at the end."""

    entries: list[Entry] = field(default_factory=list)
    posts: dict[PostId, PostRow] = field(default_factory=dict)
    notes: defaultdict[MemberId, dict[NoteId, NoteRow]] = field(default_factory=lambda: defaultdict(dict))

    def note(self, told: Conversation, entry: Entry) -> None:
        """Remember a conversation that was told."""
        self.entries.append(entry)
        if told.post is not None:
            self.posts.setdefault(told.post.id, told.post)
        for one in told.notes:
            if one.member is not None:
                self.notes[one.member][one.id] = one


def write_book(
    source: Source, shelf: Shelf, files: Files | None, *, title: str = "", kicker: str = "", about: str = ""
) -> None:
    """Write the whole book, with files where there is a place for them; `about` is HTML that it begins with."""
    words, met = Words(shelf), _Met()
    chapters = Chapters(shelf, files, words)
    for told in source.chronicle():
        entry = chapters.tell(told)
        if entry is not None:
            met.note(told, entry)
    chapters.close()
    words.close()
    lists = _write_lists(source, shelf, met)
    for name in _FIXED:
        with shelf.file(f"{INNER}/{name}") as file:
            file.write((resources.files("resources") / "book" / name).read_bytes())
    parts = (
        _head(source, met, title, kicker),
        about,
        _search(words.pieces),
        _months(chapters),
        lists,
        _colophon(source),
    )
    script = f'<script src="{INNER}/search.js"></script>\n'
    with shelf.file(FIRST) as file:
        body = f'<main class="cover">{"".join(parts)}</main>'
        file.write(page(title or source.workspace(), body, at_top=True, scripts=script))


def _write_lists(source: Source, shelf: Shelf, met: _Met) -> str:
    notes = {member: tuple(found.values()) for member, found in met.notes.items()}
    made = (
        ("channels", _("Channels"), contents.by_account(met.entries, account_names(source))),
        ("members", _("Members"), contents.by_member(met.entries, notes)),
        ("posts", _("Posts"), contents.by_post(met.entries, met.posts)),
    )
    lines = []
    for name, title, parts in made:
        count = contents.write_list(shelf, name, title, parts)
        lines.append(f'<a href="{INNER}/{name}.html"><b>{text(title)}</b> <span>{count:n}</span></a>')
    name = text(_("Contents"))
    return f'<nav class="ways" aria-label="{name}">{"".join(lines)}</nav>'


def _head(source: Source, met: _Met, title: str, kicker: str) -> str:
    messages = sum(one.messages for one in met.entries)
    began = sorted(one.began for one in met.entries)
    lead = " · ".join((_span(began), conversations_of(len(began)), messages_of(messages)))
    name = text(title or source.workspace())
    above = text(kicker or _("History book"))
    return f'<p class="kicker">{above}</p><h1>{name}</h1><p class="lead">{text(lead)}</p>'


def _span(days: Sequence[date]) -> str:
    if not days:
        return _("Nothing was chosen")
    first, last = month(days[0]), month(days[-1])
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def _search(pieces: int) -> str:
    """The search; its sentences stand in the page, since the script speaks no language."""
    sentences = {
        "pieces": str(pieces),
        "inner": INNER,
        "searching": _("Searching…"),
        "none": _("Nothing found."),
        "one": _("1 message found."),
        "many": _("{count} messages found."),
        "more": _("Show more"),
        "lost": _("A part of this book is missing: {name} was not found."),
    }
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in sentences.items())
    hint = _("Search all messages")
    return (
        f'<search class="search"{data}><input type="search" id="q" autocomplete="off" spellcheck="false" '
        f'aria-label="{text(hint)}" placeholder="{text(hint)}"><p id="found" role="status"></p>'
        '<ol id="hits"></ol><button id="more" type="button" hidden></button></search>'
    )


def _months(chapters: Chapters) -> str:
    most = max((one.messages for one in chapters.chapters), default=1)
    lines = []
    year = 0
    for one in chapters.chapters:
        if one.first.year != year:
            lines.append(f'{"</ul>" if year else ""}<h2>{one.first.year}</h2><ul class="months">')
            year = one.first.year
        count = messages_of(one.messages)
        lines.append(
            f'<li><a href="{INNER}/{one.href}"><b>{text(month(one.first))}</b><small>{text(count)}</small>'
            f'<meter min="0" max="{most}" value="{one.messages}" aria-hidden="true"></meter></a></li>'
        )
    name = text(_("Months"))
    return f'<section aria-label="{name}">{"".join(lines)}{"</ul>" if year else ""}</section>'


def _colophon(source: Source) -> str:
    chosen = source.chosen
    return f"<footer>{''.join(f'<p>{text(one)}</p>' for one in _sentences(source, notes=chosen.notes))}</footer>"


def _sentences(source: Source, *, notes: bool) -> Iterator[str]:
    """What whoever reads it must know of it."""
    zone = datetime.now().astimezone().tzname() or "UTC"
    yield _("Made with Portavoce on {day}. Times are those of {zone}.").format(day=day(datetime.now(UTC)), zone=zone)
    if part := part_sentence(source):
        yield part
    yield _("The team's notes are included.") if notes else _("The team's notes are not included.")
    if not source.chosen.attachments:
        yield _("Files are named and not included.")
    names = account_names(source)
    for line in source.ledger():
        if line.gaps:
            yield ngettext(
                "Of {account} {count} gap was known when this was made.",
                "Of {account} {count} gaps were known when this was made.",
                len(line.gaps),
            ).format(account=names[line.account], count=len(line.gaps))
