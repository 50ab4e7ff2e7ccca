"""One message as it stands on a page: who, when, what, its files, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape, unescape
from zlib import crc32

from inbox_app.content.elsewhere import settled
from inbox_app.content.html import clean
from inbox_app.content.marking import without_marks
from inbox_app.domain import poll_words
from inbox_app.domain.inbox import AttachmentRow, MessageRow, NoteRow
from inbox_app.domain.people_words import note_head
from inbox_app.domain.words import Direction, MessageState
from inbox_app.exchange.book.files import INERT, Files
from inbox_app.exchange.book.pages import Link, day, prose, text, when
from inbox_app.exchange.extents import readable_size
from inbox_app.i18n import _
from inbox_app.storage.exporting.threads import Said

_COLOURS = 8
_INLINE = re.compile(r'<img src="cid:([^"]*)"')
_ANY_IMAGE = re.compile(r'<img(?! src="\.\./files/)[^>]*>')
_LINK = re.compile(r"<a href=")


def article(said: Said, answers: Link | None, files: Files | None) -> str:
    """The message; `answers` is what it answers, where that is not plain to see, `files` keeps what is attached."""
    row = said.row
    ours = row.direction is Direction.OUTGOING
    name = name_of(row)
    parts = [
        f'<article class="{"ours" if ours else "theirs"}" id="m{row.id}">',
        f"<header>{_face(name)}<b>{text(name)}</b>{_handle(row, name)}{when(row.sent_at)}{_chips(said)}</header>",
    ]
    if answers is not None:
        above = f'<a href="{escape(answers.href)}">{text(answers.name)}</a>'
        line = text(_("Answers {name}")).replace("{name}", above)
        parts.append(f'<p class="to">{line}</p>')
    parts += [*_mail_lines(row), _body(said, files), *_files(said, files), *_pasts(said), "</article>"]
    return "\n".join(part for part in parts if part)


def name_of(row: MessageRow) -> str:
    """Who wrote it, by the best name there is."""
    return row.author.name or row.author.handle or _("Somebody")


def called(row: MessageRow) -> str:
    """Who wrote it, told apart from others of that name."""
    name = name_of(row)
    return name if row.author.handle in ("", name) else f"{name} · {row.author.handle}"


def note(row: NoteRow) -> str:
    """Something noted by the team, told apart by more than its colour."""
    head = note_head(row, day)
    return f'<aside class="note"><b>{text(head)}</b><div class="said">{prose(row.text)}</div></aside>'


def _face(name: str) -> str:
    letters = "".join(word[0] for word in name.replace("@", " ").split()[:2]).upper() or "?"
    colour = crc32(name.encode("utf-8", "replace")) % _COLOURS
    return f'<span class="face f{colour}" aria-hidden="true">{text(letters)}</span>'


def _handle(row: MessageRow, name: str) -> str:
    return f' <span class="handle">{text(row.author.handle)}</span>' if row.author.handle not in ("", name) else ""


def _chips(said: Said) -> str:
    row = said.row
    states = {
        MessageState.QUEUED: _("Not sent yet"),
        MessageState.SENDING: _("Not sent yet"),
        MessageState.FAILED: _("Was not sent"),
        MessageState.UNCONFIRMED: _("Not sure whether it was sent"),
    }
    chips = [states.get(row.state, "")]
    chips.append(_("Hidden on its service") if row.hidden else "")
    chips.append(_("Deleted on its service, {day}").format(day=day(row.deleted_at)) if row.deleted_at else "")
    chips += [f"{name} {count}" for name, count in row.reactions]
    return "".join(f'<span class="chip">{text(chip)}</span>' for chip in chips if chip)


def _mail_lines(row: MessageRow) -> Iterator[str]:
    if row.title:
        yield f'<p class="subject">{text(row.title)}</p>'
    names = [(name or handle) for _role, handle, name in row.recipients]
    if names:
        said = _("To {names}").format(names=", ".join(names))
        yield f'<p class="to">{text(said)}</p>'


def _body(said: Said, files: Files | None) -> str:
    row = said.row
    poll = row.marks.poll
    if poll is not None:
        counted = poll_words.told(poll, datetime.now(UTC), day)
        return f'<div class="said">{prose(poll.besides(row.text))}</div><p class="to">{text(counted)}</p>'
    if row.html:
        cleaned = clean(row.html)
        if cleaned.html and not cleaned.too_large:
            return f'<div class="said html">{_settle(settled(without_marks(cleaned.html)), said, files)}</div>'
    return f'<div class="said">{prose(row.text)}</div>' if row.text else ""


def _settle(cleaned: str, said: Said, files: Files | None) -> str:
    """Pictures from the book's own files or not at all, and links that tell nobody where they were followed."""
    inline = {one.content_id: one for one in said.row.attachments if one.content_id}

    def picture(found: re.Match[str]) -> str:
        one = inline.get(unescape(found[1]))
        digest = said.files.get(one.id) if one is not None else None
        kept = files.keep(digest, one.name) if files and one and digest else None
        return f'<img src="../{escape(kept.path)}"' if kept and kept.is_picture else "<img"

    shown = _ANY_IMAGE.sub("", _INLINE.sub(picture, cleaned))
    return _LINK.sub('<a rel="noopener noreferrer nofollow" href=', shown)


def _files(said: Said, files: Files | None) -> Iterator[str]:
    if said.row.attachments:
        yield '<ul class="files">'
        yield from (f"<li>{_file(one, said, files)}</li>" for one in said.row.attachments)
        yield "</ul>"


def _file(one: AttachmentRow, said: Said, files: Files | None) -> str:
    digest = said.files.get(one.id)
    kept = files.keep(digest, one.name) if files is not None and digest is not None else None
    size = f" <small>{text(readable_size(one.size))}</small>" if one.size else ""
    about = text(one.name) + size
    if kept is None:
        why = _("left out of this book") if digest is not None else _("never fetched from its service")
        return f"{about} <small>({text(why)})</small>"
    path = f"../{escape(kept.path)}"
    picture = f'<img src="{path}" loading="lazy" alt="{text(one.description or one.name)}">' if kept.is_picture else ""
    renamed = kept.path.endswith(INERT) and not one.name.endswith(INERT)
    kept_as = _("kept as {name}, so that a click runs nothing").format(name=kept.path.rpartition("/")[2])
    return f'<a href="{path}">{picture}{about}</a>' + (f" <small>({text(kept_as)})</small>" if renamed else "")


def _pasts(said: Said) -> Iterator[str]:
    """What it said before."""
    for event in said.events:
        if event.before:
            head = _("Before {day} it said").format(day=day(event.at))
            yield f'<details><summary>{text(head)}</summary><div class="said">{prose(event.before)}</div></details>'
