"""`reply`, `draft` and `outbox`: what we write, from the first word to the receipt."""

from __future__ import annotations

import mimetypes
from argparse import Action, ArgumentError, ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inbox_app.actions import writing
from inbox_app.actions.lettering import read_recipients
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, local, moment, one_line
from inbox_app.cli.queueing import add_text, add_time, need_text_or_template, queued, undo_window
from inbox_app.cli.reader import ACT, CONVERSATION
from inbox_app.cli.rows import message_named, outbox_json
from inbox_app.cli.templated import add_template, given_values, prepared, prepared_letter, warning_text
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ConversationId, DraftId, MessageId, OutboxId, TemplateId, new_id
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.recipients import Recipient
from inbox_app.i18n import _
from inbox_app.queries import inbox, templates
from inbox_app.queries import writing as written
from inbox_app.queries.templates import Envelope, Prepared, Warned
from inbox_app.queries.writing import Draft


def _reply_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION", help=str(CONVERSATION))
    add_text(parser, _("the text of the reply"))
    add_template(parser)
    parser.add_argument("--to", metavar="MESSAGE", help=_("the message to answer (the last one said to us)"))
    parser.add_argument(
        "--privately", action="store_true", help=_("answer the author alone, in a private conversation")
    )
    add_sender(parser)
    parser.add_argument("--all", action="store_true", help=_("by mail: answer everybody who got the message"))
    add_recipients(parser)
    quoting = parser.add_mutually_exclusive_group()
    quoting.add_argument(
        "--quote", dest="quotes", action="store_true", default=None, help=_("quote the original below")
    )
    quoting.add_argument("--no-quote", dest="quotes", action="store_false", help=_("do not quote the original"))
    add_files_and_time(parser)


def add_sender(parser: ArgumentParser) -> None:
    """As whom a mail leaves."""
    told = _("the address of ours to write from")
    parser.add_argument("--from", dest="sender", metavar="ADDRESS", default="", help=told)


def add_recipients(parser: ArgumentParser) -> None:
    """Whom a mail goes to, each option as often as needed."""
    parser.add_argument("--recipient", metavar="X", action="append", default=[], help=_("an address to send it to"))
    parser.add_argument("--cc", metavar="X", action="append", default=[], help=_("an address that gets a copy"))
    parser.add_argument("--bcc", metavar="X", action="append", default=[], help=_("an address that nobody else sees"))


def add_files_and_time(parser: ArgumentParser) -> None:
    """What goes along, and when it leaves."""
    add_files(parser)
    add_time(parser)


def add_files(parser: ArgumentParser) -> None:
    """What goes along."""
    parser.add_argument("--attach", metavar="F", action="append", default=[], type=Path, help=_("a file to send along"))
    about = _("what is to be seen on the file named before it, for those who cannot see it")
    parser.add_argument("--describe", metavar="T", action=_Describe, default={}, help=about)


class _Describe(Action):
    """Keeps a description with the file that was named last."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: object, option_string: str | None = None
    ) -> None:
        if not namespace.attach:
            raise ArgumentError(self, _("name the file first, with --attach"))
        namespace.describe = {**namespace.describe, namespace.attach[-1]: str(values)}


async def _reply(desk: Desk, chosen: Namespace) -> Printed:
    given = await need_text_or_template(chosen)
    async with desk.open() as app:
        conversation, to = ConversationId(chosen.conversation), None if chosen.to is None else message_named(chosen.to)
        said = await _from_template(app, chosen, conversation, to) if given is None else Said(given)
        answer = writing.Answer(
            conversation=conversation,
            text=said.text,
            undo=undo_window(app, chosen),
            to=to,
            files=[*said.files, *files_of(chosen)],
            letter=writing.Letter(
                recipients=await _recipients(app, chosen, conversation, to),
                everybody=chosen.all,
                quotes=chosen.quotes,
                template=said.template,
                sender=chosen.sender,
                privately=chosen.privately,
            ),
        )
        row = await writing.reply(app.store, app.me, answer)
    return queued(row, chosen, said.warning)


@dataclass(frozen=True, slots=True)
class Said:
    """A text with what a template brings along."""

    text: str
    template: TemplateId | None = None
    files: Sequence[writing.OwnFile] = ()
    warning: str = ""


async def _from_template(app: App, chosen: Namespace, conversation: ConversationId, to: MessageId | None) -> Said:
    made = await prepared(app, chosen.template, conversation, to, given_values(chosen))
    warned = await templates.warned(app.store, app.me, made.template.id, conversation, to)
    return await _said(app, made, warned)


async def said_in_letter(app: App, chosen: Namespace, letter: Envelope) -> Said:
    """What a template says in a mail that begins a conversation."""
    made = await prepared_letter(app, chosen.template, letter, given_values(chosen))
    return await _said(app, made, await templates.warned_of_letter(app.store, app.me, made.template.id, letter))


async def _said(app: App, made: Prepared, warned: Warned) -> Said:
    files = await templates.files(app.store, made.family)
    own = [writing.OwnFile(one.name, one.media_type, data, one.description) for one, data in files]
    return Said(made.filled.text, made.template.id, own, warning_text(warned))


async def _recipients(
    app: App, chosen: Namespace, conversation: ConversationId, to: MessageId | None
) -> tuple[Recipient, ...] | None:
    """Those given; where only copies are, the others are those that the answer would go to."""
    given = given_recipients(chosen)
    if not given or chosen.recipient:
        return given or None
    return await writing.usual_recipients(app.store, app.me, conversation, to, everybody=chosen.all) + given


def given_recipients(chosen: Namespace) -> tuple[Recipient, ...]:
    """The recipients named by options."""
    return read_recipients(", ".join(chosen.recipient), ", ".join(chosen.cc), ", ".join(chosen.bcc))


def files_of(chosen: Namespace) -> list[writing.OwnFile]:
    """The files to send along, each with what was said of it. Raises `WrongUse` where there is none."""
    return [read_file(path, chosen.describe.get(path, "")) for path in chosen.attach]


def read_file(path: Path, description: str = "") -> writing.OwnFile:
    """A file to send along. Raises `WrongUse` where there is none."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise WrongUse(_("{path} cannot be attached: it is no file.").format(path=path))
        data = path.read_bytes()
    except OSError as problem:
        raise WrongUse(
            _("{path} cannot be attached: {reason}.").format(path=path, reason=problem.strerror)
        ) from problem
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return writing.OwnFile(path.name, media_type, data, description)


