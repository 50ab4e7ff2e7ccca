"""The ways into the book: by channel, by member, by post; long lists go on on further pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from inbox_app.content.links import safe_url
from inbox_app.domain.ids import MemberId, PostId
from inbox_app.domain.inbox import NoteRow, PostRow
from inbox_app.exchange.book.chapters import Entry
from inbox_app.exchange.book.messages import note
from inbox_app.exchange.book.pages import INNER, Link, bar, link_out, month, page, prose, text, when
from inbox_app.exchange.book.source import Shelf
from inbox_app.exchange.extents import conversations_of, messages_of
from inbox_app.i18n import _

_LINKS = 2000
"""On a page, about."""


class Part(NamedTuple):
    """One heading of a list, what stands below it, and the conversations."""

    anchor: str
    title: str
    about: str
    entries: Sequence[Entry]


def write_list(shelf: Shelf, name: str, title: str, parts: Iterable[Part]) -> int:
    """Write the pages of a list; how many headings there were."""
    pages: list[list[str]] = [[]]
    links = count = 0
    for part in parts:
        if links >= _LINKS:
            pages.append([])
            links = 0
        pages[-1].append(_section(part))
        links += 1 + len(part.entries)
        count += 1
    for number, sections in enumerate(pages, 1):
        back = Link("←", _file(name, number - 1)) if number > 1 else None
        on = Link("→", _file(name, number + 1)) if number < len(pages) else None
        body = f"{bar(back, on)}<main><h1>{text(title)}</h1>\n{''.join(sections)}</main>{bar(back, on)}"
        with shelf.file(f"{INNER}/{_file(name, number)}") as file:
            file.write(page(title, body))
    return count


def _file(name: str, number: int) -> str:
    return f"{name}.html" if number == 1 else f"{name}-{number}.html"


def _section(part: Part) -> str:
    count = text(conversations_of(len(part.entries)))
    return (
        f'<section class="part" id="{text(part.anchor)}"><h2>{text(part.title)} <small>{count}</small></h2>'
        f'{part.about}<ul class="list">{_links(part.entries)}</ul></section>\n'
    )


def _links(entries: Sequence[Entry]) -> str:
    lines = []
    before = None
    for one in entries:
        said = month(one.began)
        lines.append(f'<li class="month">{text(said)}</li>' if said != before else "")
        before = said
        lines.append(f'<li><a href="{text(one.href)}">{text(one.title)}</a> <small>{text(_about(one))}</small></li>')
    return "".join(lines)


def _about(one: Entry) -> str:
    """What tells it from others of the same title: all conversations under one post are called like that."""
    begun_by = [one.begun_by] if one.begun_by != one.title else []
    return " · ".join([*begun_by, messages_of(one.messages)])


def by_account(entries: Sequence[Entry], accounts: Mapping[str, str]) -> Iterator[Part]:
    """Each account with its conversations."""
    found = defaultdict(list)
    for one in entries:
        found[one.account].append(one)
    for account in sorted(found, key=lambda one: accounts.get(one, one).casefold()):
        yield Part(f"a{account}", accounts.get(account, account), "", found[account])


def by_member(entries: Sequence[Entry], notes: Mapping[MemberId, Sequence[NoteRow]]) -> Iterator[Part]:
    """Each member with all they took part in, by name; with what the team noted of them."""
    names: dict[MemberId, str] = {}
    found = defaultdict(list)
    for one in entries:
        for member, name in one.members:
            names.setdefault(member, name)
            found[member].append(one)
    for member in sorted(found, key=lambda one: (names[one].casefold(), one)):
        about = "".join(note(one) for one in notes.get(member, ()))
        yield Part(f"u{member}", names[member], about, found[member])


def by_post(entries: Sequence[Entry], posts: Mapping[PostId, PostRow]) -> Iterator[Part]:
    """Each post as it was published, with what was said below it."""
    found = defaultdict(list)
    for one in entries:
        if one.post is not None:
            found[one.post].append(one)
    for post in sorted((posts[one] for one in found), key=lambda one: one.published_at):
        yield Part(f"p{post.id}", post.title or _("Untitled"), _post(post), found[post.id])


def _post(post: PostRow) -> str:
    url = safe_url(post.url) if post.url else None
    where = link_out(url, url) if url else ""
    said = text(_("Deleted"))
    gone = f'<span class="chip">{said}</span>' if post.deleted else ""
    head = f"<b>{text(post.author)}</b> {when(post.published_at)} {gone}"
    return f'<article class="ours"><header>{head}</header><div class="said">{prose(post.text)}</div>{where}</article>'
