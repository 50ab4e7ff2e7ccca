"""`list`, `show` and `search`: the inbox as text."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from datetime import UTC, datetime

from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Document, Printed, local, moment, one_line, printable
from inbox_app.cli.reader import CONVERSATION, amount
from inbox_app.cli.rows import conversation_json, message_json, message_text, note_json, place_of, post_json, words_of
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.filters import EVERYTHING, By, Filter, Is
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationPage, ConversationRow, Thread
from inbox_app.domain.poll_words import told
from inbox_app.domain.words import Kind, State
from inbox_app.i18n import _, ngettext
from inbox_app.queries import accounts, inbox, search, views
from inbox_app.queries.search import Found

_ALL = "all"


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--view", default=_ALL, help=_("all, open, waiting, snoozed, done, unread, mine, or one you saved")
    )
    parser.add_argument("--limit", type=amount, default=50, help=_("how many at most (50)"))
    parser.add_argument("--after", metavar="C", help=_("go on after this place (the answer's “next”)"))


async def _list(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        after = None if chosen.after is None else place_of(chosen.after)
        wanted = await view_named(app, chosen.view)
        page = await inbox.conversation_page(app.store, app.me, wanted, after=after, limit=chosen.limit)
        handles = await accounts.handles(app.store)
    document = {
        "conversations": [
            conversation_json(row, handles.get(row.account, ""), [handles.get(one, "") for one in row.also])
            for row in page.rows
        ],
        "next": None if page.next is None else words_of(page.next),
    }
    return Printed(document, _page_text(page))


async def view_named(app: App, name: str) -> Filter:
    """The filter of a view by its name, one of those that are always there or a saved one.

    Raises:
        WrongUse: there is none.
    """
    if name == _ALL:
        return EVERYTHING
    if name in State.__members__.values():
        return Is(By.STATE, (name,))
    if name in (By.UNREAD, By.MINE):
        return Is(By(name))
    try:
        return (await views.named(app.store, app.me, name)).filter
    except NotFound:
        saved = [one.name for one in await views.every(app.store, app.me)]
    known = ", ".join((_ALL, *State, By.UNREAD, By.MINE, *saved))
    raise WrongUse(_("There is no view “{name}”. There are: {known}.").format(name=name, known=known))


def _page_text(page: ConversationPage) -> str:
    if not page.rows:
        return _("No conversations here.")
    lines = []
    for row in page.rows:
        mark = "●" if row.unread else " "
        who = one_line(", ".join(row.members) or row.title, 28)
        snippet = one_line((_("You: ") if row.snippet_is_ours else "") + row.snippet, 60)
        if row.kind is Kind.MAIL and row.members and row.title:
            snippet = " · ".join(filter(None, (one_line(row.title, 36), snippet)))
        lines.append(
            f"{mark} {local(row.last_at)}  {row.id}  {row.state:<8} {who:<28}  {snippet}{_got_by(row)}{_until(row)}"
        )
    if page.next is not None:
        lines.append(_("More: --after {place}").format(place=words_of(page.next)))
    return "\n".join(lines)


def _got_by(row: ConversationRow) -> str:
    """The accounts, where several got the same."""
    return "  (" + printable(", ".join(row.mailboxes)) + ")" if row.mailboxes else ""


def _until(row: ConversationRow) -> str:
    """When one that is snoozed comes back."""
    if row.snoozed_until is None:
        return ""
    until = _("until {time}").format(time=local(row.snoozed_until))
    return f"  [{until}]"


def _show_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION", help=str(CONVERSATION))
    parser.add_argument("--quoted", action="store_true", help=_("also what messages quote"))


async def _show(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        opened = await inbox.whole_thread(app.store, app.me, ConversationId(chosen.conversation))
    document = {
        **conversation_json(opened.row, opened.account.handle, [one.handle for one in opened.ours[1:]]),
        "post": post_json(opened.post),
        "messages": [message_json(message) for message in opened.messages],
        "notes": [note_json(note) for note in opened.notes],
    }
    return Printed(document, _thread_text(opened, quoted=chosen.quoted))


def _thread_text(opened: Thread, *, quoted: bool) -> str:
    row, post = opened.row, opened.post
    parts = [f"{printable(row.title)}  ({row.kind}, {', '.join(one.handle for one in opened.ours)}, {row.state})"]
    if post is not None:
        said = "\n".join(filter(None, (post.title, post.text)))
        parts.append(_("Post: {text}").format(text=printable(said)))
        if post.poll is not None:
            parts.append(printable(told(post.poll, datetime.now(UTC), local)))
    parts += [message_text(message, quoted=quoted) for message in opened.messages]
    parts += [_("Note by {author}: {text}").format(author=note.author, text=note.text) for note in opened.notes]
    return "\n\n".join(parts)


def _search_arguments(parser: ArgumentParser) -> None:
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = _(
        "words           beginnings of words, all of them     -word  without it\n"
        '"a phrase"      word for word                        *part* anywhere inside a word\n'
        "from:NAME       channel:KEY       account:NAME       tag:NAME\n"
        "is:open         or waiting, snoozed, done, unread, mine, in, out\n"
        "has:attachment  or note, tag\n"
        "after:DAY       before:DAY        2026-11-01, 2026-11, 2026, or 3d, 2w, 1m, 1y ago\n\n"
        "Put -- in front of a query that begins with “-”."
    )
    parser.add_argument("query", nargs="+", metavar="QUERY")
    parser.add_argument("--limit", type=amount, default=50, help=_("how many at most (50)"))


async def _search(desk: Desk, chosen: Namespace) -> Printed:
    asked = " ".join(chosen.query)
    async with desk.open() as app:
        found = await search.messages(app.store, app.me, asked, limit=chosen.limit, exact=True)
    for word in found.misread:
        desk.output.note(
            _("“{word}” is no condition that the search knows; it was looked for as words.").format(word=word)
        )
    document: Document = {
        "total": found.total,
        "total_is_exact": found.total_is_exact,
        "hits": [
            {
                "conversation": hit.conversation,
                "message": str(hit.message),
                "snippet": hit.excerpt.text,
                "sent_at": moment(hit.sent_at),
                "found_by": hit.by,
            }
            for hit in found.hits
        ],
    }
    lines = [f"{local(hit.sent_at)}  {hit.conversation}  {one_line(hit.excerpt.text, 100)}" for hit in found.hits]
    return Printed(document, "\n".join([*lines, _total_text(found)]))


def _total_text(found: Found) -> str:
    if not found.total:
        return _("Nothing found.")
    count = f"{found.total}" if found.total_is_exact else f"{found.total}+"
    return ngettext("{count} message found.", "{count} messages found.", found.total).format(count=count)


COMMANDS = {
    "list": Command(_list_arguments, _list),
    "show": Command(_show_arguments, _show),
    "search": Command(_search_arguments, _search),
}