def _outbox_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|undo|resolve")
    what.add_parser("list", help=_("what waits, failed, is unconfirmed or was sent"))
    undo = what.add_parser("undo", help=_("take something back before it leaves"))
    undo.add_argument("id", metavar="ID", help=str(ACT))
    resolve = what.add_parser("resolve", help=_("decide about what failed or is unconfirmed"))
    resolve.add_argument("id", metavar="ID", help=str(ACT))
    resolve.add_argument("word", choices=[word.value for word in writing.Resolution])


async def _outbox(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        match chosen.what:
            case "undo":
                await writing.undo(app.store, OutboxId(chosen.id))
                return await _one_row(app, chosen.id)
            case "resolve":
                await writing.resolve(app.store, OutboxId(chosen.id), writing.Resolution(chosen.word))
                return await _one_row(app, chosen.id)
        rows = await written.outbox(app.store)
    return Printed([outbox_json(row) for row in rows], "\n".join(map(_row_text, rows)) or _("The outbox is empty."))


async def _one_row(app: App, wanted: str) -> Printed:
    row = await written.outbox_row(app.store, OutboxId(wanted))
    return Printed(outbox_json(row), _row_text(row))


def _row_text(row: OutboxRow) -> str:
    trouble = row.held_up or row.error
    problem = f"  {trouble}" if trouble else ""
    return f"{row.id}  {row.state:<11}  {local(row.decided_at)}  {row.kind:<10}  {one_line(row.text, 60)}{problem}"


def _draft_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|show|save|discard", required=True)
    what.add_parser("list", help=_("all drafts"))
    for name, about in (("show", _("one conversation's draft")), ("discard", _("throw a draft away"))):
        what.add_parser(name, help=about).add_argument("conversation", metavar="CONVERSATION", help=str(CONVERSATION))
    save = what.add_parser("save", help=_("keep a text for later"))
    save.add_argument("conversation", metavar="CONVERSATION", help=str(CONVERSATION))
    save.add_argument("--text", required=True, metavar="T")
    add_files(save)


async def _draft(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        if chosen.what == "save":
            files = writing.Files({new_id(): one for one in files_of(chosen)})
            wanted = ConversationId(chosen.conversation)
            await writing.save_draft(app.store, app.me, wanted, chosen.text, files=files)
        drafts = await written.drafts_of(app.store, app.me)
        if chosen.what != "list":
            within = await inbox.surviving(app.store, ConversationId(chosen.conversation))
            drafts = tuple(draft for draft in drafts if draft.conversation == within)
        if chosen.what == "discard":
            for draft in drafts:
                await writing.discard_draft(app.store, app.me, DraftId(draft.id))
    return Printed([*map(_draft_json, drafts)], "\n".join(map(_draft_text, drafts)) or _("No drafts."))


def _draft_json(one: Draft) -> JsonObject:
    files: list[JsonValue] = [
        {
            "id": file.id,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "description": file.description,
        }
        for file in one.files
    ]
    said: JsonObject = {"id": one.id, "conversation": one.conversation, "text": one.text}
    beside: list[JsonValue] = ["\n".join(other.words) for other in one.beside]
    return said | {"changed_at": moment(one.changed_at), "files": files, "beside": beside}


def _draft_text(one: Draft) -> str:
    files = "".join(f"  [{file.name}]" for file in one.files)
    written = _("written in another window: {words}")
    beside = [f"\n    {written.format(words=one_line(' · '.join(other.words), 80))}" for other in one.beside]
    return f"{one.conversation or '–':<16}  {local(one.changed_at)}  {one_line(one.text, 80)}{files}{''.join(beside)}"


COMMANDS = {
    "reply": Command(_reply_arguments, _reply),
    "outbox": Command(_outbox_arguments, _outbox),
    "draft": Command(_draft_arguments, _draft),
}
