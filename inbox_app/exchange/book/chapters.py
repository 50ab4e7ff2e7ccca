"""Conversations on pages: a chapter is a month, in as many pages as it takes; answers hang below what they answer.

A page is written when the next one has a name, so that each leads on to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from inbox_app.domain.ids import MemberId, MessageId, PostId
from inbox_app.domain.inbox import NoteRow, PostRow
from inbox_app.domain.titles import snippet_of
from inbox_app.domain.words import Kind
from inbox_app.exchange.book.files import Files
from inbox_app.exchange.book.messages import article, called, name_of, note
from inbox_app.exchange.book.pages import INNER, Link, bar, month, page, text, when
from inbox_app.exchange.book.source import Shelf
from inbox_app.exchange.book.words import Words
from inbox_app.i18n import _
from inbox_app.storage.exporting.threads import Conversation, Said

_MESSAGES = 200
"""On a page, about: what prints and scrolls well."""
_DEEPEST = 6
"""From here on answers are not set further in: they name what they answer."""
_TITLE = 90


class Entry(NamedTuple):
    """A conversation as the contents name it."""

    title: str
    begun_by: str
    href: str
    account: str
    post: PostId | None
    members: tuple[tuple[MemberId, str], ...]
    began: date
    messages: int


class Chapter(NamedTuple):
    """A month's first page, and how much began in it."""

    first: date
    href: str
    conversations: int
    messages: int


class Chapters:
    """Takes conversations in the order of their first messages."""

    def __init__(self, shelf: Shelf, files: Files | None, words: Words) -> None:
        self._shelf = shelf
        self._files = files
        self._words = words
        self._parts: list[str] = []
        self._count = 0
        self._month = date.min
        self._number = 0
        self._pending: Callable[[Link | None], None] | None = None
        self._before: Link | None = None
        self._told = 0
        self.chapters: list[Chapter] = []

    def tell(self, told: Conversation) -> Entry | None:
        """Put a conversation on the pages; None where nothing of it was chosen."""
        messages = told.messages()
        first = next(messages, None)
        if first is None:
            return None
        began = first.row.sent_at.astimezone().date()
        self._turn_to(began.replace(day=1))
        self._told += 1
        title = title_of(told, first)
        href = f"{self._name}#c{self._told}"
        thread = _Thread(self._told, told, first, title)
        self._parts.append(thread.begin(told.notes))
        members = self._messages(thread, first, messages)
        self._parts.append(thread.end())
        last = self.chapters[-1]
        self.chapters[-1] = last._replace(
            conversations=last.conversations + 1, messages=last.messages + thread.messages
        )
        post = told.post.id if told.post else None
        return Entry(title, name_of(first.row), href, told.row.account, post, members, began, thread.messages)

    def close(self) -> None:
        """Write what is left."""
        self._finish()
        if self._pending is not None:
            self._pending(None)

    def _messages(self, thread: _Thread, first: Said, rest: Iterator[Said]) -> tuple[tuple[MemberId, str], ...]:
        members: dict[MemberId, str] = {}
        said: Said | None = first
        while said is not None:
            if self._count >= _MESSAGES and thread.messages:
                self._parts.append(thread.end())
                self._finish()
                self._begin()
                self._parts.append(thread.begin((), goes_on=True))
            self._parts.append(thread.place(said, self._name, self._files))
            self._words.add(self._name, said, thread.title)
            self._count += 1
            if said.row.author.member is not None:
                members.setdefault(said.row.author.member, called(said.row))
            said = next(rest, None)
        return tuple(members.items())

    @property
    def _name(self) -> str:
        return f"{self._month:%Y-%m}" + (f"-{self._number}" if self._number > 1 else "") + ".html"

    def _turn_to(self, wanted: date) -> None:
        if wanted == self._month and self._count < _MESSAGES:
            return
        self._finish()
        if wanted != self._month:
            self._month, self._number = wanted, 0
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        self._count = 0
        here = Link(self._title(), self._name)
        if self._pending is not None:
            self._pending(here)
        self._pending = None
        if self._number == 1:
            self.chapters.append(Chapter(self._month, self._name, 0, 0))

    def _title(self) -> str:
        name = month(self._month)
        return name if self._number < 2 else _("{month}, page {number}").format(month=name, number=self._number)

    def _finish(self) -> None:
        if not self._parts:
            return
        body, title, name, before = "\n".join(self._parts), self._title(), self._name, self._before

        def write(after: Link | None) -> None:
            back = Link(f"← {before.name}", before.href) if before else None
            on = Link(f"{after.name} →", after.href) if after else None
            whole = f"{bar(back, on)}<main><h1>{text(title)}</h1>\n{body}\n</main>{bar(back, on)}"
            with self._shelf.file(f"{INNER}/{name}") as file:
                file.write(page(title, whole))

        self._pending, self._parts = write, []
        self._before = Link(title, name)


