"""What a row of the conversation list says: in its lines, and read aloud."""

from __future__ import annotations

from datetime import UTC, datetime
from unicodedata import bidirectional

from inbox_app.domain.excerpt import Excerpt
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.search_query import FoundBy
from inbox_app.domain.words import Kind, State
from inbox_app.i18n import _, ngettext
from inbox_app.queries.search import Hit
from ui.inbox.views import state_name
from ui.theme.channels import channel_name
from ui.theme.moments import ago, at
from ui.theme.numbers import number


def who(row: ConversationRow, hit: Hit | None = None) -> str:
    """The members of a conversation in one line, the latest speaker first; who said what was found, in a search."""
    if hit is not None and hit.author is not None:
        return hit.author.name or hit.author.handle
    match row.members:
        case ():
            return row.title or _("Nobody yet")
        case (one,):
            return one
        case (one, other):
            return _("{one} and {other}").format(one=one, other=other)
    return ngettext("{one}, {other} and {count} more", "{one}, {other} and {count} more", len(row.members) - 2).format(
        one=row.members[0], other=row.members[1], count=len(row.members) - 2
    )


def face(row: ConversationRow, hit: Hit | None = None) -> tuple[str, str]:
    """Whose picture the row bears: who spoke last from outside, or said what was found; the name and its address."""
    if hit is not None and hit.author is not None:
        return who(row, hit), hit.author.avatar_url
    return row.members[0] if row.members else who(row), row.avatar_url


def snippet(row: ConversationRow) -> str:
    """The beginning of the last message, and whether it was ours."""
    return _("You: {text}").format(text=row.snippet) if row.snippet_is_ours else row.snippet


def reads_leftwards(text: str) -> bool:
    """Whether the first letter that has a direction is of a script that is read from right to left."""
    return next((kind != "L" for char in text if (kind := bidirectional(char)) in ("L", "R", "AL")), False)


_LEAD = 14
"""Characters before the first word that was found: there is little room in a row, and it is what one looks for."""


def pieces(hit: Excerpt) -> list[tuple[str, bool]]:
    """An excerpt from shortly before what was found, in pieces of which those that were found are told."""
    begin = 0
    if hit.marks and hit.marks[0][0] > _LEAD:
        begin = hit.text.find(" ", hit.marks[0][0] - _LEAD, hit.marks[0][0]) + 1 or hit.marks[0][0]
    made, at = ([("…", False)] if begin else []), begin
    for first, last in hit.marks:
        made += [(hit.text[at:first], False), (hit.text[first:last], True)]
        at = last
    return [(words, found) for words, found in [*made, (hit.text[at:], False)] if words]


def found_words(hit: Hit) -> list[tuple[str, bool]]:
    """The same for what was found, with what it is where it is not in the message itself."""
    lead = _found_by(hit)
    return [*([(f"{lead} ", False)] if lead else []), *pieces(hit.excerpt)]


def _found_by(hit: Hit) -> str:
    return {FoundBy.NOTE: _("Note:"), FoundBy.TAG: _("Tag:"), FoundBy.NAME: _("Called:")}.get(hit.by, "")


def place(row: ConversationRow) -> str:
    """Where it happens: under which post, or what kind of conversation it is."""
    if row.post_title:
        return _("on {post}").format(post=row.post_title)
    if row.kind in (Kind.MAIL, Kind.ROOM, Kind.FORUM, Kind.FEED) and row.title:
        return row.title
    return kind_name(row.kind)


_NAME = 12
_DAY_MINUTES = 24 * 60


def got_by(row: ConversationRow) -> str:
    """The accounts of ours, where several got the same: what comes before the @ where that tells them apart."""
    short = [_shortened(one.partition("@")[0]) for one in row.mailboxes]
    return ", ".join(short if len({*short}) == len(short) else row.mailboxes)


def _shortened(name: str) -> str:
    """So that one long name leaves room for the others."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def kind_name(kind: Kind) -> str:
    """What kind of conversation it is."""
    return {
        Kind.COMMENTS: _("Comment"),
        Kind.MENTION: _("Mention"),
        Kind.DIRECT: _("Direct message"),
        Kind.MAIL: _("Mail"),
        Kind.ROOM: _("Room"),
        Kind.FORUM: _("Forum topic"),
        Kind.REVIEW: _("Review"),
        Kind.FEED: _("Feed"),
    }[kind]


def left_to_answer(row: ConversationRow, now: datetime) -> str:
    """What is left of the time in which the service takes an answer, on its last day, where one is due."""
    if row.reply_until is None or not row.needs_reply:
        return ""
    minutes = int((row.reply_until - now).total_seconds()) // 60
    if not 0 <= minutes < _DAY_MINUTES:
        return ""
    if minutes < 60:
        return _("{minutes} min left").format(minutes=minutes)
    return _("{hours} h {minutes} min left").format(hours=minutes // 60, minutes=minutes % 60)


def spoken(row: ConversationRow, hit: Hit | None = None) -> str:
    """The whole row as a screen reader says it."""
    unread = ngettext("{count} unread", "{count} unread", row.unread).format(count=number(row.unread))
    parts = (
        who(row, hit),
        channel_name(row.channel),
        row.unread and unread,
        row.needs_reply and _("needs a reply"),
        left_to_answer(row, datetime.now(UTC)),
        row.has_notes and _("with a note"),
        row.has_draft and _("a draft of yours"),
        row.state is not State.OPEN and state_name(row.state),
        f"{_found_by(hit)} {hit.excerpt.text}".strip() if hit else snippet(row),
        place(row),
        ago(hit.sent_at if hit else row.last_at),
        row.is_important and _("important"),
        row.mailboxes and _("in {accounts}").format(accounts=", ".join(row.mailboxes)),
        _reminded(row),
        row.tags and _("tags: {tags}").format(tags=", ".join(tag.name for tag in row.tags)),
    )
    return ". ".join(part for part in parts if part)


def _reminded(row: ConversationRow) -> str:
    if row.is_due:
        return _("reminder late") if row.is_late else _("reminder due")
    return _("reminder {when}").format(when=at(row.reminder)) if row.reminder else ""
