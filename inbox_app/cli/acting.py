"""`act` and `post`: what is done on a service besides answering."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta

from inbox_app.actions import acting
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, moment
from inbox_app.cli.rows import message_named, queued_text
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, Verb
from inbox_app.i18n import _
from inbox_app.queries import accounts

STANDARD_INPUT = "-"
_VERBS = sorted(action.value for action in Action if action not in acting.ANSWERS)


def _act_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("verb", metavar="VERB", choices=_VERBS, help=", ".join(_VERBS))
    parser.add_argument("message", metavar="MESSAGE", help=_("a message's id, as “show” names it"))
    parser.add_argument("value", metavar="VALUE", nargs="?", default="", help=_("the emoji, the new text, or a reason"))
    _now_argument(parser)


def _now_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--now", action="store_true", help=_("leave with the next sync, without waiting for the undo window")
    )


async def _act(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        deed = acting.Deed(message_named(chosen.message), Action(chosen.verb), _undo(app, chosen), chosen.value)
        row = await acting.act(app.store, app.me, deed)
    return Printed(_queued(row), queued_text(row, at_once=chosen.now))


def _post_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("source", nargs="?", choices=[STANDARD_INPUT], help=_("“-” reads the text from standard input"))
    parser.add_argument("--account", metavar="A", action="append", required=True, help=_("where; may be repeated"))
    parser.add_argument("--text", metavar="T", help=_("the text of the post"))
    parser.add_argument("--title", metavar="T", default="", help=_("its title, where posts have one"))
    _now_argument(parser)


async def _post(desk: Desk, chosen: Namespace) -> Printed:
    if (chosen.text is None) == (chosen.source is None):
        raise WrongUse(_("Give the text with --text, or with “-” on standard input."))
    text = chosen.text if chosen.text is not None else await asyncio.to_thread(sys.stdin.read)
    async with desk.open() as app:
        wanted = [AccountId(one) for one in dict.fromkeys(chosen.account)]
        for account in wanted:
            await _check_posts(app, account)
        undo = _undo(app, chosen)
        rows = [await acting.post(app.store, app.me, one, text, undo, title=chosen.title) for one in wanted]
    posts: list[JsonObject] = [{"account": row.account, **_queued(row)} for row in rows]
    return Printed({"posts": posts}, "\n".join(queued_text(row, at_once=chosen.now) for row in rows))


async def _check_posts(app: App, wanted: AccountId) -> None:
    row = await accounts.one(app.store, wanted)
    if Verb.POSTS not in app.catalogue[row.channel].verbs:
        raise Refused(_("{handle} has no posts: nothing can be published there.").format(handle=row.handle))


def _undo(app: App, chosen: Namespace) -> timedelta:
    return timedelta(0) if chosen.now else timedelta(seconds=app.settings.current.undo_seconds)


def _queued(row: OutboxRow) -> JsonObject:
    return {"outbox": row.id, "state": row.state.value, "not_before": moment(row.not_before)}


COMMANDS = {
    "act": Command(_act_arguments, _act),
    "post": Command(_post_arguments, _post),
}