def title_of(told: Conversation, first: Said) -> str:
    """What a conversation is called in the contents: its subject, or how it begins."""
    return told.row.title or snippet_of(first.row.text)[:_TITLE] or ", ".join(told.row.members[:3]) or _("Untitled")


def begin_of(post: PostRow) -> str:
    """What a post says, as far as two or three lines hold it."""
    begin = snippet_of(post.text)
    return f"{begin} […]" if len(begin) < len(" ".join(post.text.split())) else begin


def is_told_by(post: PostRow, first: Said) -> bool:
    """Whether the conversation begins with the post itself, as in a forum."""
    return post.text.strip() == first.row.text.strip()


def _under(post: PostRow, first: Said) -> str:
    """What the conversation is about, in sight of it; the whole post stands on its own page."""
    name = post.title or snippet_of(post.text)[:_TITLE]
    link = f'<a href="posts.html#p{text(post.id)}">{text(name)}</a>'
    line = text(_("Under the post {title}")).replace("{title}", link)
    if is_told_by(post, first):
        return f'<p class="post">{line}</p>'
    said = f"<b>{text(post.author)}</b> {when(post.published_at)}<div>{text(begin_of(post))}</div>"
    return f'<p class="post">{line}</p><blockquote class="post">{said}</blockquote>'


class _Thread:
    """One conversation while it is written: how deep it stands, and where what may be answered lies."""

    def __init__(self, number: int, told: Conversation, first: Said, title: str) -> None:
        self._number = number
        self._told, self._first = told, first
        self.title = title
        self.messages = 0
        self._level = -1
        self._places: dict[MessageId, Link] = {}

    def begin(self, notes: tuple[NoteRow, ...], *, goes_on: bool = False) -> str:
        """The head."""
        row, post = self._told.row, self._told.post
        title = _("{title} (continued)").format(title=self.title) if goes_on else self.title
        anchor = "" if goes_on else f' id="c{self._number}"'
        chips = "".join(f'<span class="chip">{text(tag.name)}</span>' for tag in row.tags)
        under = _under(post, self._first) if post is not None and not goes_on else ""
        said = "".join(note(one) for one in notes if one.conversation == row.id)
        kind = f'<span class="kind">{text(kind_name(row.kind))}</span>'
        return f'<section class="thread"{anchor}><h2>{text(title)}</h2><p class="meta">{kind}{chips}</p>{under}{said}'

    def place(self, said: Said, name: str, files: Files | None) -> str:
        """The next message, in the list it belongs to."""
        row = said.row
        level = min(row.depth, _DEEPEST, self._level + 1)
        above = self._places.get(row.parent) if row.parent is not None else None
        # Set in below it, an answer shows by itself what it answers.
        answers = above if row.depth == 0 or row.depth > _DEEPEST else None
        self._places[row.id] = Link(name_of(row), f"{name}#m{row.id}")
        self.messages += 1
        return f"{self._step(level)}<li>{article(said, answers, files)}"

    def end(self) -> str:
        """Close all that is open."""
        closing = "</li></ol>" * (self._level + 1)
        self._level = -1
        return f"{closing}</section>"

    def _step(self, level: int) -> str:
        before, self._level = self._level, level
        if level > before:
            return "<ol>"
        return "</li></ol>" * (before - level) + "</li>"


def kind_name(kind: Kind) -> str:
    """What sort of conversation it is."""
    return {
        Kind.COMMENTS: _("Comments"),
        Kind.MENTION: _("Mention"),
        Kind.DIRECT: _("Direct messages"),
        Kind.MAIL: _("Mail"),
        Kind.ROOM: _("Room"),
        Kind.FORUM: _("Forum topic"),
        Kind.REVIEW: _("Review"),
        Kind.FEED: _("Comments"),
    }[kind]
