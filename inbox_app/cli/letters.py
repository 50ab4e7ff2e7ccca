"""`new` and `forward`: mails that begin a conversation of their own."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from inbox_app.actions import lettering, letters
from inbox_app.actions.letters import Letter, NewMail
from inbox_app.actions.writing import OwnFile
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed
from inbox_app.cli.queueing import add_text, need_text, queued, some_text, undo_window
from inbox_app.cli.rows import message_named
from inbox_app.cli.writing import add_files_and_time, add_recipients, add_sender, files_of, given_recipients
from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, ConversationId, MessageId
from inbox_app.domain.inbox import MessageRow
from inbox_app.i18n import _
from inbox_app.queries import inbox


def _new_arguments(parser: ArgumentParser) -> None:
    add_text(parser, _("the text of the mail"))
    parser.add_argument("--account", metavar="A", required=True, help=_("the account that writes"))
    parser.add_argument("--subject", metavar="S", default="", help=_("what it is about"))
    add_sender(parser)
    add_recipients(parser)
    add_files_and_time(parser)


async def _new(desk: Desk, chosen: Namespace) -> Printed:
    text = await need_text(chosen)
    async with desk.open() as app:
        mail = NewMail(
            account=AccountId(chosen.account),
            text=text,
            undo=undo_window(app, chosen),
            letter=Letter(recipients=given_recipients(chosen), subject=chosen.subject, sender=chosen.sender),
            files=files_of(chosen),
        )
        row = await letters.begin(app.store, app.me, mail)
    return queued(row, chosen)


def _forward_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION")
    add_text(parser, _("the text of the mail"))
    parser.add_argument("--message", metavar="MESSAGE", help=_("the message to pass on (the last one said to us)"))
    parser.add_argument("--subject", metavar="S", help=_("another subject than “Fwd: …”"))
    add_sender(parser)
    parser.add_argument("--no-files", action="store_true", help=_("leave the message's files out"))
    add_recipients(parser)
    add_files_and_time(parser)


async def _forward(desk: Desk, chosen: Namespace) -> Printed:
    text = await some_text(chosen) or ""
    async with desk.open() as app:
        thread = await inbox.whole_thread(app.store, app.me, ConversationId(chosen.conversation))
        wanted = None if chosen.message is None else message_named(chosen.message)
        message = _message(thread.messages, wanted)
        theirs = [] if chosen.no_files else [await _fetch(app, one.id) for one in message.attachments]
        mail = NewMail(
            account=thread.account.id,
            text=text,
            undo=undo_window(app, chosen),
            letter=Letter(
                recipients=given_recipients(chosen),
                subject=lettering.pass_on(message).subject if chosen.subject is None else chosen.subject,
                forwards=message.id,
                sender=chosen.sender,
            ),
            files=[*theirs, *files_of(chosen)],
        )
        row = await letters.begin(app.store, app.me, mail)
    return queued(row, chosen)


def _message(messages: tuple[MessageRow, ...], wanted: MessageId | None) -> MessageRow:
    """The message named, or the last one said to us, or else the last one."""
    last = (
        lettering.last_said(messages) if wanted is None else next((one for one in messages if one.id == wanted), None)
    )
    if last is None:
        raise NotFound(_("Message {id} is not in this conversation.").format(id=wanted or "?"))
    return last


async def _fetch(app: App, file: str) -> OwnFile:
    fetched = await app.fetch_attachment(file)
    return OwnFile(fetched.name, fetched.media_type, fetched.data)


COMMANDS = {
    "new": Command(_new_arguments, _new),
    "forward": Command(_forward_arguments, _forward),
}
