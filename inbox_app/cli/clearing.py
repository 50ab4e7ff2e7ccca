"""`clear` and `history`: many conversations hidden at once, and everything that was decided."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from inbox_app.actions import clearing
from inbox_app.actions.clearing import Cleared
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, local, moment, one_line
from inbox_app.cli.queueing import add_time, undo_window
from inbox_app.cli.reader import CONVERSATION, amount
from inbox_app.domain.history import PastDecision
from inbox_app.domain.ids import ConversationId, OperationId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action
from inbox_app.i18n import _, ngettext
from inbox_app.queries import history


def _clear_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("how", choices=[one.value for one in clearing.CLEARING])
    parser.add_argument("conversations", nargs="+", metavar="CONVERSATION", help=str(CONVERSATION))
    add_time(parser)


async def _clear(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        wanted = [ConversationId(one) for one in chosen.conversations]
        done = await clearing.clear(app.store, app.me, wanted, Action(chosen.how), undo_window(app, chosen))
    document: JsonObject = {
        "decision": done.operation,
        "changed": [*done.conversations],
        "acts": [*done.acts],
        "refused": [*done.refused],
    }
    return Printed(document, "\n".join((_said(done), *done.refused)))


def _said(done: Cleared) -> str:
    count = len(done.acts)
    text = ngettext("{count} act is on its way.", "{count} acts are on their way.", count).format(count=count)
    if not done.left:
        return text
    stay = ngettext("{count} conversation stays:", "{count} conversations stay:", done.left).format(count=done.left)
    return f"{text} {stay}"


def _history_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=amount, default=50, help=_("how many at most (50)"))
    parser.add_argument("--before", metavar="DECISION", help=_("older than this one"))


async def _history(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        before = None if chosen.before is None else OperationId(chosen.before)
        past = await history.decisions(app.store, limit=chosen.limit, before=before)
    return Printed([_json(one) for one in past], "\n".join(map(_text, past)) or _("Nothing was decided yet."))


def _json(one: PastDecision) -> JsonObject:
    return {
        "id": one.id,
        "kind": one.kind,
        "at": moment(one.at),
        "by": one.by,
        "undone_at": None if one.undone_at is None else moment(one.undone_at),
        "conversations": [*one.conversations],
        "members": one.members,
        "acts": one.acts,
    }


def _text(one: PastDecision) -> str:
    count = len(one.conversations)
    said = [ngettext("{count} conversation", "{count} conversations", count).format(count=count)] if count else []
    if one.members > 1:
        said.append(ngettext("{count} member", "{count} members", one.members).format(count=one.members))
    if one.acts:
        said.append(ngettext("{count} act", "{count} acts", one.acts).format(count=one.acts))
    if one.undone_at is not None:
        said.append(_("taken back"))
    return f"{one.id}  {local(one.at)}  {one.called:<24} {one_line(one.title, 40):<40}  {', '.join(said)}"


COMMANDS = {"clear": Command(_clear_arguments, _clear), "history": Command(_history_arguments, _history)}
