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
from inbox_app.cli.queueing import add_text, need_text_or_template, queued, some_text, undo_window
from inbox_app.cli.reader import CONVERSATION
from inbox_app.cli.rows import message_named
from inbox_app.cli.templated import add_template
from inbox_app.cli.writing import (
    Said,
    add_files_and_time,
    add_recipients,
    add_sender,
    files_of,
    given_recipients,
    said_in_letter,
)
from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, ConversationId, MessageId
from inbox_app.domain.inbox import MessageRow
from inbox_app.i18n import _
from inbox_app.queries import inbox
from inbox_app.queries.templates import Envelope


def _new_arguments(parser: ArgumentParser) -> None:
    add_text(parser, _("the text of the mail"))
    add_template(parser)
    parser.add_argument("--account", metavar="A", required=True, help=_("the account that writes"))
    parser.add_argument("--subject", metavar="S", default="", help=_("what it is about"))
    add_sender(parser)
    add_recipients(parser)
    add_files_and_time(parser)


async def _new(desk: Desk, chosen: Namespace) -> Printed:
    given = await need_text_or_template(chosen)
    async with desk.open() as app:
        people = given_recipients(chosen)
        envelope = Envelope(AccountId(chosen.account), next(iter(people), None), chosen.subject)
        said = await said_in_letter(app, chosen, envelope) if given is None else Said(given)
        mail = NewMail(
            account=envelope.account,
            text=said.text,
            undo=undo_window(app, chosen),
            letter=Letter(recipients=people, subject=chosen.subject, sender=chosen.sender, template=said.template),
            files=[*said.files, *files_of(chosen)],
        )
        row = await letters.begin(app.store, app.me, mail)
    return queued(row, chosen, said.warning)


def _forward_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION", help=str(CONVERSATION))
    add_text(parser, _("the text of the mail"))
    add_template(parser)
    parser.add_argument("--message", metavar="MESSAGE", help=_("the message to pass on (the last one said to us)"))
    parser.add_argument("--subject", metavar="S", help=_("another subject than “Fwd: …”"))
    add_sender(parser)
    parser.add_argument("--no-files", action="store_true", help=_("leave the message's files out"))
    add_recipients(parser)
    add_files_and_time(parser)


async def _forward(desk: Desk, chosen: Namespace) -> Printed:
    given = await some_text(chosen) if chosen.template is None else await need_text_or_template(chosen)
    async with desk.open() as app:
        thread = await inbox.whole_thread(app.store, app.me, ConversationId(chosen.conversation))
        wanted = None if chosen.message is None else message_named(chosen.message)
        message = _message(thread.messages, wanted)
        theirs = [] if chosen.no_files else [await _fetch(app, one.id) for one in message.attachments]
        people = given_recipients(chosen)
        subject = lettering.pass_on(message).subject if chosen.subject is None else chosen.subject
        envelope = Envelope(thread.account.id, next(iter(people), None), subject)
        said = Said(given or "") if chosen.template is None else await said_in_letter(app, chosen, envelope)
        mail = NewMail(
            account=envelope.account,
            text=said.text,
            undo=undo_window(app, chosen),
            letter=Letter(
                recipients=people,
                subject=subject,
                forwards=message.id,
                sender=chosen.sender,
                template=said.template,
            ),
            files=[*theirs, *said.files, *files_of(chosen)],
        )
        row = await letters.begin(app.store, app.me, mail)
    return queued(row, chosen, said.warning)


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
